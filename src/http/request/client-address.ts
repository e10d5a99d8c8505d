import { isIP } from 'node:net';
import type { Config } from '../../config/config.ts';
import type { ProxyRequest } from '../../types.ts';
import { members } from '../lists.ts';

/** An address as proxies write it: with a port at times, and IPv6 then in brackets. */
const withPort = /^(?:\[([\da-f:.]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/i;

/**
 * Returns the address in a member of X-Forwarded-For, or undefined when it is none.
 *
 * @example addressIn('[2001:db8::1]:443') // '2001:db8::1'
 */
export function addressIn(member: string): string | undefined {
  const [, inBrackets, beforePort] = withPort.exec(member) ?? [];
  const address = inBrackets ?? beforePort ?? member;
  return isIP(address) === 0 ? undefined : address;
}

/**
 * Returns the client's address as far as somebody vouches for it: the AWS endpoint for its own peer or, when that peer
 * has proved to be the trusted proxy, that proxy for its own.
 *
 * A list in a header field grows from left to right, and only its end is a proxy's: everything before may be the
 * client's invention. The very last member of X-Forwarded-For may be the AWS endpoint's, which then names the proxy. The
 * standalone server has no such endpoint, and there the client may share the proxy's address.
 *
 * @param request as decoded from the event, past the check of ORIGIN_SECRET
 * @param config says whether there is a trusted proxy, whether it proves itself, and where it writes the address
 * @returns undefined when the trusted proxy names no address
 */
export function clientAddress(
  { client, headers, source }: Pick<ProxyRequest, 'client' | 'headers' | 'source'>,
  {
    trustForwarded,
    originSecrets,
    clientIpHeader,
  }: Pick<Config, 'trustForwarded' | 'originSecrets' | 'clientIpHeader'>,
): string | undefined {
  if (!trustForwarded || originSecrets.length === 0) return client.ip;
  const list = members(headers[clientIpHeader]);
  const mayAppend = source !== 'http' && clientIpHeader === 'x-forwarded-for';
  const endsWithProxy = mayAppend && list.at(-1) === client.ip;
  // Stryker disable next-line StringLiteral: a missing address and a malformed one are alike
  return addressIn(list.at(endsWithProxy ? -2 : -1) ?? '');
}
