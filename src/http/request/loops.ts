import { ProxyError } from '../../failures.ts';
import type { HeaderFields } from '../../types.ts';
import { append, members } from '../lists.ts';

/**
 * Refuses a request that has been here before, as Via (RFC 9110 §7.6.3) or CDN-Loop (RFC 8586) says.
 *
 * @param headers as received
 * @param pseudonym this deployment's name
 * @throws {ProxyError} `loop_detected`
 */
export function refuseLoop({ via, 'cdn-loop': cdnLoop }: Readonly<HeaderFields>, pseudonym: string): void {
  // Stryker disable next-line ConditionalExpression: without these fields there is nothing to find
  if (via === undefined && cdnLoop === undefined) return;
  const receivers = members(via).map((member) => member.split(/\s+/)[1]);
  const networks = members(cdnLoop).map((member) => member.split(/\s*;/)[0]);
  if (receivers.includes(pseudonym) || networks.includes(pseudonym)) {
    throw new ProxyError('loop_detected', {
      reason: `the request has already passed ${pseudonym}`,
      remedy: 'REMOTE_URL leads back to this function; point it at the backend itself',
    });
  }
}

/** Leaves this deployment's mark, in place, for {@link refuseLoop} to find. */
export function markPassage(headers: HeaderFields, pseudonym: string): void {
  headers['via'] = append(headers['via'], `1.1 ${pseudonym}`);
  headers['cdn-loop'] = append(headers['cdn-loop'], pseudonym);
}
