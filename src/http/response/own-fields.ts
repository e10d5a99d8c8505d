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
 * Returns the fields of the response to a failure. Proxy-Status (RFC 9209) says that it is the proxy's own and what
 * happened; Retry-After stands only where a retry makes sense. In English, unless the page says otherwise.
 */
export function failureFields(code: FailureCode, contentType: string): Record<string, string> {
  const { proxyError, retryable, status } = failureOf(code);
  return {
    ...ownResponseFields(contentType),
    vary: 'Accept, Accept-Language',
    'content-language': 'en',
    'proxy-status': ownProxyStatus(proxyError),
    ...(retryable && status >= 502 ? { 'retry-after': '10' } : {}),
  };
}
