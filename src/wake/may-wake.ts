import type { Wake } from '../config/wake.ts';
import { preferredRepresentation } from '../http/response/accept.ts';
import type { ProxyRequest } from '../types.ts';

/**
 * The field by which the script of the waiting page asks to wake the backend. A page of another site cannot send it: with
 * a field of its own a request across origins needs a preflight (https://fetch.spec.whatwg.org/#cors-preflight-fetch),
 * which no response of the proxy allows.
 */
const wakeField = 'x-lambda-rproxy-wake';

/** A visitor opens a page; not a prefetch, an image, a frame or a script. */
function isNavigation({ method, headers }: Pick<ProxyRequest, 'method' | 'headers'>): boolean {
  const { 'sec-fetch-mode': mode = 'navigate', 'sec-fetch-dest': destination = 'document' } = headers;
  const isPrefetch = /prefetch|prerender/i.test(`${headers['sec-purpose'] ?? ''} ${headers['purpose'] ?? ''}`);
  return (
    method === 'GET' &&
    mode === 'navigate' &&
    destination === 'document' &&
    !isPrefetch &&
    preferredRepresentation(headers['accept']) === 'html'
  );
}

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
  return on === 'request' && isNavigation(request);
}
