import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { payloadQuota } from '../../middlewares/payload-quota.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor, fronts, sourceFor } from '../helpers/events.ts';
import { bodyBytes, handlerWith, rawHandlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';

const chunk = Buffer.alloc(16_384, 'x');

describe('PAYLOAD_QUOTA', () => {
  let backend: Backend;
  /** Bytes of the last response's body that the backend got rid of. */
  let sent: Promise<number>;

  /** Responds to `/size` with so many bytes; `?declared` puts the length in front. */
  beforeAll(async () => {
    backend = await httpBackend((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://backend');
      const size = Number(pathname.slice(1));
      if (searchParams.has('declared')) response.setHeader('content-length', size);
      if (searchParams.has('gzip')) response.setHeader('content-encoding', 'gzip');
      let written = 0;
      async function* body() {
        response.flushHeaders();
        // Gives whoever reads the header section the time to refuse.
        if (searchParams.has('pause')) await new Promise((resolve) => setTimeout(resolve, 50));
        for (; written < size && !response.destroyed; written += chunk.length) {
          yield chunk.subarray(0, Math.min(chunk.length, size - written));
        }
      }
      sent = pipeline(Readable.from(body(), { objectMode: false }), response)
        .catch(() => undefined)
        .then(() => written);
    });
  });
  afterAll(() => backend.close());

  const sendRequest = (target: string, settings: Record<string, string> = {}, method = 'GET') =>
    handlerWith({ REMOTE_URL: backend.url, ...settings })(eventFor({ method, target }));

  for (const declared of ['?declared', '']) {
    const how = declared === '' ? 'an undeclared' : 'a declared';
    test(`passes exactly so many bytes of ${how} length and refuses one more`, async () => {
      const passed = await sendRequest(`/1000${declared}`, { PAYLOAD_QUOTA: '1000' });
      expect(passed.statusCode).toBe(200);
      expect(bodyBytes(passed)).toHaveLength(1000);
      const refused = await sendRequest(`/1001${declared}`, { PAYLOAD_QUOTA: '1000' });
      expect(refused.statusCode).toBe(413);
      expect(refused.headers['proxy-status']).toBe('lambda-rproxy; error=http_response_body_size');
    });
  }

  test('refuses a declared length before the body is read', async () => {
    const size = 50_000_000;
    expect((await sendRequest(`/${size}?declared&pause`, { PAYLOAD_QUOTA: '1000' })).statusCode).toBe(413);
    expect(await sent).toBe(0);
  });

  test('stops reading an undeclared body as soon as it passes', async () => {
    const size = 500_000_000;
    expect((await sendRequest(`/${size}`, { PAYLOAD_QUOTA: '1000' })).statusCode).toBe(413);
    // What may be under way already: a few chunks in the buffers of both ends.
    expect(await sent).toBeLessThan(20_000_000);
  });

  test('lets HEAD pass whatever length it declares', async () => {
    const result = await sendRequest('/50000000?declared', { PAYLOAD_QUOTA: '1000' }, 'HEAD');
    expect(result).toMatchObject({ statusCode: 200, body: '' });
  });

  test('counts the bytes that travel, and not what they decode to', async () => {
    expect((await sendRequest('/1000?gzip', { PAYLOAD_QUOTA: '1000' })).statusCode).toBe(200);
    expect((await sendRequest('/1001?gzip', { PAYLOAD_QUOTA: '1000' })).statusCode).toBe(413);
  });

  test('does not raise the limit of the endpoint', async () => {
    const settings = { PAYLOAD_QUOTA: '99999999999' };
    expect((await sendRequest('/6000000', settings)).statusCode).toBe(200);
    expect((await sendRequest('/6300000', settings)).statusCode).toBe(413);
    expect((await sendRequest('/6300000?declared', settings)).statusCode).toBe(413);
  });

  test('a refusal tells the log what was too large and what to set', async () => {
    const { lines } = await logsOf(() => sendRequest('/1001?declared', { PAYLOAD_QUOTA: '1000' }));
    expect(lines).toMatchObject([
      {
        level: 'WARN',
        error: { type: 'response_too_large' },
        reason: 'the backend declares 1001 bytes, and the limit is 1000',
        remedy: expect.stringContaining('PAYLOAD_QUOTA'),
      },
      { message: 'request', http: { response: { status_code: 413 } }, backend: { status_code: 200 } },
    ]);
  });

  test('a refusal of an undeclared length tells the log the limit', async () => {
    const { lines } = await logsOf(() => sendRequest('/1001', { PAYLOAD_QUOTA: '1000' }));
    expect(lines[0]).toMatchObject({
      error: { type: 'response_too_large' },
      reason: 'the body has more than 1000 bytes',
      remedy: expect.stringMatching(
        /^raise PAYLOAD_QUOTA if it is set; .*200 MB.*4\.7 MB of binary.*respond in parts$/,
      ),
    });
  });

  test('names the type of a body that came without one, and of no body none', async () => {
    expect((await sendRequest('/1')).headers).toMatchObject({ 'content-type': 'text/plain' });
    expect((await sendRequest('/0')).headers).not.toHaveProperty('content-type');
  });

  test('a body that stops coming is the failure that it is, and not one of size', async () => {
    const stalling = await httpBackend((_request, response) => {
      response.write('begun');
    });
    const { value, lines } = await logsOf(() =>
      handlerWith({ REMOTE_URL: stalling.url, REQUEST_TIMEOUT: '1' })(eventFor()),
    );
    await stalling.close();
    expect(value.statusCode).toBe(504);
    expect(lines.find(({ level }) => level === 'ERROR')).toMatchObject({ error: { type: 'response_stalled' } });
  });

  for (const front of fronts) {
    test(`without one, the response as Lambda serialises it for ${front.source} may have as many bytes as that carries and no more`, async () => {
      const limit = sourceFor(front).maxResponseBytes;
      const handler = rawHandlerWith({ REMOTE_URL: backend.url });
      const request = (size: number) => handler(eventFor({ target: `/${size}` }, front));
      const overhead = Buffer.byteLength(JSON.stringify(await request(1000))) - 1000;
      const fits = await request(limit - overhead);
      expect(fits).toMatchObject({ statusCode: 200 });
      expect(Buffer.byteLength(JSON.stringify(fits))).toBe(limit);
      const { value, lines } = await logsOf(() => request(limit - overhead + 1));
      expect(value).toMatchObject({ statusCode: 413 });
      expect(lines[0]).toMatchObject({
        error: { type: 'response_too_large' },
        reason: `the response has ${limit + 1} bytes once serialised, and the endpoint carries ${limit}`,
      });
    });
  }

  test('does nothing where there is no response', async () => {
    const request = { event: { headers: {} }, response: undefined, context: {} };
    await payloadQuota().after?.(request as never);
    expect(request.response).toBeUndefined();
  });
});
