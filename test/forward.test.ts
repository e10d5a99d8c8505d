import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Backend, httpsBackend } from './helpers/backends.ts';
import { eventFor } from './helpers/events.ts';
import { bodyText, handlerWith } from './helpers/lambda.ts';

describe('forward', () => {
  let secure: { backend: Backend };
  beforeAll(async () => {
    secure = await httpsBackend((_request, response) => response.end('hello'));
  });
  afterAll(() => secure.backend.close());

  test('two requests to an https backend share one TLS connection', async () => {
    const handler = handlerWith({ REMOTE_URL: secure.backend.url });
    expect(bodyText(await handler(eventFor()))).toBe('hello');
    expect(bodyText(await handler(eventFor()))).toBe('hello');
    expect(secure.backend.connections).toBe(1);
  });
});
