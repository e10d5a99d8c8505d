import { type FailureCode, failureOf } from '../../failures.ts';
import { ownProxyStatus } from './proxy-status.ts';

/** Fields of every response that the proxy makes itself: not stored, not indexed, not sniffed, no referrer sent. */
export const ownFields: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Returns the fields of a response that the proxy makes itself and that is no failure. */
export const ownResponseFields = (contentType: string): Record<string, string> => ({
  ...ownFields,
  vary: 'Accept',
  'content-type': contentType,
});

/**
 * Returns the fields of the response to a failure. Proxy-Status (RFC 9209) says that the response is the proxy's own and
 * what happened, without a word on the next hop. In English, unless the page says otherwise.
 */
export function failureFields(code: FailureCode, contentType: string): Record<string, string> {
  const { proxyError, retryAfterSeconds } = failureOf(code);
  return {
    ...ownResponseFields(contentType),
    vary: 'Accept, Accept-Language',
    'content-language': 'en',
    'proxy-status': ownProxyStatus(proxyError),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
}
