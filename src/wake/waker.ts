import { toProxyError } from '../failure-mapping.ts';
import { failureOf } from '../failures.ts';
import type { ProxyContext, ProxyRequest } from '../types.ts';
import { startInstance } from './ec2.ts';
import { mayWake } from './may-wake.ts';
import { WakeError } from './wake-error.ts';
import { callWebhook } from './webhook.ts';

/** What became of waking the backend. */
export type WakeOutcome =
  | { readonly result: 'requested' | 'too_soon' }
  | { readonly result: 'failed'; readonly reason: string; readonly remedy: string };

/** The context that a decision needs. */
type WakeContext = Pick<ProxyContext, 'config' | 'capacity' | 'exchange' | 'getRemainingTimeInMillis'>;

/** Milliseconds between two attempts of one environment. */
const pauseMs = 60_000;

/** Longest attempt in milliseconds; the client waits for it, because Lambda freezes what goes on after the response. */
const longestMs = 3000;

/** Time in milliseconds kept for making and handing over the response. */
const marginMs = 500;

const shortestMs = 250;

/** Milliseconds that an attempt may take. */
const timeFor = ({ capacity, exchange, getRemainingTimeInMillis }: WakeContext, now: number) =>
  Math.min(
    longestMs,
    getRemainingTimeInMillis() - marginMs,
    exchange.startedAt + capacity.maxDurationMs - now - marginMs,
  );

/**
 * Makes a function that wakes the backend, at most once a minute, when a failure says that it may be asleep and the
 * client may wake it.
 *
 * @returns a function of what was thrown, the request and its context; it never throws, and returns undefined where
 *   there is nothing to wake for
 */
export function createWaker(): (
  thrown: unknown,
  request: ProxyRequest,
  context: WakeContext,
) => Promise<WakeOutcome | undefined> {
  let last = Number.NEGATIVE_INFINITY;
  return async (thrown, request, context) => {
    const { wake } = context.config;
    if (wake === undefined || !failureOf(toProxyError(thrown).code).mayBeStarting) return undefined;
    if (!mayWake(request, wake.on)) return undefined;
    const now = Date.now();
    // A clock that was set back must not keep the backend asleep.
    if (Math.abs(now - last) < pauseMs) return { result: 'too_soon' };
    const timeoutMs = timeFor(context, now);
    if (timeoutMs < shortestMs) {
      return {
        result: 'failed',
        reason: 'no time is left in this invocation to wake the backend',
        remedy: "raise the function's timeout, or lower REQUEST_TIMEOUT",
      };
    }
    // Before the attempt: those that come meanwhile are too soon.
    last = now;
    try {
      if ('instanceId' in wake.target) await startInstance(wake.target.instanceId, timeoutMs);
      else await callWebhook(wake.target.webhook, wake.secret, timeoutMs);
      return { result: 'requested' };
    } catch (error) {
      const remedy = error instanceof WakeError ? error.remedy : 'report this line';
      return { result: 'failed', reason: (error as Error).message, remedy };
    }
  };
}
