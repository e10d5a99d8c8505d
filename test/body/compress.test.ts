import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor, fronts, sourceFor, type TestRequest } from '../helpers/events.ts';
import { bodyBytes, handlerWith } from '../helpers/lambda.ts';

const megabyte = 1_048_576;
const line = (index: number) => `line ${index}: the quick brown fox jumps over the lazy dog, €\n`;
const text = Buffer.from(Array.from({ length: 200_000 }, (_, index) => line(index)).join(''));
/** Takes part in no compression worth the name. */
const noise = Buffer.from(randomBytes(6 * megabyte).toString('base64'));

const decoders = { br: brotliDecompressSync, gzip: gunzipSync } as const;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let backend: Backend;
let respond: (response: ServerResponse, request: IncomingMessage) => void;
beforeAll(async () => {
  backend = await httpBackend((request, response) => respond(response, request));
});
afterAll(() => backend.close());

const respondWith =
  (body: Buffer, fields: Record<string, string> = {}): typeof respond =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', ...fields });
    response.end(body);
  };

const sendRequest = (request: TestRequest = {}, settings: Record<string, string> = {}, front = fronts[0]) =>
  handlerWith({ REMOTE_URL: backend.url, ...settings })(
    eventFor({ headers: { 'accept-encoding': 'gzip, br' }, ...request }, front),
  );

describe('A text that is larger than the endpoint carries', () => {
  test.each(
    fronts.flatMap((front) => (['br', 'gzip'] as const).map((coding) => [front.source, coding, front] as const)),
  )('passes a %s in content coding %s, and is the same text to the byte', async (_, coding, front) => {
    expect(text.length).toBeGreaterThan(sourceFor(front).maxResponseBytes);
    respond = respondWith(text, { etag: '"1"' });
    const result = await sendRequest({ headers: { 'accept-encoding': coding } }, {}, front);
    expect(result.statusCode).toBe(200);
    expect(result.headers).toMatchObject({ 'content-encoding': coding, vary: 'Accept-Encoding', etag: 'W/"1"' });
    expect(sha256(decoders[coding](bodyBytes(result)))).toBe(sha256(text));
  });

  test('passes with its length declared and without', async () => {
    for (const fields of [{ 'content-length': String(text.length) }, {}]) {
      respond = respondWith(text, fields);
      expect((await sendRequest()).statusCode).toBe(200);
    }
  });

  test('is 413 for a client that accepts no coding, with its length declared and without', async () => {
    for (const fields of [{ 'content-length': String(text.length) }, {}]) {
      respond = respondWith(text, fields);
      for (const accepted of ['', 'identity', 'zstd']) {
        expect((await sendRequest({ headers: { 'accept-encoding': accepted } })).statusCode).toBe(413);
      }
    }
  });

  test('is 413 when it does not fit in a coding either', async () => {
    respond = respondWith(noise);
    const result = await sendRequest();
    expect([result.statusCode, result.headers['content-encoding']]).toEqual([413, undefined]);
  });

  test('is 413 when only base64 makes its coded form too large', async () => {
    // Base64 text shrinks to three quarters, and base64 of that is what it was.
    respond = respondWith(noise.subarray(0, 6_400_000));
    expect((await sendRequest()).statusCode).toBe(413);
  });

  test('is refused when the backend’s body passes PAYLOAD_QUOTA, however small it might get', async () => {
    respond = respondWith(text);
    expect((await sendRequest({}, { PAYLOAD_QUOTA: String(text.length) })).statusCode).toBe(200);
    expect((await sendRequest({}, { PAYLOAD_QUOTA: String(text.length - 1) })).statusCode).toBe(413);
    respond = respondWith(text, { 'content-length': String(text.length) });
    expect((await sendRequest({}, { PAYLOAD_QUOTA: String(text.length - 1) })).statusCode).toBe(413);
  });

  test('that breaks off while it is compressed is a 502', async () => {
    respond = (response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': String(text.length) });
      response.write(text.subarray(0, 9 * megabyte), () => response.destroy());
    };
    const result = await sendRequest();
    expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=http_response_incomplete');
    expect(result.statusCode).toBe(502);
  });

  test('that stalls while it is compressed is a 504', async () => {
    respond = (response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write(text.subarray(0, 9 * megabyte));
    };
    expect((await sendRequest({}, { REQUEST_TIMEOUT: '1' })).statusCode).toBe(504);
  });
});

describe('A response that fits as it is', () => {
  test('goes as it is, whatever the client accepts', async () => {
    respond = respondWith(Buffer.alloc(1000, 'x'), { etag: '"1"' });
    const { headers, body } = await sendRequest();
    expect([headers['content-encoding'], headers['vary'], headers['etag']]).toEqual([undefined, undefined, '"1"']);
    expect(body).toBe('x'.repeat(1000));
  });

  test('only as text, and not as base64, goes in a coding', async () => {
    // One character beyond ASCII makes it base64, a third more than fits.
    const body = Buffer.from(`€${'x'.repeat(5_000_000)}`);
    respond = respondWith(body);
    const result = await sendRequest();
    expect([result.statusCode, result.headers['content-encoding']]).toEqual([200, 'br']);
    expect(sha256(brotliDecompressSync(bodyBytes(result)))).toBe(sha256(body));
  });

  test.each(fronts)(
    'only as base64, because JSON makes six bytes of each control character, goes as base64: $source',
    async (front) => {
      const size = Math.floor(sourceFor(front).maxResponseBytes / 4);
      respond = respondWith(Buffer.alloc(size, 1));
      const result = await sendRequest({ headers: {} }, {}, front);
      expect([result.statusCode, result.isBase64Encoded, result.headers['content-encoding']]).toEqual([
        200,
        true,
        undefined,
      ]);
      expect(bodyBytes(result).equals(Buffer.alloc(size, 1))).toBe(true);
    },
  );
});
