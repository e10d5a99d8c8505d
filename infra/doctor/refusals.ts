import { type Finding, finding } from './catalogue.ts';
import type { Received } from './site.ts';

/** What applications say of a name in Host that they do not accept. */
const hostRefusals =
  /Invalid HTTP_HOST header|DisallowedHost|Blocked hosts?:|host \([^)]*\) is not allowed|Invalid Host header|Host not (?:permitted|allowed)|Untrusted Host|trusted_domains/i;

const acceptedHosts =
  'Django: ALLOWED_HOSTS; Rails: config.hosts; Vite: server.allowedHosts; Symfony: trusted_hosts; Nextcloud: trusted_domains';

const otherPage = 'check another page with --path';

/** What to do about a status with which the backend refuses a page. */
const remedies: Readonly<Record<number, string>> = {
  400: `have the server accept the name in Host (${acceptedHosts}), or set HostHeader=NAME with one that it accepts; a server that expects the PROXY protocol also responds 400`,
  403: 'see whether the backend allows addresses by a list (the function has its own: in a VPC with a NAT gateway it is a fixed one), names in Host, client certificates, or a log-in',
  405: 'the page accepts no GET: check one that does with --path',
  407: 'a forward proxy is there and no website: correct the address in RemoteUrl',
  426: 'the page speaks WebSocket or HTTP/2 alone, which the proxy does not forward: have the application offer HTTP/1.1 or polling',
  429: 'the backend counts requests by address, and all clients come from that of the function: have it trust X-Forwarded-For, or raise its limit',
};

/**
 * Returns the finding on a page that the backend refuses, when no other name in Host is known to help.
 *
 * @param received the response
 */
export function refusalFindings({ status, host, text, sent }: Received): Finding[] {
  if (status < 400 || status >= 500) return [];
  if (hostRefusals.test(text)) {
    const remedy = `add ${host} to the names that the application accepts (${acceptedHosts}), or set HostHeader=NAME with one that it accepts`;
    return [finding('host_refused', `${status}: the application does not accept the Host ${host}`, { remedy })];
  }
  if (status === 401) {
    if (sent['www-authenticate'] !== undefined) return [];
    const remedy = `nothing, if the application has a log-in of its own; ${otherPage}`;
    return [finding('request_refused', '401 without a challenge', { level: 'note', remedy })];
  }
  return [finding('request_refused', `${status} for Host ${host}`, { remedy: remedies[status] ?? otherPage })];
}
