import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { ProxyError } from '../failures.ts';

/** How slow the content of a request may be. */
export interface UploadLimits {
  /** Longest silence in milliseconds. */
  readonly silenceMs: number;
  /** Milliseconds in which at least `minBytes` must come. */
  readonly windowMs: number;
}

/** Bytes that must come in each window: 100 a second where the window is a minute. No line is that slow, only attacks. */
const minBytes = 6000;

/**
 * The content of a request while it comes in, as a stream that fails by itself: with `request_timeout` when the client
 * stalls, and with `request_incomplete` when it goes away. Time in which nobody reads does not count against the client.
 *
 * Node's own stream would close the connection when it is destroyed, and with it the way for the response.
 */
export class Upload extends Readable {
  readonly #message: IncomingMessage;
  readonly #limits: UploadLimits;
  readonly #timer: NodeJS.Timeout;
  #wanted = false;
  #discarding = false;
  #bytes = 0;
  #windowBegan = 0;
  #bytesInWindow = 0;

  /**
   * @param message the request, its content not yet read
   * @param limits how slow it may be
   */
  constructor(message: IncomingMessage, limits: UploadLimits) {
    super();
    this.#message = message;
    this.#limits = limits;
    this.#timer = setTimeout(() => this.#wanted && this.#giveUp(), limits.silenceMs).unref();
    message.on('data', (chunk: Buffer) => this.#take(chunk));
    message.once('end', () => {
      this.#wanted = false;
      if (!this.#discarding) this.push(null);
    });
    message.on('error', () => undefined);
    message.once('close', () => message.complete || this.#breakOff());
    message.pause();
    // Whoever reads it learns of a failure; one that comes before anybody reads must not end the process.
    this.on('error', () => undefined);
  }

  /** Reads and drops what still comes. The reader gets no more, and no end: a part must not pass for the whole. */
  discard(): void {
    this.#discarding = true;
    this.#wanted = false;
    this.#message.resume();
  }

  override _read(): void {
    if (this.#discarding) return;
    if (!this.#wanted) {
      this.#wanted = true;
      this.#windowBegan = Date.now();
      this.#bytesInWindow = 0;
      this.#timer.refresh();
    }
    this.#message.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#wanted = false;
    this.#message.pause();
    done(error);
  }

  #take(chunk: Buffer): void {
    // What still comes after a failure is read and dropped while the response is on its way.
    if (this.destroyed || this.#discarding) return;
    this.#bytes += chunk.length;
    this.#bytesInWindow += chunk.length;
    this.#timer.refresh();
    const now = Date.now();
    if (now - this.#windowBegan >= this.#limits.windowMs) {
      if (this.#bytesInWindow < minBytes && !this.#message.complete) {
        this.#giveUp();
        return;
      }
      this.#windowBegan = now;
      this.#bytesInWindow = 0;
    }
    if (this.push(chunk)) return;
    this.#wanted = false;
    this.#message.pause();
  }

  #giveUp(): void {
    this.destroy(new ProxyError('request_timeout', { reason: `the client stalled after ${this.#bytes} bytes` }));
  }

  #breakOff(): void {
    const reason = `the client broke off after ${this.#bytes} bytes of content`;
    this.destroy(new ProxyError('request_incomplete', { reason }));
  }
}
