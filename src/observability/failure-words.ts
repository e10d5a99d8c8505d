import { failureOf, type ProxyError } from '../failures.ts';
import type { Exchange } from '../types.ts';

/** What a log line says of a failure. */
interface Explanation {
  readonly reason: string;
  readonly remedy: string;
}

const outside = {
  function: {
    name: 'the time that the invocation has left',
    remedy: "raise the function's timeout: it ends the exchange before REQUEST_TIMEOUT does",
  },
  endpoint: {
    name: 'the time that the front door waits',
    remedy:
      'make the backend faster, or use a front door that waits longer: a Function URL waits for 15 minutes, an HTTP API ' +
      'for 30 seconds, a REST API for 29',
  },
} as const;

/** Milliseconds by which a timer may be early against the wall clock. */
const slackMs = 2;

/** Returns the limit that a timeout has come to, if it was one of the proxy's. */
function limitOf({ config, outsideLimit, startedAt }: Exchange, now: number) {
  if (config === undefined || outsideLimit === undefined) return undefined;
  if (now + slackMs >= outsideLimit.due) return outside[outsideLimit.of];
  const isOver = now + slackMs - startedAt >= config.requestTimeoutMs;
  return isOver ? { name: 'REQUEST_TIMEOUT', remedy: undefined } : undefined;
}

/**
 * Returns the reason and the remedy of a failure for the log line: a timeout names the limit that it came to, and a
 * request that did not arrive may be sent again, whatever its method.
 *
 * @param failure what happened
 * @param exchange the request's
 * @param now milliseconds since the epoch
 */
export function explain({ code, reason, remedy }: ProxyError, exchange: Exchange, now: number): Explanation {
  const { fault, isTimeout, mayHaveArrived } = failureOf(code);
  const limit = isTimeout ? limitOf(exchange, now) : undefined;
  const limited = limit === undefined ? reason : `${reason}; the limit is ${limit.name}`;
  const { request } = exchange;
  const arrived = fault !== 'backend' || mayHaveArrived || request === undefined;
  return {
    reason: arrived ? limited : `${limited}; the ${request.method} did not arrive and may be sent again`,
    remedy: limit?.remedy ?? remedy,
  };
}
