import { randomBytes, randomUUID } from 'node:crypto';

import type { InvocationOutcome, StreamOutcome } from './outcome.ts';
import type { StreamRecorder } from './stream-recorder.ts';

/** What a caller may choose about one invocation. */
export interface InvokeOptions {
  /** The function's timeout, counted from the moment the runtime takes the event; 10 s unless given. */
  timeoutMs?: number;
  /** The X-Ray header; an unsampled trace unless given. */
  traceId?: string;
  requestId?: string;
  /** Nothing of a streamed answer is read before this resolves. */
  readFrom?: Promise<void>;
  /** Stops waiting. As on Lambda, the function is not told and works on. */
  signal?: AbortSignal;
}

/** Room for a function that answers on time on a busy machine. */
const GRACE_MS = 250;

/** One event on its way through the runtime; settles once. */
export class Invocation {
  readonly body: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly outcome: Promise<InvocationOutcome>;
  readonly readFrom: Promise<void> | undefined;
  startedAt = 0;
  stream: StreamRecorder | undefined;
  readonly #timeoutMs: number;
  readonly #settled = Promise.withResolvers<InvocationOutcome>();
  #timer: NodeJS.Timeout | undefined;

  constructor(event: unknown, options: InvokeOptions) {
    this.body = JSON.stringify(event) ?? 'null';
    this.requestId = options.requestId ?? randomUUID();
    this.traceId = options.traceId ?? newTraceId();
    this.readFrom = options.readFrom;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.outcome = this.#settled.promise;
  }

  /** Starts the clock; returns the deadline in milliseconds since 1970. */
  start(onTimeout: () => void): number {
    this.startedAt = performance.now();
    this.#timer = setTimeout(() => {
      this.settle({ kind: 'timeout', ...this.#partial() });
      onTimeout();
    }, this.#timeoutMs + GRACE_MS);
    return Date.now() + this.#timeoutMs;
  }

  settle(outcome: InvocationOutcome): void {
    clearTimeout(this.#timer);
    this.#settled.resolve(outcome);
  }

  crash(exitCode: number | null, signal: NodeJS.Signals | null): void {
    this.settle({ kind: 'crash', exitCode, signal, ...this.#partial() });
  }

  fail(error: unknown): void {
    clearTimeout(this.#timer);
    this.#settled.reject(error);
  }

  #partial(): { partial?: StreamOutcome } {
    return this.stream ? { partial: this.stream.outcome() } : {};
  }
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const [root, parent] = [randomBytes(12).toString('hex'), randomBytes(8).toString('hex')];
  return `Root=1-${seconds}-${root};Parent=${parent};Sampled=0`;
}
