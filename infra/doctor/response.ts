import type { Config } from '../../src/config/config.ts';
import { parseChallenges } from '../../src/http/response/challenges.ts';
import { type Finding, finding } from './catalogue.ts';
import { type FunctionFacts, isHtml, type Received, type Site, tryWith } from './site.ts';

/** Schemes that log in a connection and not a request (RFC 4559 §6). */
const ofConnection = new Set(['ntlm', 'negotiate', 'kerberos']);

/** Schemes for which browsers show a dialog. */
const withDialog = new Set(['basic', 'digest']);

/** Returns the findings on a 401. */
export function challengeFindings({ status, sent }: Received, { remoteUrl, basicLogIn }: Config): Finding[] {
  const schemes = parseChallenges([...(sent['www-authenticate'] ?? [])]).map(({ scheme }) => scheme);
  if (status !== 401 || schemes.length === 0) return [];
  const text = `401 with WWW-Authenticate: ${schemes.join(', ')}`;
  if (remoteUrl.authorization !== undefined) {
    const remedy = schemes.includes('basic')
      ? 'correct user:password in RemoteUrl; characters such as @ and : in it must be percent-encoded'
      : `enable Basic at the backend, or have the application log in with a form: user:password of RemoteUrl is sent as Basic, and the backend accepts ${schemes.join(', ')} alone`;
    return [finding('credentials_refused', `${text}, although RemoteUrl has user:password`, { remedy })];
  }
  if (schemes.every((scheme) => ofConnection.has(scheme))) {
    const remedy =
      'enable another log-in at the backend: a form, OpenID Connect, or Basic with user:password in RemoteUrl; NTLM and Negotiate log in a connection, and connections are shared between clients';
    return [finding('challenge_of_connection', text, { remedy })];
  }
  const isBasic = schemes.includes('basic');
  if (isBasic && basicLogIn !== undefined)
    return [finding('log_in_page', `${text}, in place of which browsers get the log-in page (BasicLogin)`)];
  const hasDialog = schemes.some((scheme) => withDialog.has(scheme));
  const remedy = isBasic
    ? 'set BasicLogin=true, with which the proxy shows a log-in page; or put user:password into RemoteUrl, e.g. https://USER:PASSWORD@203.0.113.9, which logs in every client (restrict them with AllowedCidrs); or have the application log in with a form'
    : 'have the application log in with a form';
  return [
    finding('challenge_renamed', `${text}, which a Function URL renames to x-amzn-Remapped-www-authenticate`, {
      remedy: hasDialog ? remedy : 'have clients log in without waiting for the challenge, as most API clients do',
      ...(isBasic ? { set: { BasicLogin: 'true' } } : {}),
      ...(hasDialog ? {} : { level: 'note' }),
    }),
  ];
}

/** Largest difference of two clocks that is no problem, in milliseconds. */
const clockToleranceMs = 120_000;

/** A duration as people say it. */
function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}

/** Returns the finding on a clock that is wrong, by Date. A stored response has the date of the time when it was stored. */
export function clockFindings({ sent }: Received, now: number): Finding[] {
  const [date] = sent['date'] ?? [];
  const sentAt = Date.parse(date ?? '');
  if (Number.isNaN(sentAt) || sent['age'] !== undefined) return [];
  const difference = sentAt - now;
  if (Math.abs(difference) <= clockToleranceMs) return [];
  const text = `the backend's clock is ${duration(Math.abs(difference))} ${difference < 0 ? 'behind' : 'ahead of'} this machine's (Date: ${date})`;
  return [finding('clock_wrong', text, { remedy: 'synchronise the clock of the backend with NTP' })];
}

const isText = (type: string) => /^text\/|\b(?:json|javascript|xml)\b/i.test(type);

/** Bytes below which servers do not compress. */
const compressible = 1024;

/** Settings that keep a backend from compressing, and what makes it compress. */
const againstCompression = [
  { isOn: ({ via }: Config) => via, without: { via: false }, set: { Via: 'false' }, why: 'Via on requests' },
  {
    isOn: ({ noHeaders }: Config) => noHeaders,
    without: { noHeaders: false },
    set: { NoHeaders: 'false' },
    why: 'NoHeaders, which drops Accept-Encoding',
  },
] as const;

/**
 * Returns the finding on a backend that sends text uncompressed because of a setting.
 *
 * @param received the page
 * @param config the settings
 * @param target public path and query of the page
 * @param facts of the function
 */
export async function compressionFindings(
  { sent, exchange: { responseBytes = 0 } }: Received,
  config: Config,
  target: string,
  facts: FunctionFacts,
): Promise<Finding[]> {
  const isPlain = sent['content-encoding'] === undefined && isText(sent['content-type']?.[0] ?? '');
  if (!isPlain || responseBytes < compressible) return [];
  for (const { isOn, without, set, why } of againstCompression) {
    if (!isOn(config)) continue;
    const other = await tryWith({ ...config, ...without }, facts, target);
    if (other?.sent['content-encoding'] === undefined) continue;
    const text = `the backend sends ${responseBytes} bytes uncompressed because of ${why}; without it ${other.exchange.responseBytes} (${other.sent['content-encoding'][0]})`;
    return [finding('compression_lost', text, { remedy: 'switch the setting off', set })];
  }
  return [];
}

/** Returns the note on a page that opens a WebSocket. */
export function webSocketFindings(received: Received): Finding[] {
  if (!isHtml(received) || !/\bnew WebSocket\s*\(/.test(received.text)) return [];
  const remedy = 'have the application poll, or send events (InvokeMode=RESPONSE_STREAM); see docs/limits.md';
  return [finding('websocket_used', 'the page opens a WebSocket, which the proxy responds to with 501', { remedy })];
}

/** Returns the note on a cookie for another host. */
export function cookieFindings({ exchange: { lostCookieDomain } }: Received, { publicHost }: Site): Finding[] {
  if (lostCookieDomain === undefined) return [];
  const text = `a cookie has the Domain ${lostCookieDomain}, which browsers drop on ${publicHost}; the proxy removes it`;
  const remedy =
    "nothing, if log-in works; else set the application's cookie domain to the public host, or to none (Django: SESSION_COOKIE_DOMAIN; PHP: session.cookie_domain)";
  return [finding('cookie_domain_lost', text, { remedy })];
}

/** What nginx says to a client without a certificate, or with one that it does not accept. */
const noCertificate = /No required SSL certificate was sent/i;
const wrongCertificate = /The SSL certificate error/i;

/** Returns the finding on a 400 with which the backend refuses the connection and not the request. */
export function clientCertificatePage({ status, text }: Received, remedy: string): Finding | undefined {
  if (status !== 400) return undefined;
  if (noCertificate.test(text))
    return finding('client_certificate_required', '400: No required SSL certificate was sent', { remedy });
  return wrongCertificate.test(text)
    ? finding('client_certificate_refused', '400: The SSL certificate error', { remedy })
    : undefined;
}
