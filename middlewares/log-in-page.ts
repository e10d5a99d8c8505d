import type { MiddlewareObj, Request } from '@middy/core';
import { forward } from '../src/backend/forward.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** BASIC_LOGIN: shows the log-in page in place of a Basic challenge, and responds to the log-in form. */
export function logInPage(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const logInPageAfter = async (request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { event, context, response } = request;
    if (context.config.basicLogIn === undefined || !response) return;
    const { respondToLogIn } = await import('../src/log-in/lazy.ts');
    const send = (other: ProxyRequest) => forward(other, context);
    request.response = await respondToLogIn(event, response, context, send, Date.now());
  };
  return { after: logInPageAfter };
}
