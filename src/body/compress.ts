import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { Coding } from '../http/response/content-coding.ts';
import { tooLarge } from './meter.ts';
import { type Beginning, joined, readUpTo } from './read.ts';

/** Loaded together, by the first answer that is too large as it is: hardly any function ever sees one. */
export { codingFor, inCoding } from '../http/response/content-coding.ts';

/** Brotli's default of 11 takes a hundred times as long as this, which is about gzip's speed and still smaller. */
const brotliQuality = 4;

const encoders = {
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
  gzip: () => createGzip(),
} satisfies Record<Coding, unknown>;

/** The whole body, from what has been read of it. */
async function* whole({ chunks }: Beginning, rest: Readable, quota: number) {
  let size = 0;
  async function* all() {
    yield* chunks;
    yield* rest as AsyncIterable<Buffer>;
  }
  for await (const chunk of all()) {
    size += chunk.length;
    if (size > quota) throw tooLarge(`the body has more than ${quota} bytes`);
    yield chunk;
  }
}

/**
 * A body in a content coding. It is compressed while it comes in, so that no more than its compressed form is held.
 *
 * @param beginning what has been read of it
 * @param rest the stream that holds what comes after
 * @param coding the content coding
 * @param quota largest body in bytes before the coding (PAYLOAD_QUOTA)
 * @param limit largest body in bytes in the coding
 * @returns its bytes in the coding
 * @throws {ProxyError} `response_too_large` when it passes the quota or does not fit even so; errors of the stream as
 *   they are
 */
export async function compressed(
  beginning: Beginning,
  rest: Readable,
  coding: Coding,
  { quota, limit }: { quota: number; limit: number },
): Promise<Buffer> {
  const encoder = encoders[coding]();
  pipeline(whole(beginning, rest, quota), encoder, () => undefined);
  const packed = await readUpTo(encoder, limit);
  if (packed.whole) return joined(packed);
  encoder.destroy();
  rest.destroy();
  throw tooLarge(`the body has more than ${limit} bytes in content coding ${coding}`);
}
