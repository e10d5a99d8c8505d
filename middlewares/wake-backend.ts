import type { MiddlewareObj, Request } from '@middy/core';
import { logger } from '../src/observability/logger.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

type Waker = ReturnType<typeof import('../src/wake/waker.ts').createWaker>;

/**
 * Wakes the backend (WAKE) when a connection to it failed and the client may wake it. The client gets the failure page
 * in any case: what became of it is on the access line and, if it failed, in a log line of its own.
 */
export function wakeBackend(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  let loading: Promise<Waker> | undefined;
  const load = async () => (await import('../src/wake/waker.ts')).createWaker();

  const wakeBackendOnError = async ({
    error,
    event,
    context,
  }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    if (context.config.wake === undefined) return;
    // Loaded with the first failure and not before.
    loading ??= load();
    const wake = await loading;
    const outcome = await wake(error, event, context);
    if (outcome === undefined) return;
    context.exchange.wake = outcome.result;
    if (outcome.result === 'failed')
      logger.warn('backend not woken', { reason: outcome.reason, remedy: outcome.remedy });
  };
  return { onError: wakeBackendOnError };
}
