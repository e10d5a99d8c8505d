import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream';
import { ProxyError } from '../failures.ts';

/** Passes everything on, and fails when it is asked for more and nothing comes. */
class IdleLimit extends Transform {
  readonly #limitMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    super();
    this.#limitMs = limitMs;
  }

  // Called when the client can take more, and so a slow client is not held against the backend.
  override _read(size: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), this.#limitMs);
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

  #giveUp(): void {
    this.destroy(new ProxyError('response_stalled', { reason: `no byte of the body came for ${this.#limitMs} ms` }));
  }
}

/**
 * A body that may take as long as it likes, as long as something comes: how a streamed answer is limited, which may be
 * a stream of events without an end. Time that the reader takes does not count. Destroying it destroys its source.
 *
 * @param source the body
 * @param limitMs longest silence in milliseconds; after that the body ends with `response_stalled`
 * @returns the same bytes; errors of the source as they are
 */
export function withIdleLimit(source: Readable, limitMs: number): Readable {
  const limited = new IdleLimit(limitMs);
  // Whoever reads it learns of a failure; one that comes before anybody reads must not end the process.
  limited.on('error', () => undefined);
  pipeline(source, limited, () => undefined);
  return limited;
}
