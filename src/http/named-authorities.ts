import type { NetworkReference } from './reference.ts';

/** Scheme and authority of a URL inside of a text. */
export type NamedAuthority = Pick<NetworkReference, 'scheme' | 'authority'>;

/** `//host:port`, with its scheme; JSON may have a backslash in front of each slash. */
const pattern = /(?:(https?):)?\\?\/\\?\/([^\s/?#\\"'<>&;,|]+)/gi;

/** Characters that are searched. */
const longest = 8192;

/** Times that a text may be percent-encoded: a URL in the query of a URL in a query. */
const deepest = 3;

function decoded(text: string): string {
  let before = text;
  for (let times = 0; times < deepest; times += 1) {
    const after = before.replace(/(?:%[\da-f]{2})+/gi, (escapes) =>
      Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('latin1'),
    );
    if (after === before) break;
    before = after;
  }
  return before;
}

/**
 * Returns the authorities of the URLs in a query or fragment, which may be percent-encoded several times. User and
 * password are left out.
 *
 * @param text at most 8192 characters of it are searched
 * @example authoritiesIn('?u=http%3A%2F%2F10.0.0.7%2F') // [{ scheme: 'http', authority: '10.0.0.7' }]
 */
export const authoritiesIn = (text: string): NamedAuthority[] =>
  Array.from(decoded(text.slice(0, longest)).matchAll(pattern), ([, scheme, authority = '']) => ({
    scheme,
    authority: authority.slice(authority.lastIndexOf('@') + 1),
  }));
