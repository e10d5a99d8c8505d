import type { Config } from '../config/config.ts';
import { authoritiesIn, type NamedAuthority } from '../http/named-authorities.ts';
import { namesBackend, namesPublicHost, splitReference } from '../http/reference.ts';
import { hostForBackend, publicOrigin, publicOrigins, withoutPublicPath } from '../http/request/public-origin.ts';
import { parseChallenges } from '../http/response/challenges.ts';
import { receivedFields } from '../http/response/field-changes.ts';
import { publicUrl } from '../http/response/public-urls.ts';
import type { Exchange, HeaderFields, ProxyRequest } from '../types.ts';
import { logger } from './logger.ts';

/** A request that reached the backend, and the response. */
interface Observed {
  readonly request: ProxyRequest;
  readonly config: Config;
  readonly statusCode: number;
  /** Fields of the backend response as received. */
  readonly fields: HeaderFields;
  readonly lostCookieDomain: string | undefined;
}

/** What is wrong, and what to set. */
interface Finding {
  readonly reason: string;
  readonly remedy: string;
}

const single = (value: string | string[] | undefined) => [value ?? ''].flat()[0] ?? '';

const isRedirect = ({ statusCode, fields }: Observed) =>
  statusCode >= 300 && statusCode < 400 && fields['location'] !== undefined;

const mappingFor = ({ request, config }: Observed) => ({
  remoteUrl: config.remoteUrl,
  origins: publicOrigins(request, config),
  host: hostForBackend(request, config),
});

/** Names of the cookies that a client sent, or that a response sets. */
const cookieNames = (texts: readonly string[]) => texts.map((text) => text.split('=', 1)[0]?.trim() ?? '');

/** Whether the response sets a cookie that the client did not have: the same URL may then have another response. */
function bringsCookie({ request, fields }: Observed): boolean {
  const sent = new Set(cookieNames([request.headers['cookie'] ?? []].flat().flatMap((line) => line.split(';'))));
  return cookieNames([fields['set-cookie'] ?? []].flat()).some((name) => !sent.has(name));
}

/** A GET redirected to the URL that was requested: it never ends. */
function redirectLoop(observed: Observed): Finding | undefined {
  const { request, config, fields } = observed;
  if (request.method !== 'GET' || !isRedirect(observed) || bringsCookie(observed)) return undefined;
  const { protocol, host, prefix } = publicOrigin(request, config);
  const { rawPath, rawQuery } = withoutPublicPath(request, config);
  const requested = `${protocol}://${host}${prefix}${rawPath}${rawQuery === '' ? '' : `?${rawQuery}`}`;
  const received = single(fields['location']);
  const location = URL.parse(publicUrl(received, mappingFor(observed)), requested);
  const own = URL.parse(requested);
  if (location === null || own === null) return undefined;
  location.hash = '';
  if (location.href !== own.href) return undefined;
  const wantsTls = config.remoteUrl.protocol === 'http:' && /^https:/i.test(received);
  return {
    reason: 'the backend redirects a GET to the URL that was requested, which never ends',
    remedy: wantsTls
      ? 'write https:// in REMOTE_URL, or have the application take the scheme from X-Forwarded-Proto (Django ' +
        'SECURE_PROXY_SSL_HEADER, Express trust proxy, WordPress $_SERVER["HTTPS"])'
      : 'have the application redirect to the host that HOST_HEADER sends it, or set HOST_HEADER to the host that it ' +
        'redirects to; if it redirects by scheme, have it read X-Forwarded-Proto',
  };
}

/** Methods that change nothing (RFC 9110 §9.2.1), which no application refuses for their Origin. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Statuses with which applications refuse a form that they take for another site's: 422 is Rails'. */
const formStatuses = new Set([403, 422]);

/** A status of Laravel's own: the session that the form belongs to is not there. */
const pageExpired = 419;

/** A form of the site's own page that the application takes for another site's. */
function formRefused(observed: Observed): Finding | undefined {
  const { request, config, statusCode } = observed;
  const { method, headers } = request;
  if (safe.has(method)) return undefined;
  if (statusCode === pageExpired) return sessionLost(observed);
  if (!formStatuses.has(statusCode)) return undefined;
  const origin = single(headers['origin']);
  // Browsers say so of a page with Referrer-Policy: no-referrer (Fetch standard, "serializing a request origin").
  if (origin === 'null' && single(headers['sec-fetch-site']) === 'same-origin') {
    return {
      reason: `the backend refused a ${method} of its own page with ${statusCode}, whose Origin is null`,
      remedy:
        'if that is its check against forged forms (CSRF): browsers send Origin: null for pages with Referrer-Policy: ' +
        'no-referrer, so have the application send Referrer-Policy: same-origin',
    };
  }
  const from = splitReference(origin || single(headers['referer']));
  const { host } = publicOrigin(request, config);
  if (from?.authority.toLowerCase() !== host.toLowerCase()) return undefined;
  const told = hostForBackend(request, config);
  if (told.toLowerCase() === host.toLowerCase()) return undefined;
  return {
    reason: `the backend refused a ${method} with ${statusCode} whose Origin is the public host, ${host}, and was told the Host ${told}`,
    remedy:
      'if that is its check against forged forms (CSRF): set HOST_HEADER=client, or add the public origin to those that ' +
      'the application trusts (Django CSRF_TRUSTED_ORIGINS, Rails config.hosts and X-Forwarded-Host, SvelteKit ORIGIN, ' +
      'Next.js serverActions.allowedOrigins)',
  };
}

/** A form whose session the application does not find: the browser has not kept the cookie, or does not send it. */
function sessionLost({ request: { method } }: Observed): Finding {
  return {
    reason: `the backend refused a ${method} with 419: the page has expired, or the cookie of its session did not come back`,
    remedy:
      'if it happens to fresh pages too: have the application trust X-Forwarded-Proto and X-Forwarded-Host (Laravel ' +
      'trustProxies), and set no cookie domain (SESSION_DOMAIN) that is not the public host',
  };
}

/** Front doors that rename WWW-Authenticate to x-amzn-Remapped-WWW-Authenticate. */
const renaming = new Set(['function-url', 'rest-api']);

/** A log-in that no browser ever asks for, because the front door renames the challenge. */
function challengeRenamed({ request, config, statusCode, fields }: Observed): Finding | undefined {
  const challenge = fields['www-authenticate'];
  if (statusCode !== 401 || challenge === undefined || !renaming.has(request.source)) return undefined;
  const isBasic = parseChallenges(challenge).some(({ scheme }) => scheme === 'basic');
  if (isBasic && config.basicLogIn !== undefined) return undefined;
  const page = isBasic ? 'set BASIC_LOGIN=on, with which the proxy shows a log-in page; or ' : '';
  return {
    reason:
      `the backend asks for a log-in (${/[\w-]+/.exec(single(challenge))?.[0] ?? 'WWW-Authenticate'}), and ` +
      'the front door renames WWW-Authenticate, so that browsers do not ask their user',
    remedy:
      `${page}use an HTTP API or a load balancer, which keep the field; or put user and password into REMOTE_URL, if ` +
      'everybody may log in with them; or have the application log in by a form',
  };
}

/** A cookie for a host that is not the public one. */
function cookieDomain({ request, config, lostCookieDomain: domain }: Observed): Finding | undefined {
  if (domain === undefined) return undefined;
  return {
    reason: `the backend set a cookie for ${domain.slice(0, 255)}, which browsers drop on ${publicOrigin(request, config).host}; its Domain was removed`,
    remedy:
      'nothing to do if log-in works; else set the cookie domain of the application to the public host, or to none ' +
      '(Django SESSION_COOKIE_DOMAIN, Rails domain:, PHP session.cookie_domain)',
  };
}

/** Returns whether a URL leads to the backend by any of its names, and not to the public host. */
function leadsToBackend({ scheme, authority }: NamedAuthority, { request, config }: Observed): boolean {
  const { remoteUrl, connectTo } = config;
  const isPublic = publicOrigins(request, config).some(({ host }) => namesPublicHost(authority, host, remoteUrl.port));
  if (isPublic) return false;
  const names = [remoteUrl, { ...connectTo, protocol: remoteUrl.protocol }];
  return (
    names.some((name) => namesBackend({ scheme, authority }, name)) ||
    namesPublicHost(authority, hostForBackend(request, config), remoteUrl.port)
  );
}

/** A redirect, as to a log-in elsewhere, that has the other side lead clients to the backend. */
function backendInQuery(observed: Observed): Finding | undefined {
  if (!isRedirect(observed)) return undefined;
  const location = single(observed.fields['location']);
  const start = location.search(/[?#]/);
  if (start === -1) return undefined;
  const named = authoritiesIn(location.slice(start)).find((reference) => leadsToBackend(reference, observed));
  if (named === undefined) return undefined;
  return {
    reason: `the backend redirects to a URL with its own address, ${named.authority}, in the query, which leads clients past the proxy`,
    remedy: 'set HOST_HEADER=client, or set the public URL in the application (its base URL, root URL or redirect URI)',
  };
}

/** Kinds of trouble: the message of the line, and what finds it. */
const kinds: readonly (readonly [message: string, find: (observed: Observed) => Finding | undefined])[] = [
  ['the application redirects in a circle', redirectLoop],
  ['the application refused a form', formRefused],
  ['the log-in prompt is lost', challengeRenamed],
  ['a cookie for another host', cookieDomain],
  ['the backend is named in a redirect', backendInQuery],
];

/** Kinds that this environment has told. */
const told = new Set<string>();

/**
 * Warns, once per environment and kind, of an application that is not set up for the proxy, or of a proxy that is not set
 * up for the application.
 *
 * @param exchange the record of the request
 */
export function warnOfTrouble({ request, config, backendReport, lostCookieDomain }: Exchange): void {
  const { statusCode, rawHeaders } = backendReport ?? {};
  if (told.size === kinds.length || request === undefined || config === undefined) return;
  if (statusCode === undefined || rawHeaders === undefined) return;
  const observed = { request, config, statusCode, fields: receivedFields(rawHeaders), lostCookieDomain };
  for (const [message, find] of kinds) {
    const finding = told.has(message) ? undefined : find(observed);
    if (finding === undefined) continue;
    told.add(message);
    logger.warn(message, { ...finding });
  }
}
