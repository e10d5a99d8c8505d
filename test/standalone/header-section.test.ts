import net from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { functionUrlFront } from '../../src/local/function-url.ts';
import { startServer } from '../../src/local/server.ts';
import { httpBackend } from '../helpers/backends.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { startTestServer } from '../helpers/web-server.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** What a server sends, also where it closes the connection while the client still sends. */
async function bytesFrom(port: number, request: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
  let received = '';
  socket.setEncoding('latin1').on('data', (text) => {
    received += text;
  });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

/** Each server, and its port. */
const servers: Record<string, (url: string) => Promise<number>> = {
  'The standalone server': async (url) => {
    const server = await startTestServer({ REMOTE_URL: url });
    cleanUps.push(() => server.drain());
    return server.port;
  },
  'The local front door': async (url) => {
    const handler = handlerWith({ REMOTE_URL: url });
    const server = await startServer({ front: functionUrlFront, invoke: (event) => handler(event as never) });
    cleanUps.push(() => server.close());
    return server.port;
  },
};

describe.each(Object.entries(servers))('%s', (_name, start) => {
  async function responseTo(size: number): Promise<{ response: string; received: number[] }> {
    const received: number[] = [];
    const backend = await httpBackend(
      ({ headers }, response) => {
        received.push(String(headers['x-a']).length);
        response.end('fine');
      },
      { maxHeaderSize: 1_000_000 },
    );
    cleanUps.push(() => backend.close());
    const request = `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: ${'a'.repeat(size)}\r\n\r\n`;
    return { response: await bytesFrom(await start(backend.url), request), received };
  }

  test.each([16_384, 60_000, 81_800])(
    'takes a header section with a field of %i bytes, as Lambda does [H41]',
    async (size) => {
      const { response, received } = await responseTo(size);
      expect(response).toMatch(/^HTTP\/1\.1 200 /);
      expect(received).toEqual([size]);
    },
  );

  test.each([81_920, 100_000, 1_000_000])(
    'responds with 431 to a field of %i bytes, and sends nothing on [H41]',
    async (size) => {
      const { response, received } = await responseTo(size);
      expect(response).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
      expect(response).toMatch(/\r\nConnection: close\r\n/i);
      expect(received).toEqual([]);
    },
  );
});
