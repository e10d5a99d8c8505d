import type { Wake } from '../config/wake.ts';
import { isNavigation } from '../http/request/navigation.ts';
import type { ProxyRequest } from '../types.ts';

/**
 * The field by which the script of the waiting page asks to wake the backend. A page of another site cannot send it: with
 * a field of its own a request across origins needs a preflight (https://fetch.spec.whatwg.org/#cors-preflight-fetch),
 * which no response of the proxy allows.
 */
const wakeField = 'x-lambda-rproxy-wake';

/** A visitor opens a page, and the browser does not fetch it in advance. */
const isVisit = (request: Pick<ProxyRequest, 'method' | 'headers'>): boolean =>
  request.method === 'GET' &&
  !/prefetch|prerender/i.test(`${request.headers['sec-purpose'] ?? ''} ${request.headers['purpose'] ?? ''}`) &&
  isNavigation(request);

/**
 * Returns whether a request may wake the backend: a check by the script of the waiting page, which a browser vouches for
 * (https://www.w3.org/TR/fetch-metadata/), or with WAKE_ON=request a navigation.
 *
 * @param request the client's, which has passed every refusal
 * @param on WAKE_ON
 */
export function mayWake(request: Pick<ProxyRequest, 'method' | 'headers'>, on: Wake['on']): boolean {
  const { method, headers } = request;
  if (headers[wakeField] !== undefined) return method === 'HEAD' && headers['sec-fetch-site'] === 'same-origin';
  return on === 'request' && isVisit(request);
}
