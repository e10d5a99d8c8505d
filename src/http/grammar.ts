const token = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const authority = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;

/** Returns whether a text is a token (RFC 9110 §5.6.2), as the names of methods and header fields are. */
export const isToken = (text: string): boolean => token.test(text);

/** Returns whether a text is a host name or an address, with or without a port (RFC 9110 §7.2), and nothing else. */
export const isAuthority = (text: string): boolean => authority.test(text);

/** A host name or an address, and its port. */
export interface Authority {
  /** As written, with the port. */
  readonly host: string;
  readonly port: string | undefined;
}

/**
 * Parses a host name or an address with a port, with an empty port (RFC 3986 §3.2.3), which is dropped, or without.
 *
 * @returns undefined for any other text
 * @example parseAuthority('localhost:3000') // { host: 'localhost:3000', port: '3000' }
 */
export function parseAuthority(text: string): Authority | undefined {
  const host = text.replace(/:$/, '');
  const match = authority.exec(host);
  return match === null ? undefined : { host, port: match[2] };
}
