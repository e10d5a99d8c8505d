import v8 from 'node:v8';
import vm from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor } from '../helpers/events.ts';
import { handlerFor } from '../helpers/failures.ts';

const failures: Readonly<Record<string, (socket: import('node:net').Socket) => void>> = {
  '/reset': (socket) => socket.resetAndDestroy(),
  '/end': (socket) => socket.destroy(),
  '/malformed': (socket) => socket.end('nonsense\r\n\r\n'),
  '/truncated': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
  '/upgrade': (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
};
const failingPaths = Object.keys(failures);

let backend: Backend;
beforeAll(async () => {
  backend = await httpBackend((request, response) => {
    const fail = failures[request.url ?? ''];
    if (fail) fail(request.socket);
    else request.resume().on('end', () => response.end(`response to ${request.url}`));
  });
});
afterAll(() => backend.close());

/** Bytes in use once everything that can go has gone. */
function heapInUse(): number {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

test('2,000 requests in a row, one in ten to a failing path, end with 2,000 right responses and no more memory in use [E31 L5]', async () => {
  const handler = handlerFor(backend.url);
  const wrong: string[] = [];

  async function round(from: number, to: number) {
    for (let index = from; index < to; index += 1) {
      const fails = index % 10 === 9;
      const target = fails ? (failingPaths[((index / 10) % failingPaths.length) | 0] ?? '') : `/${index}`;
      const result = await handler(
        eventFor({ target, method: index % 3 === 0 ? 'POST' : 'GET', body: 'x'.repeat(index % 500) }),
      );
      const right = fails ? result.statusCode === 502 : result.body === `response to ${target}`;
      if (!right) wrong.push(`${index} ${target}: ${result.statusCode}`);
    }
  }

  await round(0, 400);
  const before = heapInUse();
  await round(400, 2000);
  const grown = heapInUse() - before;
  expect(wrong).toEqual([]);
  // A kilobyte kept for each request would be 1.6 MB, and a socket or a stream is far more than that.
  expect(grown).toBeLessThan(4 << 20);
  // One connection for each failure, and the first; a failed GET on a reused connection is sent twice.
  expect(backend.connections).toBeLessThan(450);
}, 30_000);
