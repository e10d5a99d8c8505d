/**
 * Name of the log-in cookie. `__Host-`: browsers take it over https alone, from this host alone, for all of its paths
 * (RFC 6265bis §4.1.3.2).
 */
export const cookieName = '__Host-rproxy-log-in';

const mark = cookieName.toLowerCase();

const unescaped = (text: string) =>
  text.replace(/(?:%[\da-f]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('latin1').toLowerCase(),
  );

/**
 * Returns whether a text has the name of the cookie in it, in any case and percent-encoded too, as some servers decode
 * names: where it stands does not matter, because backends split cookies in different ways.
 */
export function namesLogInCookie(text: string): boolean {
  const lower = text.toLowerCase();
  return lower.includes(mark) || (lower.includes('%') && unescaped(lower).includes(mark));
}

/**
 * Returns a Cookie field for the backend: without the log-in cookie and every cookie that resembles it.
 *
 * @param field as received
 * @returns undefined when nothing is left
 */
export function withoutLogInCookie(field: string): string | undefined {
  if (!namesLogInCookie(field)) return field;
  const rest = field
    .split(';')
    .filter((part) => !namesLogInCookie(part))
    .join(';')
    .trim();
  return rest === '' ? undefined : rest;
}

/**
 * Returns the value of the log-in cookie, whose name must be exact. Of two, neither counts: a browser has one, so another
 * party set the second.
 *
 * @param field the Cookie field as received
 */
export function logInCookieOf(field: string | string[] | undefined): string | undefined {
  if (field === undefined) return undefined;
  const start = `${cookieName}=`;
  const values = [field]
    .flat()
    .flatMap((line) => line.split(';'))
    .map((part) => part.replace(/^[ \t]+/, ''))
    .filter((part) => part.startsWith(start));
  return values.length === 1 ? values[0]?.slice(start.length).trimEnd() : undefined;
}
