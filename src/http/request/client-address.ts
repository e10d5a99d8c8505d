import { isIP } from 'node:net';
import type { Config } from '../../config/config.ts';
import type { ProxyRequest } from '../../types.ts';
import { members } from '../lists.ts';

/** As proxies write an address: with a port at times, and IPv6 then in brackets. */
const withPort = /^(?:\[([\da-f:.]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/i;

function addressIn(member: string): string | undefined {
  const [, inBrackets, beforePort] = withPort.exec(member) ?? [];
  const address = inBrackets ?? beforePort ?? member;
  return isIP(address) === 0 ? undefined : address;
}

/**
 * Address of the client, as far as somebody vouches for it: the AWS endpoint for its own peer or, when that peer has
 * proved to be the trusted proxy, that proxy for its own.
 *
 * A list in a header field is made from left to right, and only its end is a proxy's: all that stands before may be
 * the client's invention. Of X-Forwarded-For the very last member may be the AWS endpoint's, which then names the proxy. The
 * standalone server has no such endpoint, and there the client may share the proxy's address.
 *
 * @param request as decoded from the event, and past the check of ORIGIN_SECRET
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
  // Stryker disable next-line StringLiteral: no address and what is none are alike
  return addressIn(list.at(endsWithProxy ? -2 : -1) ?? '');
}
