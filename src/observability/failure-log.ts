import { failureOf, type ProxyError } from '../failures.ts';
import type { Exchange } from '../types.ts';
import { logger } from './logger.ts';

/** Causes by name, code and message only: got's errors carry the whole request, credentials included. */
function causesOf(error: unknown): { name: string; code: string | undefined; message: string }[] {
  const causes = [];
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    causes.push({ name: cause.name, message: cause.message, code });
  }
  return causes;
}

/** A request that did not arrive has changed nothing, whatever its method. */
function reasonOf({ code, reason }: ProxyError, { request }: Exchange): string {
  const { fault, mayHaveArrived } = failureOf(code);
  if (fault !== 'backend' || mayHaveArrived || request === undefined) return reason;
  return `${reason}; the ${request.method} did not arrive and may be sent again`;
}

/**
 * Notes a failure in the exchange and writes the line that says why, after the debug lines of the exchange when the
 * client is not to blame.
 *
 * @param failure what happened
 * @param exchange the request's
 * @param message by default what the status says
 */
export async function logFailure(failure: ProxyError, exchange: Exchange, message?: string): Promise<void> {
  const { cause, code, remedy, statusCode } = failure;
  const { fault, isBug, planned } = failureOf(code);
  const isError = statusCode >= 500 && !planned;
  exchange.failure = code;
  // Loaded with the first failure and not before.
  if (isError) (await import('./debug-log.ts')).logFailedExchange(exchange);
  const details = {
    error: { type: code, ...(isBug && cause instanceof Error ? { stack: cause.stack } : {}) },
    reason: reasonOf(failure, exchange),
    remedy,
    causes: causesOf(cause),
    proxy: { fault },
  };
  if (isError) logger.error(message ?? 'request failed', details);
  else logger.warn(message ?? 'request refused', details);
}
