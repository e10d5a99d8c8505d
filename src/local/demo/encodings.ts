import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { headersOf, originOf } from './echo.ts';
import { type Exchange, send } from './exchange.ts';

/** `/gzip`: JSON in gzip, whatever the client accepts. */
export function sendGzip(exchange: Exchange): void {
  sendEncoded(exchange, 'gzipped', 'gzip', gzipSync);
}

/** `/deflate`: JSON in deflate, whatever the client accepts. */
export function sendDeflate(exchange: Exchange): void {
  sendEncoded(exchange, 'deflated', 'deflate', deflateSync);
}

/** `/brotli`: JSON in Brotli, whatever the client accepts. */
export function sendBrotli(exchange: Exchange): void {
  sendEncoded(exchange, 'brotli', 'br', brotliCompressSync);
}

function sendEncoded(exchange: Exchange, flag: string, encoding: string, compress: (text: string) => Buffer): void {
  const { request } = exchange;
  const value = { [flag]: true, headers: headersOf(request), method: request.method, origin: originOf(request) };
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': encoding };
  send(exchange, 200, headers, compress(`${JSON.stringify(value, null, 2)}\n`));
}
