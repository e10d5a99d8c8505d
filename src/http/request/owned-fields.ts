import { hopByHop } from '../hop-by-hop.ts';

/** When a field that the proxy owns is forwarded all the same. */
type Passes =
  | 'never'
  /** With TRUST_FORWARDED: the proxy in front overwrites it. */
  | 'trusted'
  /** With TRUST_FORWARDED, where CLIENT_IP_HEADER names it: only then is it known that the proxy in front writes it. */
  | 'named';

/** A rule for a field that clients do not decide, and the reason that the dump page shows. */
export interface Ownership {
  readonly passes: Passes;
  readonly why: string;
}

const never = (why: string): Ownership => ({ passes: 'never', why });

const pathOverride = never('some backends would take the path from it, past the path filter');
const cgiVariable = never('some backends would take it for a CGI or WSGI variable');
const fileOverride = never('some backends would serve a file by it, past the path filter');
const ofWebFunction = never('Lambda writes it for a Web Function, and it concerns the proxy alone');
const identity: Ownership = { passes: 'trusted', why: 'only the proxy names the client and the public host' };
const clientAddress: Ownership = {
  passes: 'named',
  why: 'only the proxy names the client, or the proxy in front in CLIENT_IP_HEADER',
};

const group = (ownership: Ownership, names: string) =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, ownership] as const);

/** Rules by name, each name as {@link canonicalName} makes it. */
const byName: ReadonlyMap<string, Ownership> = new Map([
  ...group(never('concerns this connection only (RFC 9110 §7.6.1)'), [...hopByHop].join(' ')),
  ['expect', never('the body is sent at once; waiting for 100 Continue would only cost time')],
  ['host', never('the proxy sets the host (HOST_HEADER)')],
  ['x-lambda-rproxy-wake', never('tells the proxy itself to wake the backend (WAKE)')],
  ['x-request-id', never('only a well-formed one is forwarded: it identifies the request in the log')],
  ['content-length', never('counted from the body at hand; a wrong one would desynchronise the connection')],
  ['x-forwarded-method', never('some backends would take the method from it')],
  // Envoy, Traefik, Azure App Service, Flask and Home Assistant behind proxies, RStudio, NiFi, Next.js.
  ...group(
    pathOverride,
    `x-envoy-original-path x-envoy-original-dst-host x-override-url x-override-uri x-override-path x-http-path-override
     x-http-url-override x-http-destinationurl x-replaced-path x-base-path x-base-url base-url x-script-name x-path-info
     x-ingress-path x-proxy-path x-proxy-url x-proxycontextpath x-request-uri x-request-path x-rstudio-root-path
     x-waws-unencoded-url x-invoke-path x-invoke-query x-invoke-output x-matched-path x-now-route-matches`,
  ),
  // RFC 3875 §4.1, and what Apache, IIS, nginx, PHP and WSGI servers add.
  ...group(
    cgiVariable,
    `script-name script-filename script-url script-uri path-info path-translated request-uri request-url request-method
     request-scheme request-path request-filename document-root document-uri query-string unencoded-url
     remote-addr remote-host remote-port remote-user remote-ident auth-type server-name server-port server-protocol
     server-software server-addr server-admin server-port-secure gateway-interface context-prefix
     context-document-root php-self php-value php-admin-value php-auth-user php-auth-pw php-auth-digest
     orig-script-name orig-path-info orig-path-translated orig-script-filename url-scheme appl-physical-path
     appl-md-path logon-user iis-urlrewritemodule iis-wasurlrewritten redirect-status redirect-url redirect-uri
     redirect-path-info redirect-query-string redirect-remote-user redirect-script-name redirect-script-uri
     redirect-script-url redirect-script-filename redirect-request-method redirect-handler`,
  ),
  ['proxy', never('CGI backends would take it for HTTP_PROXY (CVE-2016-5386)')],
  ...group(fileOverride, 'x-sendfile x-sendfile-type x-lighttpd-send-file x-litespeed-location x-reproxy-url'),
  ...group(
    clientAddress,
    `x-ip ip cip x-ip-trail x-coming-from coming-from x-from-ip x-bluecoat-via cf-pseudo-ipv4 cdn-ip x-cdn-ip
     x-custom-ip-authorization rlnclientipaddr x-wap-network-client-ip x-cluster-client x-true-client true-client
     x-vercel-proxied-for z-forwarded-for cloudfront-viewer-address x-envoy-external-address x-lb-ip`,
  ),
  ...group(
    identity,
    `forwarded x-host x-http-host x-http-host-override x-host-override http-host-override host-override x-backend-host
     x-gateway-host x-proxyhost x-proxyport x-proxyscheme x-origin-host x-public-host disguised-host was-default-hostname
     x-real-host x-real-port x-client-port x-proxied-host
     front-end-https https x-https x-ssl x-scheme x-proto x-protocol x-url-scheme x-forward-proto x-forward-scheme
     x-client-proto x-client-scheme x-real-proto x-real-scheme x-request-scheme x-request-proto x-proxied-https
     x-proxied-proto x-secure x-arr-ssl cloudfront-forwarded-proto cf-visitor
     client-cert client-cert-chain x-client-cert x-client-cert-chain x-client-verify x-client-dn x-client-s-dn
     x-arr-clientcert x-envoy-internal x-envoy-peer-metadata x-envoy-peer-metadata-id`,
  ),
]);

/** `Client-IP`, `WL-Proxy-Client-IP`, `Fly-Client-IP`, `X-Azure-ClientIP`, `Ali-CDN-Real-IP`, `CF-Connecting-IPv6` …. */
export const addressName = new RegExp(
  '(?:^|-)(?:' +
    '(?:client|real|true|connecting|connection|remote|origin|originating|original|user|proxyuser|visitor|viewer|source|' +
    'src|peer|socket|external|caller|requester|forwarded)-?ip(?:-?v?[46])?(?:-?addr(?:ess)?)?|' +
    '(?:client|real|connecting|remote|viewer|peer|socket|external)-?addr(?:ess)?' +
    ')$',
);

/** `X-Vercel-Forwarded-For`, `X-Original-Forwarded-For`, `Forward-For` …: the client's address under a vendor's name. */
export const forwardedForName = /(?:^|-)(?:forward(?:ed|er)?|proxied)-for(?:-ip)?$/;

/** `X-Forwarded-…`, `WL-Proxy-…`, `X-SSL-…`: what a proxy says of its client, its connection or the public host. */
export const partyName = /^(?:x-forwarded|forwarded|x-forward|wl-proxy|proxy|ssl|x-ssl|x-envoy)(?:-|$)/;

/** Those of `X-Forwarded-…` that name a path: of a base, a script, a request. */
const forwardedPath = /^x-forwarded-(?:.*-)?(?:path|base|context|prefix|ur[il]|query|script|route|target|root)/;

/** Those of `X-Original-…` that name a party and not a path. */
export const originalParty = /^x-original-(?:host|proto|protocol|scheme|port|server|remote-.+|forwarded-.+)$/;

/**
 * Finds rules that hold for a whole family of names. Tried once for a name; the patterns are anchored at one end or
 * bounded, and none repeats inside of another, so they take linear time.
 */
function familyOf(name: string): Ownership | undefined {
  if (forwardedForName.test(name)) return name === 'x-forwarded-for' ? identity : clientAddress;
  if (addressName.test(name)) return clientAddress;
  if (forwardedPath.test(name)) return pathOverride;
  if (name.startsWith('x-original-')) return originalParty.test(name) ? identity : pathOverride;
  if (name.startsWith('x-rewrite-')) return pathOverride;
  // Next.js takes its routing from these when they come from outside. The prefetch mark is the browser's own.
  if (name.startsWith('x-middleware-')) return name === 'x-middleware-prefetch' ? undefined : pathOverride;
  if (name.startsWith('x-accel-')) return fileOverride;
  if (name.startsWith('lambda-web-')) return ofWebFunction;
  if (/^(?:wsgi|uwsgi|fcgi)-/.test(name)) return cgiVariable;
  if (partyName.test(name)) return identity;
  // WebSphere's private fields `$WSRA`, `$WSSC`, … and Passenger's `!~…`, whose punctuation has become dashes.
  if (/^(?:-ws[a-z]{2}$|--passenger)/.test(name)) return cgiVariable;
  return undefined;
}

/**
 * Returns a name as a CGI-style backend sees it: lighttpd, Caddy and PHP turn every punctuation mark into `_`, so that
 * `X.Forwarded.For` arrives as `HTTP_X_FORWARDED_FOR`.
 *
 * @param name in lower case
 * @example canonicalName('x.forwarded_for') // 'x-forwarded-for'
 */
export const canonicalName = (name: string): string => (/[^a-z\d-]/.test(name) ? name.replace(/[^a-z\d]/g, '-') : name);

/**
 * Returns the rule for a field that clients do not decide, or undefined for any other.
 *
 * @param canonical a name as {@link canonicalName} returns it
 */
export const ownershipOf = (canonical: string): Ownership | undefined => byName.get(canonical) ?? familyOf(canonical);

/** Returns the names in the table, without those that only a family covers. */
export const ownedNames = (): string[] => [...byName.keys()];
