import type { MiddlewareObj, Request } from '@middy/core';
import { joined, readUpTo } from '../src/body/read.ts';
import { backendRequestFor } from '../src/http/request/backend-request.ts';
import { debugQuery, isOn } from '../src/http/request/debug-query.ts';
import { takeParameter } from '../src/http/request/query.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse, RequestBody } from '../src/types.ts';

/** Bytes that tell whether content still coming in is small enough to be shown. */
const enough = 16_384;

const contentOf = async (body: RequestBody) => (Buffer.isBuffer(body) ? body : joined(await readUpTo(body, enough)));

/**
 * `?dump_request=y`: responds with a page that shows the request as received and as it would be sent, secrets masked;
 * with `&dump_body=y` a small form or JSON body as well. The backend is never called.
 */
export function dumpRequest(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const dump = async (event: ProxyRequest, context: ProxyContext, rest: string): Promise<ProxyResponse> => {
    const { values, rest: rawQuery } = takeParameter(rest, 'dump_body');
    const { backendRequest, headerSource } = backendRequestFor({ ...event, rawQuery }, context);
    // Loaded now and not before: few functions ever make this page.
    const { dumpResponse } = await import('../src/pages/lazy.ts');
    return dumpResponse({
      headerSource,
      sent: backendRequest,
      context,
      remainingMs: context.getRemainingTimeInMillis(),
      content: values.some(isOn) ? await contentOf(event.body) : undefined,
    });
  };
  const dumpRequestBefore = ({ event, context }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { active, rest } = debugQuery(event.rawQuery, 'dump_request', context.config);
    return active ? dump(event, context, rest) : undefined;
  };
  return { before: dumpRequestBefore };
}
