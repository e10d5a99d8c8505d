import { parseCookie, parseSetCookie } from 'cookie';
import type { FieldRule } from '../../config/field-rules.ts';
import type { HeaderFields } from '../../types.ts';
import { rewriteUrls, urlFields } from '../url-fields.ts';
import { isHarmlessField } from './harmless-fields.ts';
import { isMasked, mask } from './mask.ts';
import { isUrl, maskHarmlessText, maskText, maskUrl } from './redaction.ts';
import { isHarmlessName, isSecretName } from './secret-names.ts';
import { maskKnownSecrets, maskRandom } from './secret-values.ts';

const maskCookies = (field: string) =>
  Object.entries(parseCookie(field, { decode: (value) => value }) as Record<string, string>)
    .map(([name, value]) => `${name}=${mask(value)}`)
    .join('; ');

/** An attribute of a cookie. A value with `=` in it may be the next cookie of a list that was joined by commas. */
const cookieAttribute =
  /^\s*(?:(?:domain|expires|httponly|max-age|partitioned|path|priority|samesite|secure)\s*(?:=[^=]*)?)?$/i;

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

/** The URLs in a list of names, directives or parameters, and what is known by how it begins. */
const maskUrlsIn = (field: string) =>
  maskKnownSecrets(field.replace(/\S+/g, (word) => (word.includes('//') ? maskUrl(word) : word)));

/** Parameters of a challenge that tell a client what to do; others, such as nonces, belong to one exchange. */
const challengeParameter =
  /^(?:realm|error|error_description|scope|algorithm|qop|charset|stale|max_age|authorization_uri)$/i;

/** A challenge (RFC 9110 §11.6.1): the schemes and what they ask for stay readable. */
const maskChallenge = (field: string) =>
  maskUrlsIn(
    field.replace(
      /(?<![\w-])([\w-]+)(\s*=\s*)("(?:[^"\\]|\\.?)*"?|[^\s,"]+)|((?:^|[\s,])[\w-]+ +)([\w.~+/-]{5,}=*)(?=\s*(?:,|$))/gs,
      (match, name?: string, equals?: string, value = '', scheme?: string, token = '') => {
        if (scheme !== undefined) return `${scheme}${mask(token)}`;
        return challengeParameter.test(name ?? '') || isMasked(value) ? match : `${name}${equals}${mask(value)}`;
      },
    ),
  );

/** Fields that are lists of names, directives and policies: nothing in them is a value with a secret name. */
const namesOnly =
  /^(?:access-control-|vary$|trailer$|connection$|accept-|permissions-policy|feature-policy|content-security-policy)/;

/** Subprotocols, among which browsers pass a token because they can pass it nowhere else. */
const maskSubprotocols = (field: string) => (field.split(',').some((item) => isSecretName(item)) ? mask(field) : field);

/** Fields of a request that hold one URL. */
const requestUrls: ReadonlySet<string> = new Set([
  'referer',
  'destination',
  'x-original-url',
  'x-rewrite-url',
  'x-forwarded-uri',
]);
const responseUrls: ReadonlySet<string> = new Set(urlFields);

/** True for a field whose long random values are known to be ids or hashes. */
const isHarmless = (name: string) => isHarmlessField(name) || isHarmlessName(name);

function maskField(name: string, value: string): string {
  if (name === 'cookie') return maskCookies(value);
  if (name === 'set-cookie') return maskSetCookie(value);
  if (name === 'www-authenticate') return maskChallenge(value);
  if (responseUrls.has(name)) return maskKnownSecrets(rewriteUrls(name, value, maskUrl));
  if (requestUrls.has(name)) return maskUrl(value);
  if (namesOnly.test(name)) return maskUrlsIn(value);
  if (isSecretName(name)) return mask(value);
  if (name === 'sec-websocket-protocol') return maskText(maskSubprotocols(value));
  if (isHarmless(name)) return maskHarmlessText(value);
  const shown = maskText(value);
  return isUrl(value) ? shown : maskRandom(shown);
}

function mapFields(headers: Readonly<HeaderFields>, show: (name: string, value: string) => string): HeaderFields {
  const masked: HeaderFields = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    masked[name] = typeof value === 'string' ? show(name, value) : value.map((item) => show(name, item));
  }
  return masked;
}

/**
 * Header fields as they may be shown in a log or on the dump page: credentials masked by name and by pattern, cookies
 * by value, URLs by their secret parameters.
 *
 * @param headers names in lower case
 * @example maskHeaders({ cookie: 'sid=abc', accept: 'text/html' }) // { cookie: 'sid=[redacted 3 chars]', accept: … }
 */
export const maskHeaders = (headers: Readonly<HeaderFields>): HeaderFields => mapFields(headers, maskField);

/**
 * Header fields as they may be logged for a request that nobody traced: fields that are known to be harmless as
 * {@link maskHeaders} shows them, cookies by name, and of any other field the length alone.
 *
 * @param headers names in lower case
 */
export const maskUnlistedHeaders = (headers: Readonly<HeaderFields>): HeaderFields =>
  mapFields(headers, (name, value) =>
    name === 'cookie' || isHarmlessField(name) ? maskField(name, value) : mask(value),
  );

/**
 * Masks the fields for the backend. Those that REQUEST_HEADERS writes are masked whole, whatever their names.
 *
 * @param headers as sent
 * @param rules REQUEST_HEADERS
 * @param maskOthers masks the other fields
 */
export function maskSentHeaders(
  headers: Readonly<HeaderFields>,
  rules: readonly FieldRule[],
  maskOthers: (headers: Readonly<HeaderFields>) => HeaderFields = maskHeaders,
): HeaderFields {
  const written = rules.filter(({ name, action }) => action !== 'remove' && headers[name] !== undefined);
  const masked = written.map(({ name }) => [name, mask(String(headers[name]))] as const);
  return { ...maskOthers(headers), ...Object.fromEntries(masked) };
}
