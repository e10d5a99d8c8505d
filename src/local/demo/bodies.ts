import { createCipheriv, createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Exchange, readCount } from './exchange.ts';

const LARGEST_BODY = 100 * 1024 * 1024;
const BLOCK = 64 * 1024;

/** `/bytes/:n?seed=`: n bytes, the same ones for the same seed, with Content-Length. */
export async function sendRandomBytes(exchange: Exchange, n: string): Promise<void> {
  const length = readCount(n, LARGEST_BODY);
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': length };
  await stream(exchange, headers, randomBlocks(length, seedOf(exchange), BLOCK));
}

/** `/stream-bytes/:n?chunk_size=&seed=`: the bytes of `/bytes/:n`, in chunks and without Content-Length. */
export async function streamRandomBytes(exchange: Exchange, n: string): Promise<void> {
  const length = readCount(n, LARGEST_BODY);
  const chunkSize = Math.max(1, readCount(exchange.query.get('chunk_size') ?? '10240', LARGEST_BODY));
  const blocks = randomBlocks(length, seedOf(exchange), chunkSize);
  await stream(exchange, { 'Content-Type': 'application/octet-stream' }, blocks);
}

/** `/text/:n`: n bytes of ASCII with numbered lines and with the characters that JSON and HTML escape. */
export async function sendText(exchange: Exchange, n: string): Promise<void> {
  const length = readCount(n, LARGEST_BODY);
  const headers = { 'Content-Type': 'text/plain; charset=us-ascii', 'Content-Length': length };
  await stream(exchange, headers, textBlocks(length));
}

async function stream(exchange: Exchange, headers: OutgoingHttpHeaders, blocks: Iterable<Buffer>): Promise<void> {
  exchange.response.writeHead(200, headers);
  if (exchange.request.method === 'HEAD') exchange.response.end();
  else await pipeline(blocks, exchange.response);
}

function seedOf(exchange: Exchange): string {
  return exchange.query.get('seed') ?? '0';
}

/** The key stream of a cipher: fast, without repeats that would hide swapped blocks, and the same in any block size. */
function* randomBlocks(length: number, seed: string, blockSize: number): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(Math.min(blockSize, length));
  for (let left = length; left > 0; left -= zeros.length) yield cipher.update(zeros.subarray(0, left));
}

function* textBlocks(length: number): Generator<Buffer> {
  let line = 1;
  for (let left = length; left > 0; left -= BLOCK) {
    let block = '';
    while (block.length < BLOCK) {
      block += `${String(line).padStart(7, '0')} "double" and 'single' quotes, a \\ backslash, <tags> & 100 %.\n`;
      line += 1;
    }
    yield Buffer.from(block.slice(0, Math.min(left, BLOCK)), 'latin1');
  }
}
