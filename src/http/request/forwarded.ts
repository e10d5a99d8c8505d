import { isIP } from 'node:net';
import type { Client, HeaderFields } from '../../types.ts';
import { append, lastMember, members } from '../lists.ts';
import type { PublicOrigin } from './public-origin.ts';
import { checkedValue } from './request-headers.ts';

/** A node of Forwarded (RFC 7239 §6): IPv6 in brackets and quotes; what is no address may not be named. */
const nodeOf = (ip: string) => (isIP(ip) === 6 ? `"[${ip}]"` : isIP(ip) === 4 ? ip : 'unknown');

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Returns the address in a node, without the brackets and the port that a proxy may write with it. */
function addressOf(node: string): string {
  const address = node
    .toLowerCase()
    .replace(/^\[([\da-f:.]*)\](?::\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1');
  return isIP(address) === 0 ? 'unknown' : address;
}

/** What one element of Forwarded says. */
type Element = Readonly<Partial<Record<'for' | 'host' | 'proto' | 'by', string>>>;

/**
 * Parses an element of Forwarded (RFC 7239 §4): `name=value` pairs between semicolons.
 *
 * @returns undefined for an element that two readers may read in two ways: a repeated name, an escape, an open quote
 */
function parseElement(element: string): Element | undefined {
  const found: Record<string, string> = Object.create(null);
  for (const pair of element.split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    const written = pair.slice(equals + 1).trim();
    const isQuoted = written.length > 1 && written.startsWith('"') && written.endsWith('"');
    const value = isQuoted ? written.slice(1, -1) : written;
    if (equals === -1 || name in found || /["\\]/.test(value)) return undefined;
    found[name] = value;
  }
  return found;
}

/** Who and where a Forwarded field may name: what the proxy itself tells the backend in the X-Forwarded fields. */
interface Agreed {
  readonly addresses: readonly string[];
  readonly hosts: readonly string[];
  readonly protocols: readonly string[];
}

/**
 * Returns whether a Forwarded field says what the X-Forwarded fields say. A proxy in front that writes only these
 * passes on the client's own Forwarded, and a backend that reads it would believe the client.
 */
function agrees(forwarded: string, { addresses, hosts, protocols }: Agreed): boolean {
  const elements = members(forwarded).map(parseElement);
  if (elements.length !== addresses.length) return false;
  return elements.every((element, index) => {
    if (element?.for === undefined || addressOf(element.for) !== addresses[index]) return false;
    const { host, proto } = element;
    const isHost = host === undefined || hosts.includes(host.toLowerCase());
    return isHost && (proto === undefined || protocols.includes(proto.toLowerCase()));
  });
}

/** Appends the peer to X-Forwarded-For. API Gateway has done it already; a second time would shift every count of hops. */
function continueAddresses(headers: HeaderFields, ip: string): void {
  const seen = headers['x-forwarded-for'];
  if (lastMember(seen) !== ip) headers['x-forwarded-for'] = append(seen, ip);
}

/** Continues Forwarded where it agrees with the X-Forwarded fields (RFC 7239 §4), and drops it otherwise. */
function continueForwarded(
  headers: HeaderFields,
  client: Client,
  origin: Pick<PublicOrigin, 'host' | 'protocol'>,
): void {
  const inherited = headers['forwarded'];
  if (inherited === undefined) return;
  const isComplete = addressOf(parseElement(lastMember(inherited))?.for ?? '') === client.ip.toLowerCase();
  const own = `for=${nodeOf(client.ip)};host=${quoted(client.host)};proto=${client.protocol}`;
  const forwarded = isComplete ? [inherited].flat().join(', ') : append(inherited, own);
  const agreed = {
    addresses: members(headers['x-forwarded-for']).map(addressOf),
    hosts: [origin.host.toLowerCase(), client.host.toLowerCase()],
    protocols: [origin.protocol, client.protocol],
  };
  if (agrees(forwarded, agreed)) headers['forwarded'] = forwarded;
  else delete headers['forwarded'];
}

/**
 * Names the client and the public origin to the backend, in place. Replaces what the client wrote. Behind a trusted proxy,
 * X-Forwarded-For is continued, a field with one value keeps its last member, which the nearest proxy wrote, and Forwarded
 * stays only where it agrees with them.
 *
 * @param headers the fields on their way to the backend; unless trusted, without any of the client's own
 * @param client the client, as the front door vouches for it
 * @param origin the public origin
 * @param clientIpHeader the field in which a trusted proxy in front names the client, where there is one
 *   (TRUST_FORWARDED, CLIENT_IP_HEADER)
 * @throws {ProxyError} `bad_request` when address or host cannot stand in a field
 */
export function nameClient(
  headers: HeaderFields,
  client: Client,
  { host, protocol, port, prefix }: PublicOrigin,
  clientIpHeader?: string,
): void {
  const ip = checkedValue('x-forwarded-for', client.ip);
  checkedValue('x-forwarded-host', client.host);
  headers['x-forwarded-proto'] = protocol;
  headers['x-forwarded-host'] = checkedValue('x-forwarded-host', host);
  headers['x-forwarded-port'] = String(port);
  if (prefix !== '') headers['x-forwarded-prefix'] = prefix;
  if (clientIpHeader === undefined) {
    headers['x-forwarded-for'] = ip;
    return;
  }
  continueAddresses(headers, ip);
  continueForwarded(headers, client, { host, protocol });
  const named = headers[clientIpHeader];
  if (clientIpHeader !== 'x-forwarded-for' && named !== undefined) headers[clientIpHeader] = lastMember(named);
}
