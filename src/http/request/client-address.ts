import { isIP } from 'node:net';
import type { Config } from '../../config/config.ts';
import type { Client, ProxyRequest } from '../../types.ts';
import { isAuthority } from '../grammar.ts';
import { lastMember, members } from '../lists.ts';

/** An address as proxies write it: with a port at times, and IPv6 then in brackets. */
const withPort = /^(?:\[([\da-f:.]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/i;

function addressIn(member: string): string | undefined {
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

/**
 * Returns the public host and protocol: what the front door vouches for or, behind a trusted proxy, the last member of
 * X-Forwarded-Host and X-Forwarded-Proto. The nearest proxy wrote that one; where a proxy appends, the members before it
 * may be the client's invention. A member that is no host name or no protocol does not count.
 *
 * @param request as decoded from the event
 * @param trustForwarded whether the fields come from a trusted proxy (TRUST_FORWARDED)
 * @returns host, with its port where the proxy in front names one, and protocol
 */
export function publicClient(
  { client, headers }: Pick<ProxyRequest, 'client' | 'headers'>,
  trustForwarded: boolean,
): Pick<Client, 'host' | 'protocol'> {
  if (!trustForwarded) return client;
  const host = lastMember(headers['x-forwarded-host']);
  const protocol = lastMember(headers['x-forwarded-proto']).toLowerCase();
  return {
    host: isAuthority(host) ? host : client.host,
    protocol: protocol === 'http' || protocol === 'https' ? protocol : client.protocol,
  };
}
