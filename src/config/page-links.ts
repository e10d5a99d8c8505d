/**
 * Reads the address of a link on the pages of the proxy.
 *
 * @param value an absolute URL
 * @param schemes those that are allowed, e.g. `['https:', 'http:']`
 * @throws {Error} in words that follow the setting's name
 * @example pageLink('https://status.example', ['https:', 'http:']) // 'https://status.example/'
 */
export function pageLink(value: string, schemes: readonly string[]): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the URL parser drops some of them in silence
  if (/[\u0000-\u0020\u007f-\u009f\\<>"]/.test(value)) {
    throw new Error('must not contain spaces, quotes, backslashes, angle brackets or control characters');
  }
  const url = URL.parse(value);
  if (url === null || !schemes.includes(url.protocol)) {
    throw new Error(`must be an address that begins with ${schemes.join(' or ')}`);
  }
  if (url.protocol === 'mailto:') {
    if (!/^mailto:[^@?&]+@[^@?&]+(?:\?.*)?$/i.test(value)) throw new Error('must name one e-mail address');
  } else if (!/^https?:\/\/[^/]/i.test(value) || url.username !== '' || url.password !== '') {
    throw new Error('must have a host and no user:password');
  }
  return url.href;
}
