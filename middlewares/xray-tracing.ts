import type { MiddlewareObj, Request } from '@middy/core';
import { failureOf } from '../src/failures.ts';
import type { InvocationContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

type Step = Request<ProxyRequest, ProxyResponse, Error, InvocationContext>;
type Tracer = typeof import('../src/observability/xray.ts');

const isSampled = ({ xRayTraceId }: { xRayTraceId?: string }) =>
  /Sampled=1/.test(xRayTraceId ?? process.env['_X_AMZN_TRACE_ID'] ?? '');

/**
 * Adds a subsegment for the handler, and lets the core open one for the backend call. Powertools Tracer is loaded when
 * the first sampled request arrives: the X-Ray SDK costs tens of milliseconds at cold start, and only Lambda knows
 * whether tracing is active for an invocation.
 */
export function tracing(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, InvocationContext> {
  let loading: Promise<Tracer> | undefined;
  let invocations = 0;
  const active = new WeakMap<object, Tracer>();

  const trace = async (request: Step, isColdStart: boolean) => {
    const { context } = request;
    loading ??= import('../src/observability/xray.ts');
    const tracer = await loading;
    if (!tracer.openHandlerSpan(request, isColdStart)) return;
    active.set(context, tracer);
    context.startBackendSpan = tracer.startBackendSpan;
  };

  const tracingBefore = (request: Step) => {
    invocations += 1;
    return isSampled(request.context as { xRayTraceId?: string }) ? trace(request, invocations === 1) : undefined;
  };

  const tracingAfter = (request: Step) => active.get(request.context)?.closeHandlerSpan(request, false);

  const tracingOnError = (request: Step) => {
    const { failure } = request.context.exchange;
    // A refused request is not a fault of the function: a scanner must not turn the service map red.
    const { fault, planned } = failure === undefined ? {} : failureOf(failure);
    const failed = fault !== 'client' && !planned;
    active.get(request.context)?.closeHandlerSpan(request, failed);
  };
  return { before: tracingBefore, after: tracingAfter, onError: tracingOnError };
}
