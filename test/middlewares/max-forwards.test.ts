import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventFor } from '../helpers/events.ts';
import { accessLine } from '../helpers/failures.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';

describe('Max-Forwards: 0', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());

  const options = (value: string, target = '/') => ({ method: 'OPTIONS', target, headers: { 'max-forwards': value } });

  test.each(['0', '00'])('on OPTIONS gets a response of the proxy: %s [H20]', async (value) => {
    const result = await handlerWith({ REMOTE_URL: backend.url })(eventFor(options(value)));
    expect(result).toEqual({
      statusCode: 200,
      headers: {
        allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
        'cache-control': 'no-store',
        'x-robots-tag': 'noindex, nofollow',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-request-id': expect.any(String),
      },
      cookies: [],
      body: '',
      isBase64Encoded: false,
    });
    expect(backend.connections).toBe(0);
  });

  test('tells nothing of a filtered path [H20]', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url, FILTERED_PATH: '/admin' });
    expect((await handler(eventFor(options('0', '/admin/x')))).statusCode).toBe(403);
  });

  test('has its line in the access log [H20]', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url });
    const { value: result, lines } = await logsOf(() => handler(eventFor(options('0'))));
    expect(accessLine({ result, lines, took: 0 })).toMatchObject({
      http: { request: { method: 'OPTIONS' }, response: { status_code: 200, body: { size: 0 } } },
    });
  });

  test('on other methods goes on as it is [H20]', async () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const result = await handlerWith({ REMOTE_URL: backend.url })(eventFor({ ...options('0'), method }));
      expect([result.statusCode, backend.requests.at(-1)?.headers['max-forwards']]).toEqual([200, '0']);
    }
  });
});
