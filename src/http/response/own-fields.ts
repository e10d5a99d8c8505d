import { type FailureCode, failureOf } from '../../failures.ts';

/** Fields of every answer that the proxy makes itself: not stored, not indexed, not sniffed, no address told on. */
export const ownFields: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Fields of an answer that the proxy makes itself and that is no failure. */
export const ownResponseFields = (contentType: string): Record<string, string> => ({
  ...ownFields,
  vary: 'Accept',
  'content-type': contentType,
});

/**
 * Fields of the response to a failure. Proxy-Status (RFC 9209) says that the response is the proxy's own and what
 * happened, without a word on the next hop. In English, unless the page says otherwise.
 */
export function failureFields(code: FailureCode, contentType: string): Record<string, string> {
  const { proxyError, retryAfterSeconds } = failureOf(code);
  return {
    ...ownResponseFields(contentType),
    vary: 'Accept, Accept-Language',
    'content-language': 'en',
    'proxy-status': `lambda-rproxy; error=${proxyError}`,
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
}
