import { parseCookie, parseSetCookie } from 'cookie';
import type { HeaderFields } from '../../types.ts';
import { parseParameter } from '../request/query.ts';
import { rewriteUrls, urlFields } from '../url-fields.ts';
import { isSecretField, isSecretParameter } from './secret-names.ts';

const mask = (value: string) => `[redacted ${value.length} chars]`;

const maskCookies = (field: string) =>
  Object.entries(parseCookie(field, { decode: (value) => value }) as Record<string, string>)
    .map(([name, value]) => `${name}=${mask(value)}`)
    .join('; ');

const cookieAttribute =
  /^\s*(?:(?:domain|expires|httponly|max-age|partitioned|path|priority|samesite|secure)\s*(?:=.*)?)?$/is;

/** Name and attributes of a Set-Cookie field. What is no attribute may be the rest of a quoted value. */
function maskSetCookie(field: string): string {
  // Stryker disable next-line StringLiteral: never taken; only the type leaves it open
  const { name, value = '' } = parseSetCookie(field, { decode: (text) => text });
  const attributes = field.split(';').slice(1);
  const shown = attributes.map((attribute) => (cookieAttribute.test(attribute) ? attribute : mask(attribute)));
  return [`${name}=${mask(value)}`, ...shown].join(';');
}

/** Names of the cookies that Set-Cookie fields set, in order. */
export const setCookieNames = (fields: string | string[] | undefined): string[] =>
  [fields ?? []].flat().map((field) => parseSetCookie(field).name);

/** URLs within URLs that are looked into; deeper ones are rare, and each costs time. */
const maxDepth = 2;

/** True for the value of a parameter that, read as a URL or a part of one, has a secret in it. */
const hasSecret = (value: string, depth: number) =>
  // Stryker disable next-line EqualityOperator: where to stop is a matter of time, not of what must be shown
  depth < maxDepth && maskUrlAt(value, depth + 1) !== value;

/** `;` separates parameters at some backends and is part of a value at others: behind a secret name nothing is shown. */
function maskParameter(part: string, depth: number): string {
  const pieces = part.split(';');
  const first = pieces.findIndex((piece) => {
    if (!piece.includes('=')) return false;
    const { name, value } = parseParameter(piece);
    // Behind `?`, as in `#/callback?code=1`, a route has parameters of its own.
    return isSecretParameter(name.slice(name.lastIndexOf('?') + 1)) || hasSecret(value, depth);
  });
  if (first === -1) return part;
  const secret = pieces.slice(first).join(';');
  const shown = `${secret.split('=', 1)[0]}=${mask(parseParameter(secret).value)}`;
  return [...pieces.slice(0, first), shown].join(';');
}

const maskParts = (text: string, separator: string, depth: number) =>
  text
    .split(separator)
    .map((part) => maskParameter(part, depth))
    .join(separator);

/** A query with every value masked, and what is no more than a name as well. */
export const maskValues = (rawQuery: string): string =>
  rawQuery.replace(/([^&=]*=)?([^&]+)/g, (_, name: string | undefined, value: string) => `${name ?? ''}${mask(value)}`);

/** Up to the last `@` of the authority, in every spelling that a URL parser takes for one. */
const userinfo = /^(\s*(?:[a-z][a-z\d+.-]*:[\\/]*|[\\/]{2,})(?![\\/]))[^/?#]*@/i;

/** Path, query with its `?`, and fragment without its `#`. */
const urlParts = /^[^?#]+|\?[^#]+|(?<=#).+/gs;

function maskUrlAt(url: string, depth: number): string {
  return url
    .replace(userinfo, '$1[redacted]@')
    .replace(urlParts, (part, offset: number) => maskParts(part, offset === 0 ? '/' : '&', depth));
}

/** What stands behind userinfo and behind a parameter's name. An address without either is shown as it is. */
const mayHoldSecret = /[@=]/;

/** A query with the values of secret parameters masked, and of those that are URLs with secrets; the rest as it was. */
export const maskQuery = (rawQuery: string): string => maskParts(rawQuery, '&', 0);

/**
 * A URL or request-target with userinfo and the values of secret parameters masked, in the path (`;jsessionid=`), the
 * query and the fragment, where OAuth has its tokens.
 *
 * @example maskUrl('//ada:pw@h/x?a=1&token=t') // '//[redacted]@h/x?a=1&token=[redacted 1 chars]'
 */
export const maskUrl = (url: string): string => (mayHoldSecret.test(url) ? maskUrlAt(url, 0) : url);

/** Fields of a request that hold one URL. */
const urlsOfRequest = new Set(['referer', 'destination', 'x-original-url', 'x-rewrite-url', 'x-forwarded-uri']);
const urlsOfResponse = new Set(urlFields);

function maskField(name: string, value: string): string {
  if (name === 'cookie') return maskCookies(value);
  if (name === 'set-cookie') return maskSetCookie(value);
  if (urlsOfResponse.has(name)) return rewriteUrls(name, value, maskUrl);
  if (urlsOfRequest.has(name)) return maskUrl(value);
  return isSecretField(name) ? mask(value) : value;
}

/**
 * Header fields as they may be shown in a log or on the dump page: credentials masked by name and by pattern, cookies
 * by value, URLs by their secret parameters.
 *
 * @param headers names in lower case
 * @example maskHeaders({ cookie: 'sid=abc', accept: 'text/html' }) // { cookie: 'sid=[redacted 3 chars]', accept: … }
 */
export function maskHeaders(headers: Readonly<HeaderFields>): HeaderFields {
  const masked: HeaderFields = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    masked[name] = typeof value === 'string' ? maskField(name, value) : value.map((item) => maskField(name, item));
  }
  return masked;
}
