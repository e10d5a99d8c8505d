import type { MiddlewareObj, Request } from '@middy/core';
import { fitResponse } from '../src/body/fit.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** Keeps a response within PAYLOAD_QUOTA and what the endpoint carries. */
export function payloadQuota(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const payloadQuotaAfter = async (request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { event, response, context } = request;
    if (response) request.response = await fitResponse(response, event.headers['accept-encoding'], context);
  };
  return { after: payloadQuotaAfter };
}
