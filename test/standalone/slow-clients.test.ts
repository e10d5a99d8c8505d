import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Backend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { startInFrontOf, type TestServer } from '../helpers/web-server.ts';

let backend: Backend;
let server: TestServer;
afterEach(async () => {
  await server?.drain();
  await backend?.close();
});

/** A connection to the server, and all that it receives until it is closed. */
async function connect(): Promise<{ socket: net.Socket; received: Promise<string> }> {
  const socket = net.connect(server.port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  // Kept as it comes: a reset after the response must not lose what was received.
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += chunk;
  });
  return { socket, received: once(socket, 'close').then(() => received) };
}

describe('A client that takes its time', () => {
  test.each([
    ['sends nothing', ''],
    ['sends half a header section', 'GET / HTTP/1.1\r\nHost: x\r\n'],
  ])('and %s is cut off when CLIENT_TIMEOUT is over [W4]', async (_, bytes) => {
    ({ backend, server } = await startInFrontOf((_request, response) => response.end('fine'), { CLIENT_TIMEOUT: '1' }));
    const { socket, received } = await connect();
    socket.write(bytes);
    expect(await received).toMatch(/^HTTP\/1\.1 408 |^$/);
    expect((await send(server.url)).text).toBe('fine');
  });

  test('and trickles its header section is cut off all the same [W4]', async () => {
    ({ backend, server } = await startInFrontOf((_request, response) => response.end('fine'), { CLIENT_TIMEOUT: '1' }));
    const { socket, received } = await connect();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    const trickle = setInterval(() => socket.write('X-A: b\r\n'), 50);
    expect(await received).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(trickle);
  });

  test('and does not read its response is cut off, and the backend with it [W4]', async () => {
    const left = Promise.withResolvers<void>();
    ({ backend, server } = await startInFrontOf(
      (_request, response) => {
        response.once('close', left.resolve);
        const fill = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', fill);
        fill();
      },
      { CLIENT_TIMEOUT: '1' },
    ));
    const socket = net.connect(server.port, '127.0.0.1').on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await left.promise;
    socket.destroy();
  });

  test('and waits for a backend that is silent is not cut off: nothing waits to be read', async () => {
    const asked = Promise.withResolvers<() => void>();
    ({ backend, server } = await startInFrontOf(
      (_request, response) => {
        response.write('first');
        asked.resolve(() => response.end('last'));
      },
      { CLIENT_TIMEOUT: '1', REQUEST_TIMEOUT: '20' },
    ));
    const { socket, received } = await connect();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const finish = await asked.promise;
    // Two connections that are cut off one after the other show that the bound has passed.
    for (let rounds = 0; rounds < 2; rounds += 1) await (await connect()).received;
    finish();
    expect(await received).toMatch(/last/);
  }, 20_000);
});

describe('More connections than MAX_CONNECTIONS', () => {
  test('close the one that has waited longest without a request, and an ordinary client is served [W5]', async () => {
    ({ backend, server } = await startInFrontOf((_request, response) => response.end('fine'), {
      MAX_CONNECTIONS: '3',
    }));
    const waiting = [await connect(), await connect(), await connect()];
    expect((await send(server.url)).text).toBe('fine');
    expect(await waiting[0]?.received).toBe('');
    for (const { socket } of waiting) socket.destroy();
  });

  test('that all have a request under way are refused one more [W5]', async () => {
    const held: (() => void)[] = [];
    const all = Promise.withResolvers<void>();
    ({ backend, server } = await startInFrontOf(
      (_request, response) => {
        held.push(() => response.end('fine'));
        if (held.length === 2) all.resolve();
      },
      { MAX_CONNECTIONS: '2' },
    ));
    const pending = [send(server.url), send(server.url)];
    await all.promise;
    await expect(send(server.url)).rejects.toThrow();
    for (const release of held) release();
    expect((await Promise.all(pending)).map(({ text: body }) => body)).toEqual(['fine', 'fine']);
  });
});
