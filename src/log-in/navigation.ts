import type { PublicOrigin } from '../http/request/public-origin.ts';
import { preferredRepresentation } from '../http/response/accept.ts';
import type { ProxyRequest } from '../types.ts';

/** Methods by which a browser opens a page. */
const opensPage = new Set(['GET', 'HEAD', 'POST']);

/**
 * Returns whether a browser opens a page with the request (https://www.w3.org/TR/fetch-metadata/): not a picture, a
 * script or a frame. Of a client without Sec-Fetch-Mode, whether it prefers HTML and no script sent the request.
 */
export function isNavigation({ method, headers }: Pick<ProxyRequest, 'method' | 'headers'>): boolean {
  if (!opensPage.has(method)) return false;
  const { accept, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination = 'document' } = headers;
  if (mode !== undefined) return mode === 'navigate' && destination === 'document';
  return headers['x-requested-with'] === undefined && preferredRepresentation(accept) === 'html';
}

/** Hosts that browsers trust as they trust https (https://www.w3.org/TR/secure-contexts/#potentially-trustworthy-origin). */
const loopback = /^(?:(?:[\w.-]+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Returns whether a browser keeps the log-in cookie. Over http it does not, and asks by itself. */
export const keepsCookie = ({ protocol, host }: Pick<PublicOrigin, 'protocol' | 'host'>): boolean =>
  protocol === 'https' || loopback.test(host);
