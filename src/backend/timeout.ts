import { isIP } from 'node:net';
import { type FailureCode, failureOf, ProxyError } from '../failures.ts';
import type { AttemptTimings } from './timings.ts';

/** One timer for an attempt, whose limit may change while it runs. */
export class Timeout {
  readonly #startedAt: number;
  readonly #onTimeout: (limitMs: number) => void;
  #limitMs: number;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param startedAt in milliseconds since the epoch
   * @param limitMs milliseconds from then
   * @param onTimeout called at most once, with the limit that has passed
   */
  constructor(startedAt: number, limitMs: number, onTimeout: (limitMs: number) => void) {
    this.#startedAt = startedAt;
    this.#limitMs = limitMs;
    this.#onTimeout = onTimeout;
    this.#start();
  }

  /** Sets another limit. A later one is noticed when the time of the first is up. */
  set limitMs(limitMs: number) {
    const isEarlier = limitMs < this.#limitMs;
    this.#limitMs = limitMs;
    if (!isEarlier || this.#timer === undefined) return;
    this.clear();
    this.#start();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#timer = setTimeout(expire, Math.max(1, this.#startedAt + this.#limitMs - Date.now()), this);
  }

  /** Called by its timer alone. */
  expire(): void {
    this.#timer = undefined;
    if (Date.now() < this.#startedAt + this.#limitMs) this.#start();
    else this.#onTimeout(this.#limitMs);
  }
}

/** Shared by all: a closure for each timer would live as long as the timer. */
const expire = (timeout: Timeout) => timeout.expire();

/**
 * Returns the phase that the time ran out in.
 *
 * @param timings of the attempt; undefined when its request was not opened
 * @param url of the backend, as it is connected to
 */
function phaseOf(timings: AttemptTimings | undefined, url: string): FailureCode {
  if (timings === undefined) return 'response_timeout';
  if (timings.response !== undefined) return 'response_stalled';
  const { protocol, hostname } = new URL(url);
  const isAddress = hostname.startsWith('[') || isIP(hostname) !== 0;
  if (timings.lookup === undefined && !isAddress) return 'dns_timeout';
  if (timings.connect === undefined) return 'connection_timeout';
  if (protocol === 'https:' && timings.secureConnect === undefined) return 'tls_timeout';
  return 'response_timeout';
}

/**
 * Makes the failure of an attempt whose time is up.
 *
 * @param timings of the attempt, which show how far it came
 * @param url of the backend, as it is connected to
 * @param limitMs milliseconds that it was given
 */
export function timeoutError(timings: AttemptTimings | undefined, url: string, limitMs: number): ProxyError {
  const code = phaseOf(timings, url);
  return new ProxyError(code, { reason: `${failureOf(code).reason} (${limitMs} ms)` });
}
