const token = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const authority = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Returns whether a text is a token (RFC 9110 §5.6.2), as the names of methods and header fields are. */
export const isToken = (text: string): boolean => token.test(text);

/** Returns whether a text is a host name or an address, with or without a port (RFC 9110 §7.2), and nothing else. */
export const isAuthority = (text: string): boolean => authority.test(text);
