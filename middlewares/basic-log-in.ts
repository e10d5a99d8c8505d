import type { MiddlewareObj, Request } from '@middy/core';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/**
 * BASIC_LOGIN: finds the credentials in the log-in cookie, and receives the log-in form. The backend request then has
 * them in Authorization, and not the cookie.
 */
export function basicLogIn(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const basicLogInBefore = async (request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { event, context } = request;
    if (context.config.basicLogIn === undefined) return undefined;
    // Loaded where the setting is on and nowhere else.
    const { receiveLogIn } = await import('../src/log-in/lazy.ts');
    const received = await receiveLogIn(event, context, Date.now());
    request.event = received.request;
    return received.response;
  };
  return { before: basicLogInBefore };
}
