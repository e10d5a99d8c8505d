import type { MiddlewareObj, Request } from '@middy/core';
import { ProxyError } from '../src/failures.ts';
import { originSecretField } from '../src/http/origin-secret-field.ts';
import { isSameSecret } from '../src/http/same-secret.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

const remedy =
  `have the proxy in front send the value of ORIGIN_SECRET as ${originSecretField}; ` +
  'if it does, the two values differ: while one is being replaced, keep the old one in ORIGIN_SECRET_PREVIOUS';

/**
 * Refuses with 403 every request that did not come through the proxy in front, which alone knows ORIGIN_SECRET. The
 * header field is never forwarded.
 */
export function originSecret(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const originSecretBefore = ({ event, context }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { originSecrets } = context.config;
    if (originSecrets.length === 0) return;
    const value = event.headers[originSecretField];
    // Every secret is compared, so that the time taken does not tell which one matched.
    const matches = originSecrets.filter((secret) => typeof value === 'string' && isSameSecret(value, secret));
    if (matches.length > 0) return;
    const what = value === undefined ? 'is missing' : 'is not the one that ORIGIN_SECRET names';
    throw new ProxyError('front_bypassed', { reason: `${originSecretField} ${what}`, remedy });
  };
  return { before: originSecretBefore };
}
