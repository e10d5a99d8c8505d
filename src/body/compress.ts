import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { Coding } from '../http/response/content-coding.ts';
import { tooLarge } from './meter.ts';
import { type Beginning, joined, readUpTo } from './read.ts';

/** Loaded together, by the first response that is too large as it is: hardly any function ever sees one. */
export { codingFor, inCoding } from '../http/response/content-coding.ts';

/** About gzip's speed, and a smaller result. Brotli's default of 11 takes a hundred times as long. */
const brotliQuality = 4;

const encoders = {
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
  gzip: () => createGzip(),
} satisfies Record<Coding, unknown>;

/** Yields the whole body: what has been read of it, and the rest up to a limit. */
async function* whole({ chunks }: Beginning, rest: Readable, limit: number) {
  let size = 0;
  async function* all() {
    yield* chunks;
    yield* rest as AsyncIterable<Buffer>;
  }
  for await (const chunk of all()) {
    size += chunk.length;
    if (size > limit) throw tooLarge(`the body has more than ${limit} bytes`);
    yield chunk;
  }
}

/**
 * Compresses a body while it arrives, so that no more than its compressed form is held in memory.
 *
 * @param beginning what has been read of it
 * @param rest the stream with the rest of it
 * @param coding the content coding
 * @param limits.limitBeforeCoding largest body in bytes before the coding
 * @param limits.limit largest body in bytes in the coding
 * @returns its bytes in the coding
 * @throws {ProxyError} `response_too_large` when it passes a limit; errors of the stream as
 *   they are
 */
export async function compressed(
  beginning: Beginning,
  rest: Readable,
  coding: Coding,
  { limitBeforeCoding, limit }: { limitBeforeCoding: number; limit: number },
): Promise<Buffer> {
  const encoder = encoders[coding]();
  pipeline(whole(beginning, rest, limitBeforeCoding), encoder, () => undefined);
  const packed = await readUpTo(encoder, limit);
  if (packed.whole) return joined(packed);
  encoder.destroy();
  rest.destroy();
  throw tooLarge(`the body has more than ${limit} bytes in content coding ${coding}`);
}
