import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import type { MiddlewareObj } from '@middy/core';
import type { BackendSpan, Outgoing } from './types.ts';

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

/** Middy middleware for the handler's segment. Never the response: its body would land in the trace. */
export const capture: MiddlewareObj = captureLambdaHandler(tracer, { captureResponse: false });

/**
 * Opens a subsegment for the backend call and says which field carries the trace there.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-http
 *
 * @param sent what goes to the backend; the query, which may hold secrets, is left out of the trace
 */
export function startBackendSpan({ method, target, headers }: Outgoing): BackendSpan {
  const parent = tracer.getSegment();
  if (parent === undefined) return { headers: {}, end: () => undefined };
  const host = String(headers['host']);
  const span = parent.addNewSubsegment(host);
  span.namespace = 'remote';
  const request = { method, url: `${host}${target.split('?', 1)[0]}` };
  span.addAttribute('http', { request });
  const traceId = tracer.getRootXrayTraceId();
  return {
    headers: traceId === undefined ? {} : { 'x-amzn-trace-id': `Root=${traceId};Parent=${span.id};Sampled=1` },
    end(outcome) {
      if ('error' in outcome) {
        span.addFaultFlag();
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
