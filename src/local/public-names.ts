import { isAuthority } from '../http/grammar.ts';

/** Request fields that name the site: a URL, or the beginning of one. */
const requestFields = new Set(['origin', 'referer', 'destination']);

/** Response fields that name the site. */
const responseFields = new Set(['location', 'content-location', 'refresh', 'link', 'access-control-allow-origin']);

/** What may not follow an authority that is whole. */
const unfinished = '(?![\\w.:@-])';

/**
 * Replaces the local address with the public one in the request fields that name the site: a function on AWS never
 * sees the address of this machine. `Host` belongs to the event and is written there.
 *
 * @param rawHeaders alternating names and values, as received
 * @param localOrigin address that the client used
 * @param publicOrigin address that the events carry
 * @example toPublicNames(['Origin', 'http://localhost:3000'], 'http://localhost:3000', 'https://site.example')
 */
export function toPublicNames(
  rawHeaders: readonly string[],
  localOrigin: string,
  publicOrigin: string,
): readonly string[] {
  const local = `${RegExp.escape(localOrigin)}${unfinished}`;
  const atStart = new RegExp(`^${local}`, 'i');
  // The resource tags of WebDAV's If: `<http://localhost:3000/a> (<locktoken>)`.
  const inTags = new RegExp(`(?<=<)${local}`, 'gi');
  return rawHeaders.map((value, index) => {
    const name = index % 2 === 1 ? rawHeaders[index - 1]?.toLowerCase() : undefined;
    if (name === 'if') return value.replace(inTags, () => publicOrigin);
    return name !== undefined && requestFields.has(name) ? value.replace(atStart, () => publicOrigin) : value;
  });
}

/** A cookie without a Domain that equals the public host: browsers drop it where the site has another name. */
const withoutDomain = (cookie: string, domainName: string) =>
  cookie.replace(new RegExp(`;\\s*domain\\s*=\\s*\\.?${RegExp.escape(domainName)}\\s*(?=;|$)`, 'gi'), '');

/**
 * Replaces the public address with the local one in the response fields that a browser follows, and removes the
 * public host from cookies: the public name does not resolve to this machine.
 *
 * @param headers names and values
 * @param localOrigin address that the client used
 * @param domainName public host
 */
export function toLocalNames(
  headers: readonly (readonly [name: string, value: string])[],
  localOrigin: string,
  domainName: string,
): readonly (readonly [name: string, value: string])[] {
  const publicOrigin = new RegExp(`https://${RegExp.escape(domainName)}${unfinished}`, 'g');
  return headers.map(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower === 'set-cookie') return [name, withoutDomain(value, domainName)];
    return [name, responseFields.has(lower) ? value.replace(publicOrigin, () => localOrigin) : value];
  });
}

/**
 * Replaces the public origin with the local one in a dump: its curl command runs here, where the public name does not
 * resolve.
 *
 * @param dump page or JSON
 * @param localOrigin address that the client used
 * @param domainName public host
 */
export const toLocalDump = (dump: Buffer, localOrigin: string, domainName: string): Buffer =>
  Buffer.from(
    dump
      .toString('utf8')
      .replaceAll(new RegExp(`https://${RegExp.escape(domainName)}${unfinished}`, 'g'), () => localOrigin),
  );

/**
 * Returns the origin that the client used, so that redirects keep the client on it. A value of any other form is not
 * repeated in a response.
 *
 * @param host Host field of the request
 * @param fallback origin for a request without a well-formed Host
 */
export const originOf = (host: string | undefined, fallback: string): string =>
  host !== undefined && isAuthority(host) ? `http://${host}` : fallback;
