import { cleanupMiddlewares } from '@aws-lambda-powertools/commons';
import type { MiddlewareObj, Request } from '@middy/core';
import { preferredRepresentation } from '../src/http/accept.ts';
import { debugQuery } from '../src/http/debug-query.ts';
import { outgoing } from '../src/http/outgoing.ts';
import { ownAnswerFields } from '../src/http/own-fields.ts';
import { pseudonym } from '../src/http/pseudonym.ts';
import { describeRequest, dumpPage } from '../src/pages/dump.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/**
 * `?dump_request=y`: answers with a page that shows the request as it arrived and as it would be sent, secrets masked.
 * The backend is never called.
 */
export function dumpRequest(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const dumpRequestBefore = async (
    request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>,
  ): Promise<ProxyResponse | undefined> => {
    const { event, context } = request;
    const { active, rest } = debugQuery(event.rawQuery, 'dump_request', context.config);
    if (!active) return undefined;
    const incoming = { ...event, rawQuery: rest };
    const dump = describeRequest(
      incoming,
      outgoing(incoming, context.config, pseudonym(context.invokedFunctionArn), {
        keepsCodings: context.capacity.keepsCodings,
        requestId: context.exchange.requestId,
      }),
      context,
      context.getRemainingTimeInMillis(),
    );
    // An early answer skips every `after`, Powertools' own included.
    await cleanupMiddlewares(request as never);
    const empty = event.method === 'HEAD';
    if (preferredRepresentation(event.headers['accept']) !== 'html') {
      const body = `${JSON.stringify(dump, undefined, 2)}\n`;
      return { statusCode: 200, headers: ownAnswerFields('application/json'), body: empty ? '' : body };
    }
    const { html, contentSecurityPolicy } = dumpPage(dump);
    const headers = {
      ...ownAnswerFields('text/html; charset=utf-8'),
      'content-security-policy': contentSecurityPolicy,
    };
    return { statusCode: 200, headers, body: empty ? '' : html };
  };
  return { before: dumpRequestBefore };
}
