import { cleanupMiddlewares } from '@aws-lambda-powertools/commons';
import type { MiddlewareObj, Request } from '@middy/core';
import { respondToLastHop } from '../src/http/request/max-forwards.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/**
 * `OPTIONS` with `Max-Forwards: 0` asks the proxy itself (RFC 9110 §7.6.2): answers with the methods that pass. The
 * backend is never called.
 */
export function maxForwards(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const maxForwardsBefore = async (
    request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>,
  ): Promise<ProxyResponse | undefined> => {
    const response = respondToLastHop(request.event);
    // An early answer skips every `after`, Powertools' own included.
    if (response !== undefined) await cleanupMiddlewares(request as never);
    return response;
  };
  return { before: maxForwardsBefore };
}
