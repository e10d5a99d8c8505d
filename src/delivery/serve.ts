import type { Context } from 'aws-lambda';
import { ProxyError } from '../failures.ts';
import { accessValues } from '../http/redaction/access-values.ts';
import { givenRequestId, withRequestId } from '../http/request-id.ts';
import { failureFields } from '../http/response/own-fields.ts';
import { accessLine } from '../observability/access-log.ts';
import { correlate, isEnabled, logger } from '../observability/logger.ts';
import { publishMetrics } from '../observability/metrics.ts';
import { mayShowTrouble } from '../observability/trouble-signs.ts';
import type { Capacity, Exchange, InvocationContext, ProxyChain, ProxyRequest, ProxyResponse } from '../types.ts';

/** One way in and out: how a request arrives, and how its response is delivered. */
export interface Delivery<Result> {
  /** @throws {ProxyError} when the event cannot be read as a request */
  receive(): { request: ProxyRequest; capacity: Capacity };
  /** @throws {BrokenOff} when a part of the response was sent; anything else while none was */
  deliver(response: ProxyResponse): Result | Promise<Result>;
}

/**
 * A response that failed while it was sent. The runtime logs whatever it is given, so it is given this alone: the causes
 * may hold the request.
 */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
  readonly #failure: ProxyError;

  constructor(failure: ProxyError) {
    super(`The response broke off: ${failure.code}`);
    this.#failure = failure;
  }

  /** Why. */
  get failure(): ProxyError {
    return this.#failure;
  }
}

/** For what the chain never sees, and for a fault in the chain's own error handling: short, and without HTML. */
async function plainResponse(error: unknown, exchange: Exchange, context: Context): Promise<ProxyResponse> {
  const { toProxyError } = await import('../failure-mapping.ts');
  const failure = toProxyError(error);
  logger.addContext(context);
  if (exchange.request === undefined) correlate(undefined);
  (await import('../observability/lazy.ts')).logFailure(failure, exchange);
  const { code, statusCode, message } = failure;
  return { statusCode, headers: failureFields(code, 'text/plain; charset=utf-8'), body: `${message}\n` };
}

/** The capacity that is left beside the request's id, which every response gets at the end. */
const capacityFor = (capacity: Capacity, { requestId }: Exchange): Capacity => ({
  ...capacity,
  measure: (response) => capacity.measure(withRequestId(response, requestId)),
});

/** The payload quota covers the backend's responses; a page of the proxy's own can be too large as well: a dump. */
function checkOwnSize(response: ProxyResponse, { limit, measure }: Capacity): void {
  if (typeof response.body !== 'string' || measure(response) <= limit) return;
  throw new ProxyError('response_too_large', { reason: "the proxy's own page is larger than the endpoint carries" });
}

/** Whether this environment has seen an invocation before. */
let warm = false;

/**
 * Serves one request, from its arrival to its response. It reads the request before Middy and delivers the response
 * after it, because this is the only place that normal, early and error endings all pass. Whatever goes wrong before the
 * response is sent becomes the response: a front door turns a failed invocation into a bare 502.
 *
 * @param proxy the chain
 * @param context Lambda's context, or one like it
 * @param delivery the way in and out
 * @throws {BrokenOff} when the response failed after its beginning was sent, which only a streamed one can
 */
export async function serve<Result>(
  proxy: ProxyChain,
  context: Context & Pick<InvocationContext, 'clientGone'>,
  delivery: Delivery<Result>,
): Promise<Result> {
  const exchange: Exchange = {
    startedAt: Date.now(),
    requestId: context.awsRequestId,
    coldStart: !warm,
    traced: false,
  };
  warm = true;
  const deliver = (response: ProxyResponse) => {
    exchange.statusCode = response.statusCode;
    if (typeof response.body === 'string') exchange.responseBytes = Buffer.byteLength(response.body);
    const named = withRequestId(response, exchange.requestId);
    if (!exchange.showsTiming) return delivery.deliver(named);
    return import('../observability/lazy.ts').then(({ withServerTiming }) =>
      delivery.deliver(withServerTiming(named, exchange, Date.now())),
    );
  };
  try {
    const { request, capacity: carried } = delivery.receive();
    exchange.request = request;
    const given = givenRequestId(request.headers);
    correlate(given);
    exchange.requestId = given ?? context.awsRequestId;
    const capacity = capacityFor(carried, exchange);
    const response = await proxy(request, Object.assign(context, { exchange, capacity }) satisfies InvocationContext);
    checkOwnSize(response, capacity);
    return await deliver(response);
  } catch (error) {
    if (!(error instanceof BrokenOff)) return await deliver(await plainResponse(error, exchange, context));
    // The client has the beginning of the response, and can be told nothing more.
    exchange.responseBytes ??= 0;
    (await import('../observability/lazy.ts')).logFailure(error.failure, exchange, 'response broke off');
    throw error;
  } finally {
    exchange.cleanUp?.();
    if (mayShowTrouble(exchange)) (await import('../observability/lazy.ts')).warnOfTrouble(exchange);
    if (isEnabled('INFO')) {
      const now = Date.now();
      logger.plain('request', accessLine(exchange, now, await accessValues(exchange.request)));
    }
    await publishMetrics(exchange, context.functionName);
  }
}
