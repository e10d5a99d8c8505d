import type { ProxyRequest } from '../../types.ts';
import { preferredRepresentation } from '../response/accept.ts';

/**
 * Returns whether a browser opens a page with the request (https://www.w3.org/TR/fetch-metadata/): not an image, a
 * script or a frame. Of a client without Sec-Fetch fields, whether it prefers HTML and no script sent the request.
 *
 * @param request the client's, of which the header fields count
 */
export function isNavigation({ headers }: Pick<ProxyRequest, 'headers'>): boolean {
  const { 'sec-fetch-mode': mode = 'navigate', 'sec-fetch-dest': destination = 'document' } = headers;
  return (
    mode === 'navigate' &&
    destination === 'document' &&
    headers['x-requested-with'] === undefined &&
    preferredRepresentation(headers['accept']) === 'html'
  );
}
