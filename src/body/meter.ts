import { pipeline, type Readable, Transform } from 'node:stream';
import { ProxyError } from '../failures.ts';

/** The failure of an answer that is more than may be sent. */
export const tooLarge = (reason: string): ProxyError => new ProxyError('response_too_large', { reason });

/**
 * Bytes between two small collections of garbage. Left to itself V8 lets some 80 MB of buffers lie that have been passed
 * on long ago, which is much of a small function's memory. Lambda starts Node with --expose-gc; without it nothing happens.
 */
const collectEvery = 2_097_152;

/**
 * Lets a body pass and counts its bytes, up to a limit. It takes no more from its source than its reader takes from it.
 *
 * @param source the body
 * @param limit bytes; beyond them the result ends with `response_too_large`
 * @param count called with the bytes that have passed, at every chunk and at the end
 */
export function metered(source: Readable, limit: number, count: (bytes: number) => void): Readable {
  let size = 0;
  let collectAt = collectEvery;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > limit) return done(tooLarge(`the body has more than ${limit} bytes`));
      count(size);
      if (size >= collectAt) {
        collectAt = size + collectEvery;
        globalThis.gc?.({ type: 'minor' });
      }
      done(null, chunk);
    },
    flush(done) {
      count(size);
      done();
    },
  });
  // Whoever reads it learns of a failure; one that comes before anybody reads must not end the process.
  meter.on('error', () => undefined);
  pipeline(source, meter, () => undefined);
  return meter;
}
