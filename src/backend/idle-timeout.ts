import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream';
import { ProxyError } from '../failures.ts';

/** Passes bytes on, and fails when its reader waits for more and none come. */
class IdleTimeout extends Transform {
  readonly #limitMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    super();
    this.#limitMs = limitMs;
  }

  // Called when the client can take more: the time that a slow client takes does not count.
  override _read(size: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#timeOut(), this.#limitMs);
    super._read(size);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    clearTimeout(this.#timer);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    clearTimeout(this.#timer);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    super._destroy(error, done);
  }

  #timeOut(): void {
    this.destroy(new ProxyError('response_stalled', { reason: `no byte of the body arrived for ${this.#limitMs} ms` }));
  }
}

/**
 * Limits the silence in a body, but not its duration: a streamed response may be a stream of events without an end. Time
 * that the reader takes does not count. Destroying the result destroys its source.
 *
 * @param source the body
 * @param limitMs longest silence in milliseconds; after that the body ends with `response_stalled`
 * @returns the same bytes; errors of the source as they are
 */
export function withIdleTimeout(source: Readable, limitMs: number): Readable {
  const limited = new IdleTimeout(limitMs);
  // The reader learns of a failure; one that comes before anybody reads must not end the process.
  limited.on('error', () => undefined);
  pipeline(source, limited, () => undefined);
  return limited;
}
