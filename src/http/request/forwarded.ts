import { isIP } from 'node:net';
import type { Client, HeaderFields } from '../../types.ts';
import { append, members } from '../lists.ts';
import { checkedValue } from './request-headers.ts';

/** A node of Forwarded (RFC 7239 §6): IPv6 in brackets and quotes; what is no address may not be named. */
const nodeOf = (ip: string) => (isIP(ip) === 6 ? `"[${ip}]"` : isIP(ip) === 4 ? ip : 'unknown');

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Who a Forwarded element says that the request is for, without the quotes and brackets that IPv6 needs. */
const forOf = (element: string) => /(?:^|;)\s*for\s*=\s*"?\[?([^;"\]\s]*)/.exec(element.toLowerCase())?.[1];

/**
 * Says who asks and for which public address, in place. Replaces what the client wrote, or continues a trusted proxy's
 * word.
 *
 * @param headers the fields on their way to the backend; unless trusted, without any of the client's own
 * @param client who asks, as the front door vouches for it
 * @param trusted whether the fields come from a trusted proxy (TRUST_FORWARDED)
 * @throws {ProxyError} `bad_request` when address or host cannot stand in a field
 */
export function nameClient(headers: HeaderFields, client: Client, trusted: boolean): void {
  const ip = checkedValue('x-forwarded-for', client.ip);
  const host = checkedValue('x-forwarded-host', client.host);
  const own = {
    'x-forwarded-proto': client.protocol,
    'x-forwarded-host': host,
    'x-forwarded-port': String(client.port),
  };
  for (const [name, value] of Object.entries(own)) if (!trusted || headers[name] === undefined) headers[name] = value;
  const seen = headers['x-forwarded-for'];
  // API Gateway has already appended the peer; saying it twice would shift every count of trusted hops.
  if (members(seen).at(-1) !== ip) headers['x-forwarded-for'] = append(seen, ip);
  const forwarded = headers['forwarded'];
  // RFC 7239 §4: a trusted chain is continued, so that the two ways of saying it never disagree.
  if (forwarded === undefined || members(forwarded).map(forOf).at(-1) === ip.toLowerCase()) return;
  headers['forwarded'] = append(forwarded, `for=${nodeOf(ip)};host=${quoted(host)};proto=${client.protocol}`);
}
