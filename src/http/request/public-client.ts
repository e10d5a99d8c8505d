import type { Client, ProxyRequest } from '../../types.ts';
import { firstMember } from '../lists.ts';

const authority = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Where the public believes the site lives: what the front door vouches for or, behind a trusted proxy, what that
 * proxy says the client asked for. A proxy's word that is no host name does not count.
 *
 * @param request as decoded from the event
 * @param trustForwarded whether X-Forwarded-Host and X-Forwarded-Proto come from a trusted proxy (TRUST_FORWARDED)
 * @returns host, with its port where that proxy names one, and protocol
 */
export function publicClient(
  { client, headers }: Pick<ProxyRequest, 'client' | 'headers'>,
  trustForwarded: boolean,
): Pick<Client, 'host' | 'protocol'> {
  if (!trustForwarded) return client;
  const host = firstMember(headers['x-forwarded-host']);
  if (!authority.test(host)) return client;
  const protocol = firstMember(headers['x-forwarded-proto']).toLowerCase();
  return { host, protocol: protocol === 'http' || protocol === 'https' ? protocol : client.protocol };
}
