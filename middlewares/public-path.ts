import type { MiddlewareObj, Request } from '@middy/core';
import { withoutPublicPath } from '../src/http/request/public-origin.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** Removes PUBLIC_PATH from the path of requests that have it, before any other step looks at the path. */
export function publicPath(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const publicPathBefore = (request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    request.event = withoutPublicPath(request.event, request.context.config);
  };
  return { before: publicPathBefore };
}
