import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { languageTags } from '../../src/pages/languages.ts';
import { eventFor, fronts } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';

const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
};

describe('a request that opens a WebSocket', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());

  test.each(fronts)('gets 501 by way of $title, and the backend is not called [E33]', async (front) => {
    const event = eventFor({ target: '/socket', headers: { ...handshake, accept: 'text/html' } }, front);
    const { value: result, lines } = await logsOf(() => handlerWith({ REMOTE_URL: backend.url })(event));
    expect([result.statusCode, result.headers['proxy-status']]).toEqual([
      501,
      'lambda-rproxy; error=http_upgrade_failed',
    ]);
    expect(backend.requests).toEqual([]);
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual(['WARN request refused', 'INFO request']);
    expect(lines[0]).toMatchObject({
      error: { type: 'websocket_unsupported' },
      reason: expect.stringContaining('opens a WebSocket'),
      remedy: expect.stringContaining('polling'),
    });
  });

  test.each(languageTags)('gets a page in the language %s that says so [E33 P13]', async (language) => {
    const headers = { ...handshake, accept: 'text/html', 'accept-language': language };
    const result = await handlerWith({ REMOTE_URL: backend.url })(eventFor({ headers }));
    expect(result.headers['content-language']).toBe(language);
    expect(bodyText(result)).toMatch(/<title>501 [^<]*WebSocket[^<]*<\/title>/);
  });

  test('gets problem details that say so [E33 P8]', async () => {
    const headers = { ...handshake, accept: 'application/json' };
    const result = await handlerWith({ REMOTE_URL: backend.url })(eventFor({ headers }));
    expect(JSON.parse(bodyText(result))).toMatchObject({
      status: 501,
      title: 'WebSocket is not supported at this address',
      code: 'websocket_unsupported',
      detail: expect.stringContaining('WebSocket is not supported'),
      fault: 'client',
      retryable: false,
    });
  });

  test('to a filtered path is filtered', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url, FILTERED_PATH: '/admin' });
    expect((await handler(eventFor({ target: '/admin/socket', headers: handshake }))).statusCode).toBe(403);
  });
});

test('the polling of an application passes, also when it follows a WebSocket that was refused', async () => {
  const backend = await recordingBackend();
  const handler = handlerWith({ REMOTE_URL: backend.url });
  const target = '/socket.io/?EIO=4&transport=';
  expect((await handler(eventFor({ target: `${target}websocket&sid=x`, headers: handshake }))).statusCode).toBe(501);
  for (const method of ['GET', 'POST']) {
    const result = await handler(eventFor({ method, target: `${target}polling&sid=x` }));
    expect([method, result.statusCode]).toEqual([method, 200]);
  }
  expect(backend.requests).toHaveLength(2);
  await backend.close();
});
