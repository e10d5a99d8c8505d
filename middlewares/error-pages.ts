import type { MiddlewareObj, Request } from '@middy/core';
import { ProxyError } from '../src/failures.ts';
import type { InvocationContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

type Step = Request<ProxyRequest, ProxyResponse, Error, InvocationContext>;

/**
 * Responds to a failure, or leaves it to @middy/http-error-handler with what a response in plain text needs. Pages and
 * languages are loaded now and not before: a function that never fails never pays for them.
 */
async function respond(request: Step, failure: ProxyError): Promise<void> {
  const { failureResponse } = await import('../src/pages/lazy.ts');
  const { event, context } = request;
  const { representation, response } = await failureResponse(failure, event, context, new Date());
  if (representation !== 'text') {
    request.response = response;
    return;
  }
  failure.message = response.body;
  failure.headers = response.headers;
}

/**
 * Turns whatever was thrown into a log line and a response: a page for clients that prefer HTML, problem details
 * (RFC 9457) for those that prefer JSON. For all others it puts the client's language and the header fields into the
 * error, and @middy/http-error-handler responds.
 */
export function errorPages(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, InvocationContext> {
  const errorPagesOnError = async (request: Step) => {
    // Loaded with the first failure and not before, as the pages are.
    const { toProxyError } = await import('../src/failure-mapping.ts');
    const { logFailure } = await import('../src/observability/lazy.ts');
    const failure = toProxyError(request.error);
    request.error = failure;
    const { exchange } = request.context;
    logFailure(failure, exchange);
    // No byte of the backend's body is sent.
    exchange.responseBytes = 0;
    try {
      await respond(request, failure);
    } catch (error) {
      // Middy would make the failure the cause of this error, and so it would pass for the failure.
      throw new ProxyError('internal_error', { reason: 'the response to a failure could not be made', cause: error });
    }
  };
  return { onError: errorPagesOnError };
}
