import { ProxyError } from '../../failures.ts';
import type { HeaderFields } from '../../types.ts';
import { append, members } from '../lists.ts';

function nameOf(functionArn: string): string {
  // FNV-1a: names need to differ, not to keep a secret, and a cryptographic hash would cost a module at cold start.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(functionArn)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `lambda-rproxy-${hash.toString(16).padStart(8, '0')}`;
}

/** A function has one ARN, or one for each of its aliases. */
// Stryker disable next-line ObjectLiteral,StringLiteral: no function has such an ARN
let last = { functionArn: '', name: '' };

/**
 * Returns the deployment's name in Via and CDN-Loop: the same for every request of one function, another for the next
 * function in a chain, without account or region (RFC 9110 §7.6.3 allows a pseudonym).
 *
 * @param functionArn ARN of the invoked function
 * @example pseudonym('arn:aws:lambda:eu-west-1:123456789012:function:rproxy') // 'lambda-rproxy-…' and 8 hex digits
 */
export function pseudonym(functionArn: string): string {
  // Stryker disable next-line ConditionalExpression: making it anew only costs time
  if (functionArn !== last.functionArn) last = { functionArn, name: nameOf(functionArn) };
  return last.name;
}

/**
 * Refuses a request that has already passed this deployment, as Via (RFC 9110 §7.6.3) or CDN-Loop (RFC 8586) says.
 *
 * @param headers as received
 * @param ownName this deployment's pseudonym
 * @throws {ProxyError} `loop_detected`
 */
export function refuseLoop({ via, 'cdn-loop': cdnLoop }: Readonly<HeaderFields>, ownName: string): void {
  // Stryker disable next-line ConditionalExpression: without these fields there is nothing to find
  if (via === undefined && cdnLoop === undefined) return;
  const receivers = members(via).map((member) => member.split(/\s+/)[1]);
  const networks = members(cdnLoop).map((member) => member.split(';')[0]?.trimEnd());
  if (receivers.includes(ownName) || networks.includes(ownName)) {
    throw new ProxyError('loop_detected', {
      reason: `the request has already passed ${ownName}`,
      remedy: 'REMOTE_URL leads back to this function; point it at the backend itself',
    });
  }
}

/**
 * Appends this deployment's name to CDN-Loop, in place, for {@link refuseLoop} to find, and to Via on demand: with a Via
 * on a request, nginx's default `gzip_proxied off` sends the response uncompressed.
 */
export function markPassage(headers: HeaderFields, ownName: string, addsVia: boolean): void {
  if (addsVia) headers['via'] = append(headers['via'], `1.1 ${ownName}`);
  headers['cdn-loop'] = append(headers['cdn-loop'], ownName);
}
