import { createHook } from 'node:async_hooks';
import { describe, expect, test } from '@jest/globals';
import { eventFor } from '../helpers/events.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { httpResponse, scriptedBackend, sendAndEnd } from '../helpers/scripted-backend.ts';

/** Names looked up by the operating system while `run` was under way. */
async function lookupsOf(run: () => Promise<unknown>): Promise<number> {
  let lookups = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'GETADDRINFOREQWRAP') lookups += 1;
    },
  }).enable();
  await run();
  hook.disable();
  return lookups;
}

describe("the backend's name", () => {
  test('is looked up anew for each new connection, and not for one that is used again [N5]', async () => {
    const closing = await scriptedBackend(
      sendAndEnd('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'),
    );
    const keeping = await scriptedBackend(httpResponse('ok'));
    const call = (url: string) => {
      const handler = handlerWith({ REMOTE_URL: url.replace('127.0.0.1', 'localhost') });
      return async () => {
        for (let times = 0; times < 3; times += 1) expect((await handler(eventFor())).statusCode).toBe(200);
      };
    };
    expect(await lookupsOf(call(closing.url))).toBe(3);
    expect(await lookupsOf(call(keeping.url))).toBe(1);
    expect([closing.connections, keeping.connections]).toEqual([3, 1]);
    await closing.close();
    await keeping.close();
  });

  test('is looked up again after a failure [N5]', async () => {
    const handler = handlerWith({ REMOTE_URL: 'http://localhost:1' });
    const twice = async () => {
      for (let times = 0; times < 2; times += 1) expect((await handler(eventFor())).statusCode).toBe(502);
    };
    expect(await lookupsOf(twice)).toBe(2);
  });
});
