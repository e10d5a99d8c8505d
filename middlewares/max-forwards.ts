import type { MiddlewareObj, Request } from '@middy/core';
import { respondToLastHop } from '../src/http/request/max-forwards.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/**
 * Responds to `OPTIONS` with `Max-Forwards: 0`, which is for the proxy itself (RFC 9110 §7.6.2), with the methods that
 * it forwards. The backend is never called.
 */
export function maxForwards(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const maxForwardsBefore = ({ event }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) =>
    respondToLastHop(event);
  return { before: maxForwardsBefore };
}
