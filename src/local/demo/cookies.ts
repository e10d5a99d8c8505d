import { type Exchange, sendHtml, sendJson } from './exchange.ts';
import { redirectPage } from './pages.ts';

/** `/cookies`: the cookies that came with the request. */
export function showCookies(exchange: Exchange): void {
  const cookies = new Map<string, string>();
  for (const pair of (exchange.request.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0) cookies.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
  }
  sendJson(exchange, { cookies: Object.fromEntries(cookies) });
}

/** `/cookies/set/:name/:value`: sets one cookie and goes on to `/cookies`. */
export function setCookie(exchange: Exchange, name: string, value: string): void {
  redirectToCookies(exchange, [cookieLine(name, value)]);
}

/** `/cookies/set?name=value`: sets a cookie for each pair of the query and goes on to `/cookies`. */
export function setCookies(exchange: Exchange): void {
  redirectToCookies(
    exchange,
    [...exchange.query].map(([name, value]) => cookieLine(name, value)),
  );
}

/** `/cookies/many`: three cookies at once, one with a comma in its date, to be kept apart by every proxy on the way. */
export function setManyCookies(exchange: Exchange): void {
  const lines = [
    'first=1; Path=/',
    'second=two; Expires=Tue, 19 Jan 2038 03:14:07 GMT; Path=/; HttpOnly',
    'third=drei; Max-Age=3600; Path=/; SameSite=Strict',
  ];
  sendJson(exchange, { 'set-cookie': lines }, { 'Set-Cookie': lines });
}

function redirectToCookies(exchange: Exchange, lines: string[]): void {
  sendHtml(exchange, redirectPage('/cookies'), 302, { Location: '/cookies', 'Set-Cookie': lines });
}

function cookieLine(name: string, value: string): string {
  return `${encodeForCookie(name).replaceAll('=', '%3D')}=${encodeForCookie(value)}; Path=/`;
}

/** Percent-encodes what RFC 6265 keeps out of cookies, so that any text of a URL can be set. */
function encodeForCookie(text: string): string {
  return text.replaceAll(/[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/gu, (character) => encodeURIComponent(character));
}
