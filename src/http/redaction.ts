import { parseCookie, parseSetCookie } from 'cookie';
import type { HeaderFields } from '../types.ts';
import { parseParameter } from './query.ts';

/** Fields whose values are credentials, whatever their spelling says. */
const secretFields = new Set([
  'authorization',
  'authentication-info',
  'proxy-authorization',
  'proxy-authenticate',
  'apikey',
  'x-amzn-oidc-data',
  'x-amzn-oidc-accesstoken',
  'x-amzn-mtls-clientcert',
  'x-amzn-mtls-clientcert-leaf',
  'x-forwarded-client-cert',
  'x-goog-iap-jwt-assertion',
  'cf-access-jwt-assertion',
  'x-hub-signature',
  'x-hub-signature-256',
  'stripe-signature',
  'x-shopify-hmac-sha256',
  'sec-websocket-key',
  'x-origin-verify',
  'x-cdn-secret',
]);

const secretParameters = new Set([
  'sig',
  'code',
  'state',
  'key',
  'x-amz-signature',
  'x-amz-credential',
  'trace_connection',
  'dump_request',
]);

const secretName =
  /(?:^|[-_])(?:token|secret|password|passwd|pwd|signature|session|sid|jwt|credential|api[-_]?key|private[-_]?key|auth)(?:[-_]|$)/;

const isSecretField = (name: string) => secretFields.has(name) || secretName.test(name);

function isSecretParameter(name: string): boolean {
  const lower = name.toLowerCase();
  return secretParameters.has(lower) || secretName.test(lower);
}

const mask = (value: string) => `[redacted ${value.length} chars]`;

const maskCookies = (field: string) =>
  Object.entries(parseCookie(field, { decode: (value) => value }))
    .map(([name, value]) => `${name}=${mask(value ?? '')}`)
    .join('; ');

/** Name and attributes of a Set-Cookie field; only the value is the secret. */
function maskSetCookie(field: string): string {
  const { name, value } = parseSetCookie(field, { decode: (text) => text });
  const attributes = field.indexOf(';');
  return `${name}=${mask(value ?? '')}${attributes === -1 ? '' : field.slice(attributes)}`;
}

/** Names of the cookies that Set-Cookie fields set, in order. */
export const setCookieNames = (fields: string | string[] | undefined): string[] =>
  [fields ?? []].flat().map((field) => parseSetCookie(field).name);

/** A query with the values of secret parameters masked; every other byte as it was. */
export function maskQuery(rawQuery: string): string {
  if (rawQuery === '') return '';
  return rawQuery
    .split('&')
    .map((part) => {
      const { name, value } = parseParameter(part);
      return isSecretParameter(name) ? `${part.split('=', 1)[0]}=${mask(value)}` : part;
    })
    .join('&');
}

/** A URL or request-target with userinfo and the values of secret parameters masked. */
export function maskUrl(url: string): string {
  const withoutUserinfo = url.replace(/^((?:[a-z][\w+.-]*:)?\/\/)[^/?#@]*@/i, '$1[redacted]@');
  const [, path = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(withoutUserinfo) ?? [];
  return `${path}${query === undefined ? '' : `?${maskQuery(query)}`}${fragment}`;
}

const urlFields = new Set(['location', 'content-location', 'referer', 'destination']);

function maskField(name: string, value: string): string {
  if (name === 'cookie') return maskCookies(value);
  if (name === 'set-cookie') return maskSetCookie(value);
  if (urlFields.has(name)) return maskUrl(value);
  return isSecretField(name) ? mask(value) : value;
}

/**
 * Header fields as they may be shown in a log or on the dump page: credentials masked by name and by pattern, cookies
 * by value, URLs by their secret parameters.
 *
 * @example maskHeaders({ cookie: 'sid=abc', accept: 'text/html' }) // { cookie: 'sid=[redacted 3 chars]', accept: … }
 */
export function maskHeaders(headers: Readonly<HeaderFields>): HeaderFields {
  const masked: HeaderFields = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    masked[name] = typeof value === 'string' ? maskField(name, value) : value.map((item) => maskField(name, item));
  }
  return masked;
}
