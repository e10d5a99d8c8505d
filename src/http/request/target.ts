import type { RemoteUrl } from '../../config/remote-url.ts';
import { ProxyError } from '../../failures.ts';

/** Bytes that must not stand raw in a request-target: they would end it, split the request or be cut as a fragment. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unsafeInPath = /[\u0000-\u0020\u007f-\u{10ffff}?#]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unsafeInQuery = /[\u0000-\u0020\u007f-\u{10ffff}#]/gu;

const percentEncode = (character: string) =>
  // A lone surrogate, which encodeURIComponent refuses, becomes U+FFFD as in any UTF-8 encoder.
  Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/**
 * A path as it goes on the wire: every legal byte as received, and what HTTP cannot carry percent-encoded as UTF-8
 * (RFC 3986 §2.1). Nothing is decoded, normalised or resolved (RFC 9110 §7.7).
 *
 * @throws {ProxyError} `bad_request` when the path is not in origin-form (RFC 9112 §3.2.1), so that `@host`, `:port` or
 *   `http://host` can never choose where the request goes
 */
export function wirePath(rawPath: string): string {
  if (rawPath === '') return '/';
  if (!rawPath.startsWith('/')) throw new ProxyError('bad_request', { reason: 'the path does not begin with /' });
  return rawPath.replace(unsafeInPath, percentEncode);
}

/** A query as it goes on the wire: as received, but for what HTTP cannot carry. */
export const wireQuery = (rawQuery: string): string => rawQuery.replace(unsafeInQuery, percentEncode);

/**
 * The request-target for the backend: base path and path joined at a segment edge, the base query first.
 *
 * @param origin where the request goes
 * @param rawPath the client's path, beginning with `/`
 * @param rawQuery the client's query without `?`
 * @throws {ProxyError} `bad_request` for a path that is not in origin-form
 * @example targetFor(parseOrigin('http://h/base?k=1'), '/a%2Fb', 'x=1') // '/base/a%2Fb?k=1&x=1'
 */
export function targetFor({ basePath, baseQuery }: RemoteUrl, rawPath: string, rawQuery: string): string {
  const query = [baseQuery, wireQuery(rawQuery)].filter((part) => part !== '').join('&');
  return `${basePath}${wirePath(rawPath)}${query === '' ? '' : `?${query}`}`;
}
