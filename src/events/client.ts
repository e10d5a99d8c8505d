import { isIP } from 'node:net';
import { ProxyError } from '../failures.ts';
import { type Authority, parseAuthority } from '../http/grammar.ts';
import type { Client, HeaderFields } from '../types.ts';

/** RFC 7239 §6.2: what the event does not say. */
export const unknown = 'unknown';

/** An address with a port, as an HTTP API with mutual TLS writes it, or with the length of a prefix. */
const decorated = /^(?:\[([\da-f:.]+)\](?::\d{1,5})?|([\d.]+):\d{1,5}|([\da-f:.]+)\/\d{1,3})$/i;

/** What API Gateway's own test page writes for an address: `test-invoke-source-ip`. */
const word = /^[\w.-]+$/;

const wrong = (part: string, what: string) => new ProxyError('bad_request', { reason: `event part ${part} ${what}` });

/**
 * Returns the address in a part of an event, without its port or prefix length.
 *
 * @param text `unknown` is returned for none
 * @param part name of the part
 * @throws {ProxyError} `bad_request` for text that is no address and no word
 * @example addressIn('[2001:db8::7]:39870', 'requestContext.identity.sourceIp') // '2001:db8::7'
 */
function addressIn(text: string | null | undefined, part: string): string {
  if (!text) return unknown;
  // Node takes any text for the zone behind a `%`.
  if (isIP(text) !== 0 && !text.includes('%')) return text;
  const address = decorated
    .exec(text)
    ?.slice(1)
    .find((group) => group !== undefined);
  if (address !== undefined && isIP(address) !== 0) return address;
  if (word.test(text)) return text;
  throw wrong(part, 'must be an address');
}

/**
 * Returns the host and port in a part of an event; an empty port is dropped.
 *
 * @throws {ProxyError} `bad_request` for text that is no host
 */
function authorityIn(text: string, part: string): Authority {
  const authority = parseAuthority(text);
  if (authority === undefined) throw wrong(part, 'must be a host name');
  return authority;
}

/** The last member of a list field, which whoever stands nearest has written. */
function lastWord(field: HeaderFields[string] | undefined): string {
  return typeof field === 'string' ? field.slice(field.lastIndexOf(',') + 1).trim() : '';
}

/**
 * Says who the client is. On AWS every public host has a dot and no port, and is served over HTTPS. A host with a port
 * or without a dot is an emulator's, and there X-Forwarded-Proto counts, so that redirects stay on HTTP.
 *
 * @param domainName the public host as the front door vouches for it; where there is none, Host, which only whoever may
 *   invoke the function can write then
 * @param sourceIp the address as the front door vouches for it; nothing that the client wrote takes its place
 * @param headers by lower-case name
 * @param addressPart name of the part that `sourceIp` is from
 * @throws {ProxyError} `bad_request` for illegal text
 */
export function clientOf(
  domainName: string | null | undefined,
  sourceIp: string | null | undefined,
  headers: Readonly<HeaderFields>,
  addressPart: string,
): Client {
  const ip = addressIn(sourceIp, addressPart);
  // An underscore is in no public host name: it is an emulator's placeholder, such as `offlineContext_domainName`.
  const { host, port } =
    domainName && !domainName.includes('_')
      ? authorityIn(domainName, 'requestContext.domainName')
      : authorityIn(String(headers['host'] || unknown), 'headers.host');
  if (port === undefined && host.includes('.')) return { ip, host, protocol: 'https', port: 443 };
  const proto = lastWord(headers['x-forwarded-proto']);
  // Emulators that do not say speak HTTP, on a port of their own.
  const isPlain = proto === 'http' || (proto === '' && port !== undefined && port !== '443');
  const protocol = isPlain ? 'http' : 'https';
  const written = port ?? lastWord(headers['x-forwarded-port']);
  const defaultPort = protocol === 'http' ? 80 : 443;
  return { ip, host, protocol, port: /^\d{1,5}$/.test(written) ? Number(written) : defaultPort };
}
