import type { MiddlewareObj, Request } from '@middy/core';
import type { InvocationContext, ProxyRequest, ProxyResponse } from './types.ts';

type Tracing = MiddlewareObj<ProxyRequest, ProxyResponse, Error, InvocationContext>;
type TracingRequest = Request<ProxyRequest, ProxyResponse, Error, InvocationContext>;

const isSampled = ({ xRayTraceId }: { xRayTraceId?: string }) =>
  /Sampled=1/.test(xRayTraceId ?? process.env['_X_AMZN_TRACE_ID'] ?? '');

/**
 * Powertools Tracer, loaded when the first sampled request arrives and not before: the X-Ray SDK costs tens of
 * milliseconds at cold start, and only Lambda knows whether tracing is active for an invocation.
 *
 * Adds a segment for the handler and gives the core a subsegment for the backend call.
 */
export function tracing(): Tracing {
  let loading: Promise<typeof import('./tracer.ts')> | undefined;
  const active = new WeakMap<object, Awaited<NonNullable<typeof loading>>>();

  const tracingBefore = async (request: TracingRequest) => {
    if (!isSampled(request.context as { xRayTraceId?: string })) return;
    loading ??= import('./tracer.ts');
    const tracer = await loading;
    active.set(request.context, tracer);
    await tracer.capture.before?.(request);
    request.context.startBackendSpan = tracer.startBackendSpan;
  };
  const tracingAfter = (request: TracingRequest) => active.get(request.context)?.capture.after?.(request);
  const tracingOnError = (request: TracingRequest) => active.get(request.context)?.capture.onError?.(request);
  return { before: tracingBefore, after: tracingAfter, onError: tracingOnError };
}
