import { createHash } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Backend } from '../helpers/backends.ts';
import { logsOf } from '../helpers/logs.ts';
import { exchangeBytes, startInFrontOf, startTestServer, type TestServer } from '../helpers/web-server.ts';

let backend: Backend;
let server: TestServer;
afterEach(async () => {
  await server?.drain();
  await backend?.close();
});

const start = async (...parameters: Parameters<typeof startInFrontOf>) => {
  ({ backend, server } = await startInFrontOf(...parameters));
};

/** A request whose content the test sends piece by piece. */
function upload(fields: http.OutgoingHttpHeaders = {}): { request: http.ClientRequest; status: Promise<number> } {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const request = http.request(server.url, { method: 'POST', agent: false, headers: fields }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  request.on('error', reject);
  promise.catch(() => undefined);
  return { request, status: promise };
}

describe('Content over HTTP', () => {
  test('is with the backend before the client has sent all of it', async () => {
    const arrived = Promise.withResolvers<string>();
    await start((request, response) => {
      request.once('data', (chunk) => arrived.resolve(String(chunk)));
      request.on('end', () => response.end());
      request.resume();
    });
    const { request, status } = upload();
    request.write('first');
    expect(await arrived.promise).toBe('first');
    request.end('last');
    expect(await status).toBe(200);
  });

  test('of 64 MB passes byte for byte, with the length that the client declared and without one', async () => {
    const size = 64 * 1_048_576;
    let seen: { digest: string; length: string | undefined; coding: string | undefined } | undefined;
    await start(async (request, response) => {
      const hash = createHash('sha256');
      for await (const chunk of request) hash.update(chunk as Buffer);
      const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
      seen = { digest: hash.digest('hex'), length, coding };
      response.end();
    });
    const piece = Buffer.from(Array.from({ length: 65_536 }, (_, index) => index % 251));
    const expected = createHash('sha256');
    for (let sent = 0; sent < size; sent += piece.length) expected.update(piece);
    const digest = expected.digest('hex');
    const content = function* () {
      for (let sent = 0; sent < size; sent += piece.length) yield piece;
    };
    for (const length of [String(size), undefined]) {
      const { request, status } = upload(length === undefined ? {} : { 'content-length': length });
      await pipeline(Readable.from(content()), request);
      expect(await status).toBe(200);
      expect(seen).toEqual({ digest, length, coding: length === undefined ? 'chunked' : undefined });
    }
  }, 30_000);

  test('that the backend does not take holds the client back', async () => {
    const held = Promise.withResolvers<http.IncomingMessage>();
    await start((request, response) => {
      held.resolve(request);
      request.on('end', () => response.end());
    });
    const { request, status } = upload();
    let taken = 0;
    async function* content() {
      for (const piece = Buffer.alloc(65_536); taken < 64 * 1_048_576; taken += piece.length) yield piece;
    }
    const sent = pipeline(Readable.from(content(), { objectMode: false }), request);
    const message = await held.promise;
    for (let before = -1; before < taken; await sleep(300)) before = taken;
    expect(taken).toBeLessThan(48 * 1_048_576);
    message.resume();
    await sent;
    expect(await status).toBe(200);
  }, 30_000);

  test('that breaks off breaks the request to the backend off, and is one line in the log', async () => {
    const aborted = Promise.withResolvers<boolean>();
    const lines = (
      await logsOf(async () => {
        await start((request) => {
          request.resume();
          request.once('close', () => aborted.resolve(request.complete));
        });
        const { request } = upload({ 'content-length': '100' });
        request.write('half', () => setTimeout(() => request.destroy(), 50));
        expect(await aborted.promise).toBe(false);
        await sleep(50);
      })
    ).lines.filter(({ message }) => message === 'request');
    expect(lines).toMatchObject([
      { error: { type: 'request_incomplete' }, proxy: { fault: 'client' }, http: { request: { body: { size: 4 } } } },
    ]);
  });

  test('that stops coming is a 408, and not the backend’s fault', async () => {
    await start((request) => request.resume(), { REQUEST_TIMEOUT: '0.3' });
    const { request, status } = upload({ 'content-length': '100' });
    request.write('half');
    expect(await status).toBe(408);
    request.destroy();
  });

  test.each(['/x?dump_request=y&dump_body=y', '/x'])(
    'that stops coming is a 408 for every reader, and the connection is closed: %s [W3 D9]',
    async (target) => {
      await start((request) => request.resume(), { REQUEST_TIMEOUT: '0.3' });
      const response = await exchangeBytes(
        server.port,
        `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{"a":`,
      );
      expect(response).toMatch(/^HTTP\/1\.1 408 /);
      expect(response).toMatch(/\r\nConnection: close\r\n/i);
    },
  );

  test('that trickles in slower than any line is a 408, and its backend is let go [W4]', async () => {
    const left = Promise.withResolvers<void>();
    await start(
      (request) =>
        request
          .on('close', left.resolve)
          .on('error', () => undefined)
          .resume(),
      {
        REQUEST_TIMEOUT: '5',
        CLIENT_TIMEOUT: '1',
      },
    );
    const { request, status } = upload({ 'content-length': '100000' });
    const trickle = setInterval(() => request.write('x'), 100);
    expect(await status).toBe(408);
    clearInterval(trickle);
    request.destroy();
    await left.promise;
  });

  test('has its header section at the backend before its first byte has come, beyond ASCII too [W3]', async () => {
    const backendSocket = Promise.withResolvers<string>();
    const raw = net.createServer((socket) => {
      socket.setEncoding('latin1').once('data', (data) => {
        backendSocket.resolve(String(data));
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
    await start(() => undefined);
    const { port } = raw.address() as net.AddressInfo;
    const early = await startTestServer({ REMOTE_URL: `http://127.0.0.1:${port}`, REQUEST_TIMEOUT: '30' });
    const socket = net.connect(early.port, '127.0.0.1').on('error', () => undefined);
    socket.write('POST /x HTTP/1.1\r\nHost: x\r\nX-A: \u00e4\r\nContent-Length: 5\r\n\r\n', 'latin1');
    const head = await backendSocket.promise;
    expect(head).toMatch(/^POST \/x HTTP\/1\.1\r\n[\s\S]*\r\n\r\n$/);
    expect(head).toMatch(/x-a: \u00e4\r\n/i);
    socket.destroy();
    raw.close();
    await early.drain();
  });

  test('that the backend stops taking is a 504', async () => {
    // Longer than this process, which is client and server, may be busy with other work.
    await start(() => undefined, { REQUEST_TIMEOUT: '1' });
    const { request, status } = upload();
    pipeline(
      Readable.from(
        (function* () {
          for (let count = 0; count < 1000; count += 1) yield Buffer.alloc(65_536);
        })(),
      ),
      request,
    ).catch(() => undefined);
    expect(await status).toBe(504);
    request.destroy();
  });

  test('that comes slowly but steadily may take longer than REQUEST_TIMEOUT', async () => {
    await start((request, response) => request.resume().on('end', () => response.end()), { REQUEST_TIMEOUT: '0.4' });
    const { request, status } = upload();
    for (let piece = 0; piece < 8; piece += 1) {
      request.write('x');
      await sleep(100);
    }
    request.end();
    expect(await status).toBe(200);
  });

  test('that has all come leaves the backend REQUEST_TIMEOUT to answer', async () => {
    await start((request) => request.resume(), { REQUEST_TIMEOUT: '0.3' });
    const { request, status } = upload();
    request.end('all');
    expect(await status).toBe(504);
  });

  test('that the backend refuses before it has come gets the backend’s answer', async () => {
    await start((_request, response) => response.writeHead(413, { connection: 'close' }).end('no'));
    const { request, status } = upload({ 'content-length': '1000000' });
    request.write('x');
    expect(await status).toBe(413);
    request.destroy();
  });

  test('of a request that is refused is read no further, and the answer arrives', async () => {
    await start((_request, response) => response.end(), { FILTERED_PATH: '/' });
    const { request, status } = upload({ 'content-length': '1000000000' });
    request.write('x');
    expect(await status).toBe(403);
    request.destroy();
    expect(backend.connections).toBe(0);
  });

  test('is never sent twice: a GET that carries some is not tried again on a fresh connection', async () => {
    let requests = 0;
    await start((request, response) => {
      requests += 1;
      if (requests === 2) request.socket.destroy();
      else request.resume().on('end', () => response.end('fine'));
    });
    const get = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
    expect(await exchangeBytes(server.port, `${get}\r\n`)).toMatch(/ 200 /);
    expect(await exchangeBytes(server.port, `${get}Content-Length: 4\r\n\r\nbody`)).toMatch(/ 502 /);
    expect(requests).toBe(2);
  });
});
