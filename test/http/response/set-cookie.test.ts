import { afterEach, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../../helpers/backends.ts';
import { eventFor } from '../../helpers/events.ts';
import { bodyText, handlerWith } from '../../helpers/lambda.ts';

let backend: Backend;
afterEach(() => backend.close());

/** 200 cookies of 4 KB: far more than any browser keeps for one site. */
const cookies = Array.from({ length: 200 }, (_, index) => `c${index}=${'x'.repeat(4096)}`);
const event = () => ({ ...eventFor(), cookies });

describe('a flood of cookies', () => {
  test('reaches a backend that takes it, byte for byte [L4]', async () => {
    backend = await httpBackend(
      (request, response) => response.end(String(request.headers.cookie === cookies.join('; '))),
      { maxHeaderSize: 1_000_000 },
    );
    expect(bodyText(await handlerWith({ REMOTE_URL: backend.url })(event()))).toBe('true');
  });

  test("ends with the backend's own 431 at one that does not [L4]", async () => {
    backend = await httpBackend((_request, response) => response.end('never'));
    const result = await handlerWith({ REMOTE_URL: backend.url })(event());
    expect([result.statusCode, result.headers['proxy-status']]).toEqual([431, undefined]);
  });
});
