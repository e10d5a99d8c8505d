import type { HeaderFields, ProxyRequest, ProxyResponse } from '../../types.ts';
import { ownFields } from '../response/own-fields.ts';

/** Methods that are passed on, as Allow names them; any other is as well, but for TRACE and CONNECT. */
export const allow = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** Hops that a request may still make, or undefined when it does not count them (RFC 9110 §7.6.2). */
function hopsLeft({ method, headers }: Pick<ProxyRequest, 'method' | 'headers'>): number | undefined {
  // TRACE, the other method that counts, is never passed on.
  if (method !== 'OPTIONS') return undefined;
  // Stryker disable next-line StringLiteral: any text does that is no number
  const value = [headers['max-forwards'] ?? ''].flat().join(',').trim();
  if (!/^\d+$/.test(value)) return undefined;
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

/**
 * The proxy's own answer to an OPTIONS request that must not travel any further.
 *
 * @param request as decoded from the event
 * @returns the answer, or undefined for a request that goes on to the backend
 * @example answerToLastHop({ method: 'OPTIONS', headers: { 'max-forwards': '0' } })?.statusCode // 200
 */
export function respondToLastHop(request: Pick<ProxyRequest, 'method' | 'headers'>): ProxyResponse | undefined {
  return hopsLeft(request) === 0 ? { statusCode: 200, headers: { ...ownFields, allow }, body: '' } : undefined;
}

/**
 * Counts this hop in Max-Forwards, in place.
 *
 * @param method the request's method; all but OPTIONS leave the field as it is
 * @param headers the fields on their way to the backend
 */
export function countHop(method: string, headers: HeaderFields): void {
  const hops = hopsLeft({ method, headers }) ?? 0;
  if (hops > 0) headers['max-forwards'] = String(hops - 1);
}
