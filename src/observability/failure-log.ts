import { types } from 'node:util';
import { failureOf, type ProxyError } from '../failures.ts';
import type { Exchange } from '../types.ts';
import { logFailedExchange } from './debug-log.ts';
import { explain } from './failure-words.ts';
import { logger } from './logger.ts';

/** Causes by name, code and message only: got's errors carry the whole request, credentials included. */
function causesOf(error: unknown): { name: string; code: string | undefined; message: string }[] {
  const causes = [];
  for (let cause = error; types.isNativeError(cause) && causes.length < 5; cause = cause.cause) {
    const { name, message, code } = cause as NodeJS.ErrnoException;
    causes.push({ name, message, code });
  }
  return causes;
}

/**
 * Notes a failure in the exchange and writes the line that says why, after the debug lines of the exchange when the
 * client is not to blame.
 *
 * @param failure what happened
 * @param exchange the request's
 * @param message by default what the status says
 */
export function logFailure(failure: ProxyError, exchange: Exchange, message?: string): void {
  const { cause, code, statusCode } = failure;
  const { fault, isBug, planned } = failureOf(code);
  exchange.failure = code;
  const refused = statusCode < 500 || fault === 'client' || planned === true;
  if (!refused) logFailedExchange(exchange);
  const { reason, remedy } = explain(failure, exchange, Date.now());
  const details = {
    error: { type: code, ...(isBug && cause instanceof Error ? { stack: cause.stack } : {}) },
    reason,
    remedy,
    causes: causesOf(cause),
    proxy: { fault },
  };
  if (refused) logger.warn(message ?? 'request refused', details);
  else logger.error(message ?? 'request failed', details);
}
