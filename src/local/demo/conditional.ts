import { describeRequest } from './echo.ts';
import { type Exchange, readCount, send, sendJson } from './exchange.ts';

const LARGEST_RANGE_BODY = 10 * 1024 * 1024;

/** `/etag/:tag`: the echo under the given entity tag, or 304 when If-None-Match names it. */
export async function respondWithTag(exchange: Exchange, tag: string): Promise<void> {
  const etag = `"${Buffer.from(tag).toString('latin1')}"`;
  const known = (exchange.request.headers['if-none-match'] ?? '').split(',').map((item) => item.trim());
  // httpbin takes the tag without its quotes too.
  const isKnown = known.some((item) => [etag, `W/${etag}`, tag, '*'].includes(item));
  if (isKnown) send(exchange, 304, { ETag: etag }, '');
  else sendJson(exchange, await describeRequest(exchange), { ETag: etag });
}

/** `/range/:n`: the letters a to z repeated to n bytes, served whole or as the single requested range. */
export function respondWithRange(exchange: Exchange, n: string): void {
  const length = readCount(n, LARGEST_RANGE_BODY);
  const headers = { 'Content-Type': 'application/octet-stream', 'Accept-Ranges': 'bytes', ETag: `"range${length}"` };
  const range = readRange(exchange.request.headers.range ?? '', length);
  if (range === undefined) {
    send(exchange, 200, headers, letters(0, length));
  } else if (range.first >= length || range.first > range.last) {
    send(exchange, 416, { ...headers, 'Content-Range': `bytes */${length}` }, '');
  } else {
    const contentRange = `bytes ${range.first}-${range.last}/${length}`;
    send(exchange, 206, { ...headers, 'Content-Range': contentRange }, letters(range.first, range.last + 1));
  }
}

/** @returns `undefined` for a header that asks for no single range, which a server is to ignore. */
function readRange(header: string, length: number): { first: number; last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (from === '' && to === '') return undefined;
  // "-500" asks for the last 500 bytes, and "-0" for what cannot be had.
  if (from === '') return { first: to === '0' ? length : Math.max(0, length - Number(to)), last: length - 1 };
  return { first: Number(from), last: to === '' ? length - 1 : Math.min(Number(to), length - 1) };
}

function letters(start: number, end: number): Uint8Array {
  return Buffer.alloc(end - start).map((_, index) => 97 + ((start + index) % 26));
}
