import { cleanupMiddlewares } from '@aws-lambda-powertools/commons';
import type { MiddlewareObj, Request } from '@middy/core';
import { joined, readUpTo } from '../src/body/read.ts';
import { buildBackendRequest } from '../src/http/request/backend-request.ts';
import { debugQuery, isOn } from '../src/http/request/debug-query.ts';
import { pseudonym } from '../src/http/request/loops.ts';
import { takeParameter } from '../src/http/request/query.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse, RequestBody } from '../src/types.ts';

/** Bytes that tell whether content still coming in is small enough to be shown. */
const enough = 16_384;

const contentOf = async (body: RequestBody) => (Buffer.isBuffer(body) ? body : joined(await readUpTo(body, enough)));

/**
 * `?dump_request=y`: answers with a page that shows the request as it arrived and as it would be sent, secrets masked;
 * with `&dump_body=y` a small form or JSON body as well. The backend is never called.
 */
export function dumpRequest(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const dumpRequestBefore = async (
    request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>,
  ): Promise<ProxyResponse | undefined> => {
    const { event, context } = request;
    const { config, capacity } = context;
    const { active, rest } = debugQuery(event.rawQuery, 'dump_request', config);
    if (!active) return undefined;
    const { values, rest: rawQuery } = takeParameter(rest, 'dump_body');
    const incoming = { ...event, rawQuery };
    const name = pseudonym(context.invokedFunctionArn);
    const options = { keepsCodings: capacity.keepsCodings, requestId: context.exchange.requestId };
    const sent = buildBackendRequest(incoming, config, name, options);
    // Loaded now and not before: few functions ever make this page.
    const { dumpResponse } = await import('../src/pages/lazy.ts');
    const response = dumpResponse({
      headerSource: { request: incoming, config, pseudonym: name, ...options, body: sent.body },
      sent,
      context,
      remainingMs: context.getRemainingTimeInMillis(),
      content: values.some(isOn) ? await contentOf(event.body) : undefined,
    });
    // An early answer skips every `after`, Powertools' own included.
    await cleanupMiddlewares(request as never);
    return response;
  };
  return { before: dumpRequestBefore };
}
