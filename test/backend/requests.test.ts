import { once } from 'node:events';
import type net from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend, rawBackend } from '../helpers/backends.ts';
import { expectResponse, handlerFor, invoke } from '../helpers/failures.ts';
import { bodyBytes } from '../helpers/lambda.ts';
import { httpResponse, type Script, scriptedBackend, send, sendAndEnd } from '../helpers/scripted-backend.ts';

let backend: Backend;
afterEach(() => backend.close());

/** The request as it came over the wire, with its head taken apart. */
async function sentFor(request: Parameters<typeof invoke>[1], env: Record<string, string> = {}) {
  const scripted = await scriptedBackend(httpResponse(''));
  backend = scripted;
  const { result } = await invoke(handlerFor(backend.url, env), request);
  expect(result.statusCode).toBe(200);
  const [wire = ''] = scripted.requests;
  const end = wire.indexOf('\r\n\r\n');
  const [requestLine = '', ...lines] = wire.slice(0, end).split('\r\n');
  const fields = lines.map((line) => line.split(': ', 2) as [name: string, value: string]);
  const named = (name: string) => fields.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
  return { requestLine, named, body: Buffer.from(wire.slice(end + 4), 'latin1') };
}

describe('the request on the wire', () => {
  test.each([
    '/',
    '/a%2Fb/%7euser/%E4%B8%AD?x=%2f&x=&y',
    '//x///y/',
    '/a/./b/../c',
    '/;a=b,!\'()*~|[]{}^`"?q=\'"',
    '/%zz/%?%',
    '/http://elsewhere.example/x',
    '/\\elsewhere.example/@elsewhere.example/',
  ])('has the target as it was received: %s [M5 M6 M8 M9 M13 M21]', async (target) => {
    const { requestLine, named } = await sentFor({ target }, { HOST_HEADER: 'backend' });
    expect(requestLine).toBe(`GET ${target} HTTP/1.1`);
    expect(named('host')).toEqual([`127.0.0.1:${backend.port}`]);
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY', 'PURGE', 'FOO'])(
    'has the method %s, with a body as with none [M1 B7]',
    async (method) => {
      expect((await sentFor({ method })).requestLine).toBe(`${method} / HTTP/1.1`);
      await backend.close();
      const { requestLine, body } = await sentFor({ method, body: 'body' });
      expect(requestLine).toBe(`${method} / HTTP/1.1`);
      expect(body.toString()).toBe('body');
    },
  );

  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'PROPFIND', 'FOO'])(
    '%s without a body says nothing of a body [B4 B6]',
    async (method) => {
      const { named, body } = await sentFor({ method });
      expect([named('content-length'), named('transfer-encoding'), body.length]).toEqual([[], [], 0]);
    },
  );

  test.each(['POST', 'PUT', 'PATCH'])('%s without a body announces an empty one [B5]', async (method) => {
    const { named } = await sentFor({ method });
    expect([named('content-length'), named('transfer-encoding')]).toEqual([['0'], []]);
  });

  test('DELETE keeps the empty body that the client announced [B6]', async () => {
    expect((await sentFor({ method: 'DELETE', headers: { 'content-length': '0' } })).named('content-length')).toEqual([
      '0',
    ]);
  });

  test.each(['GET', 'POST', 'DELETE', 'OPTIONS', 'QUERY', 'FOO'])(
    '%s with a body has one Content-Length, counted anew, and no Transfer-Encoding [B7 X1]',
    async (method) => {
      const { named, body } = await sentFor({
        method,
        body: 'zwölf Bytes',
        headers: { 'content-length': '3', 'transfer-encoding': 'chunked', 'content-type': 'text/plain' },
      });
      expect([named('content-length'), named('transfer-encoding')]).toEqual([['12'], []]);
      expect(body.toString('utf8')).toBe('zwölf Bytes');
    },
  );

  test('HEAD with a body is sent without it [B8]', async () => {
    const { requestLine, named, body } = await sentFor({ method: 'HEAD', body: 'dropped' });
    expect([requestLine, named('content-length'), body.length]).toEqual(['HEAD / HTTP/1.1', [], 0]);
  });

  test('TRACE is refused and the backend is never called [B9 M3]', async () => {
    const scripted = await scriptedBackend(httpResponse(''));
    backend = scripted;
    const { result } = await invoke(handlerFor(backend.url), { method: 'TRACE', body: 'x' });
    expect(result.statusCode).toBe(405);
    expect(scripted.connections).toBe(0);
  });

  test('names no user agent of its own, nor a coding that the client did not list', async () => {
    const { named } = await sentFor({});
    expect([named('user-agent'), named('accept-encoding')]).toEqual([[], []]);
  });

  test('has Authorization from REMOTE_URL, and the client’s own wins [M17]', async () => {
    const scripted = await scriptedBackend(httpResponse(''));
    backend = scripted;
    const handler = handlerFor(`http://user:p%40ss@127.0.0.1:${backend.port}`);
    await invoke(handler);
    await invoke(handler, { headers: { authorization: 'Bearer own' } });
    expect(scripted.requests.map((wire) => /authorization: (.*)\r/i.exec(wire)?.[1])).toEqual([
      `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
      'Bearer own',
    ]);
  });

  test.each([0, 1, 65_535, 65_536, 65_537, 1_000_000, 4_000_000])('a body of %i bytes arrives whole', async (size) => {
    const body = Buffer.alloc(size, 'abcdefg');
    backend = await httpBackend((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk) => chunks.push(chunk))
        .on('end', () => response.end(String(Buffer.concat(chunks).equals(body))));
    });
    const handler = handlerFor(backend.url);
    expectResponse(await invoke(handler, { method: 'POST', body }), 200, 'true');
    expectResponse(await invoke(handler, { method: 'POST', body }), 200, 'true');
    expect(backend.connections).toBe(1);
  });
});

describe('a response that comes before the request is read', () => {
  const large = Buffer.alloc(5_000_000, 'x');
  const refusal =
    'HTTP/1.1 413 Too Large\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nno, mate';
  const lengthless = 'HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nno, mate';

  /** A backend that looks at the beginning of each request and reads no further. */
  const refusing = (script: Script) =>
    rawBackend((socket) =>
      socket.once('data', () => {
        socket.pause();
        script(socket);
      }),
    );

  test.each([
    ['413 and an end', 413, sendAndEnd(refusal)],
    ['413 and the connection closed with bytes unread', 413, (socket) => socket.write(refusal, () => socket.destroy())],
    ['413 and nothing more', 413, send(refusal)],
    ['401 without a length and an end', 401, sendAndEnd(lengthless)],
    ['401 without a length and a close', 401, (socket) => socket.write(lengthless, () => socket.destroy())],
  ] satisfies [string, number, Script][])('%s: the response is delivered [B13]', async (_name, status, script) => {
    backend = await refusing(script);
    const handler = handlerFor(backend.url);
    for (const body of ['small', large, large]) {
      expectResponse(await invoke(handler, { method: 'POST', body }), status, 'no, mate');
    }
  });

  test('a response larger than the buffers is delivered whole [B13]', async () => {
    const body = 'y'.repeat(300_000);
    backend = await refusing(
      send(`HTTP/1.1 403 No\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    expectResponse(await invoke(handlerFor(backend.url), { method: 'PUT', body: large }), 403, body);
  });

  test('a backend that responds while it reads gets the whole request, and keeps its connection [B13]', async () => {
    backend = await httpBackend((request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
      request.pipe(response);
    });
    const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: '5' });
    for (const _ of [1, 2]) {
      const { result } = await invoke(handler, { method: 'POST', body: large });
      expect(result.statusCode).toBe(200);
      expect(bodyBytes(result).equals(large)).toBe(true);
      // Node may report the request as sent a turn of the event loop after the end of the response. By then, the
      // connection is free, or it was closed as one whose request was not read.
      for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(backend.connections).toBe(1);
  });

  test('a connection whose request was never read whole serves no other, and is closed [B13 X5]', async () => {
    const sockets: net.Socket[] = [];
    backend = await refusing((socket) => {
      sockets.push(socket);
      socket.write('HTTP/1.1 413 No\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno');
    });
    const handler = handlerFor(backend.url);
    // More than the system's own buffers take, so that it is known not to have been read.
    expectResponse(await invoke(handler, { method: 'POST', body: Buffer.alloc(24 << 20, 'x') }), 413, 'no');
    expectResponse(await invoke(handler), 413, 'no');
    expect(backend.connections).toBe(2);
    const [first] = sockets;
    if (first === undefined) throw new Error('there was no connection');
    first.resume();
    await once(first, 'close', { signal: AbortSignal.timeout(2000) });
  });
});
