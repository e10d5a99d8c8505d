import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import type { MiddlewareObj, Request } from '@middy/core';
import type { RemoteUrl } from '../config/remote-url.ts';
import { maskUrl } from '../http/redaction/redaction.ts';
import type { BackendRequest, BackendSpan } from '../types.ts';

/**
 * Everything that touches the X-Ray SDK, behind one seam: the SDK is in maintenance mode, and what replaces it should
 * have this file to replace.
 *
 * The SDK's own patching of http is off: it would name the full URL, query included, and slow every request.
 */
const tracer = new Tracer({
  serviceName: process.env['POWERTOOLS_SERVICE_NAME'] || 'lambda-rproxy',
  captureHTTPsRequests: false,
});

/** Never the response: its body would land in the trace. */
const capture: MiddlewareObj = captureLambdaHandler(tracer, { captureResponse: false });

/**
 * Gives an invocation a root segment of its own where several run at once. The SDK has one for the whole process and
 * moves it on to the trace it was last asked for, with every subsegment that is still open under it.
 */
function separateRoot(): void {
  const shared = tracer.getSegment();
  if (!process.env['AWS_LAMBDA_MAX_CONCURRENCY'] || shared === undefined) return;
  const own = Object.assign(Object.create(Object.getPrototypeOf(shared)), shared);
  delete own.subsegments;
  tracer.setSegment(own);
}

/**
 * Opens the handler's subsegment.
 *
 * @param request as Middy has it
 * @param isColdStart whether this is the environment's first invocation, which the Tracer, loaded late, cannot know
 * @returns false where tracing is switched off (POWERTOOLS_TRACE_ENABLED), and nothing was opened
 */
export function openHandlerSpan(request: Request, isColdStart: boolean): boolean {
  if (!tracer.isTracingEnabled()) return false;
  separateRoot();
  capture.before?.(request);
  if (!isColdStart) tracer.putAnnotation('ColdStart', false);
  return true;
}

/** Closes the handler's subsegment; marked as a fault, with the error, when `failed`. */
export function closeHandlerSpan(request: Request, failed: boolean): void {
  if (failed) capture.onError?.(request);
  else capture.after?.(request);
}

/**
 * Opens a subsegment for the backend call and says which field carries the trace there.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-http
 *
 * @param sent what goes to the backend; the query, which may hold secrets, is left out of the trace
 * @param origin the backend
 */
export function startBackendSpan({ method, target }: BackendRequest, remoteUrl: RemoteUrl): BackendSpan {
  const span = tracer.getSegment()?.addNewSubsegment(remoteUrl.hostname);
  if (span === undefined) return { headers: {}, end: () => undefined };
  span.namespace = 'remote';
  // Parameters of a path may be credentials, as in /page;jsessionid=…
  const path = maskUrl(target.split('?', 1)[0] ?? '');
  const request = { method, url: `${remoteUrl.protocol}//${remoteUrl.authority}${path}` };
  span.addAttribute('http', { request });
  const traceId = tracer.getRootXrayTraceId();
  return {
    headers: traceId === undefined ? {} : { 'x-amzn-trace-id': `Root=${traceId};Parent=${span.id};Sampled=1` },
    end(outcome) {
      if ('failure' in outcome) {
        // The code alone: messages of Node and got name addresses.
        span.addError({ name: outcome.failure, message: outcome.failure } as Error, true);
        span.close();
        return;
      }
      const { statusCode } = outcome;
      span.addAttribute('http', { request, response: { status: statusCode } });
      if (statusCode === 429) span.addThrottleFlag();
      if (statusCode >= 500) span.addFaultFlag();
      else if (statusCode >= 400) span.addErrorFlag();
      span.close();
    },
  };
}
