import type { Context } from 'aws-lambda';
import { failureOf, ProxyError, toProxyError } from '../failures.ts';
import { accessValues } from '../http/redaction/access-values.ts';
import { givenRequestId, withRequestId } from '../http/request-id.ts';
import { failureFields } from '../http/response/own-fields.ts';
import { accessLine } from '../observability/access-log.ts';
import { correlate, isEnabled, logger } from '../observability/logger.ts';
import { publishMetrics } from '../observability/metrics.ts';
import type {
  Capacity,
  Exchange,
  InvocationContext,
  ProxyChain,
  ProxyContext,
  ProxyRequest,
  ProxyResponse,
} from '../types.ts';

/** One way in and out: how a request arrives, and how its answer is handed back. */
export interface Delivery<Result> {
  /** @throws {ProxyError} when what arrived is no request that can be read */
  receive(): { request: ProxyRequest; capacity: Capacity };
  /** @throws {BrokenOff} when a part of the answer is out; anything else while none is */
  deliver(response: ProxyResponse): Result | Promise<Result>;
}

/**
 * An answer that failed on its way out. It is all that the runtime gets to see, which logs whatever it is given: the
 * causes, which may hold the request, stay behind.
 */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
  readonly #failure: ProxyError;

  constructor(failure: ProxyError) {
    super(`The answer broke off: ${failure.code}`);
    this.#failure = failure;
  }

  /** Why. */
  get failure(): ProxyError {
    return this.#failure;
  }
}

/** Loaded with the first failure and not before. */
async function logFailedExchange(exchange: Exchange): Promise<void> {
  const debugLog = await import('../observability/debug-log.ts');
  debugLog.logFailedExchange(exchange);
}

/** For what the chain never sees, and for a fault in the chain's own error handling: short, and without HTML. */
async function plainResponse(error: unknown, exchange: Exchange, context: Context): Promise<ProxyResponse> {
  const { code, statusCode, message, reason, cause } = toProxyError(error);
  exchange.failure = code;
  logger.addContext(context);
  if (exchange.request === undefined) correlate(undefined);
  if (statusCode >= 500) await logFailedExchange(exchange);
  const level = failureOf(code).fault === 'client' ? 'warn' : 'error';
  const stack = cause instanceof Error ? cause.stack : undefined;
  logger[level](level === 'warn' ? 'request refused' : 'request failed', { error: { type: code, stack }, reason });
  return { statusCode, headers: failureFields(code, 'text/plain; charset=utf-8'), body: `${message}\n` };
}

/** Tells the log of an answer that broke off; the client has its beginning, and can be told nothing more. */
async function noteBreak({ code, reason, remedy, cause }: ProxyError, exchange: Exchange): Promise<void> {
  exchange.failure = code;
  exchange.responseBytes ??= 0;
  const { status, fault } = failureOf(code);
  if (status >= 500) await logFailedExchange(exchange);
  const stack = code === 'internal_error' && cause instanceof Error ? cause.stack : undefined;
  logger.error('answer broke off', { error: { type: code, stack }, reason, remedy, proxy: { fault } });
}

/** What an answer may hold beside the request's id, which it gets on its way out. */
const capacityFor = (capacity: Capacity, { requestId }: Exchange): Capacity => ({
  ...capacity,
  measure: (response) => capacity.measure(withRequestId(response, requestId)),
});

/** The payload quota watches the backend's answers; a page of the proxy's own can be too large as well: a dump. */
function checkOwnSize(response: ProxyResponse, { limit, measure }: Capacity): void {
  if (typeof response.body !== 'string' || measure(response) <= limit) return;
  throw new ProxyError('response_too_large', { reason: "the proxy's own page is larger than the endpoint carries" });
}

/** Whether this environment has seen an invocation before. */
let warm = false;

/**
 * One request, from arrival to answer. Reading it stands before Middy and handing the answer over stands after it,
 * because this is the only place that normal, early and error endings all pass. Whatever goes wrong before the answer
 * leaves becomes the answer: to a front door, a failed invocation is a bare 502 without a word.
 *
 * @param proxy the chain
 * @param context Lambda's context, or one like it
 * @param delivery the way in and out
 * @throws {BrokenOff} when the answer failed after its beginning had left, which only a streamed one can
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
    return delivery.deliver(withRequestId(response, exchange.requestId));
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
    await noteBreak(error.failure, exchange);
    throw error;
  } finally {
    exchange.cleanUp?.();
    const { config } = context as Partial<ProxyContext>;
    if (isEnabled('INFO')) {
      const now = Date.now();
      logger.plain('request', accessLine(exchange, config, now, await accessValues(exchange.request)));
    }
    await publishMetrics(exchange, context as Partial<ProxyContext> & Context);
  }
}
