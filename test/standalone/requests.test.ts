import net from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { httpBackend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';
import { exchangeBytes, startTestServer, type TestServer } from '../helpers/web-server.ts';

let backend: RecordingBackend;
let server: TestServer;
beforeEach(async () => {
  backend = await recordingBackend();
  server = await startTestServer({ REMOTE_URL: backend.url });
});
afterEach(async () => {
  await server.drain();
  await backend.close();
});

const last = () => backend.requests.at(-1);

describe('A request over HTTP', () => {
  test('is dumped with its content, when that is small and asked for, and goes nowhere [D3 D9]', async () => {
    const dumpOf = async (body: string) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const response = await fetch(`${server.url}/x?dump_request=y&dump_body=y`, { method: 'POST', headers, body });
      return (await response.json()) as { request: { body: unknown } };
    };
    expect((await dumpOf('user=ada&password=s3cret')).request.body).toMatchObject({
      text: 'user=ada&password=[redacted 6 chars]',
    });
    expect((await dumpOf(`a=${'b'.repeat(100_000)}`)).request.body).toMatchObject({
      withheld: expect.stringMatching(/up to 4096 bytes/),
    });
    expect(backend.requests).toHaveLength(0);
  });

  test('that opens a WebSocket gets a 501 of the proxy, and goes nowhere [E33]', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/live`);
    const failed = await new Promise<string>((resolve) => {
      socket.addEventListener('open', () => resolve('open'));
      socket.addEventListener('error', () => resolve('error'));
    });
    expect(failed).toBe('error');
    const response = await exchangeBytes(
      server.port,
      'GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nAccept: application/json\r\n\r\n',
    );
    expect(response).toMatch(/^HTTP\/1\.1 501 /);
    expect(response).toContain('"code":"websocket_unsupported"');
    expect(backend.requests).toHaveLength(0);
  });

  test('in absolute-form is one for its path, and its authority is the host', async () => {
    await exchangeBytes(
      server.port,
      'GET http://public.example:81/a%2fb?x=1 HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n',
    );
    expect(last()?.target).toBe('/a%2fb?x=1');
    expect(last()?.headers['x-forwarded-host']).toBe('public.example:81');
  });

  test('in absolute-form without a path is one for the root', async () => {
    await exchangeBytes(server.port, 'GET http://public.example HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(last()?.target).toBe('/');
  });

  test.each(['*', 'evil.example/', '@evil.example/', 'ftp://evil.example/x'])(
    'for the target %s is a 400 and goes nowhere [M11 M12]',
    async (target) => {
      const response = await exchangeBytes(
        server.port,
        `OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect(response).toMatch(/^HTTP\/1\.1 400 /);
      expect(backend.requests).toHaveLength(0);
    },
  );

  test('for CONNECT is a 405 that says what is allowed [M3]', async () => {
    const response = await exchangeBytes(
      server.port,
      'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    );
    expect(response).toMatch(/^HTTP\/1\.1 405 [\s\S]*\r\nAllow: GET, HEAD, POST/);
    expect(backend.requests).toHaveLength(0);
  });

  test.each(['a, b', 'a b', 'user@evil.example', 'evil.example/x', 'a:b'])(
    'whose Host is %j is a 400 and goes nowhere',
    async (host) => {
      expect((await send(server.url, { headers: { host } })).status).toBe(400);
      expect(backend.requests).toHaveLength(0);
    },
  );

  test('with two Host fields is a 400 and goes nowhere', async () => {
    const response = await exchangeBytes(
      server.port,
      'GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\nConnection: close\r\n\r\n',
    );
    expect(response).toMatch(/^HTTP\/1\.1 400 /);
    expect(backend.requests).toHaveLength(0);
  });

  test('of HTTP/1.0 without Host is forwarded, and names no host', async () => {
    const response = await exchangeBytes(server.port, 'GET /x HTTP/1.0\r\n\r\n');
    expect(response).toMatch(/ 200 /);
    expect(last()?.headers['x-forwarded-host']).toBe('unknown');
  });

  test('names the peer of the connection as client, whatever it says of itself [H9 H10 H11 H12 H13]', async () => {
    await send(server.url, {
      headers: { host: 'public.example', 'x-forwarded-for': '10.0.0.1', 'x-forwarded-proto': 'https' },
    });
    expect(last()?.headers).toMatchObject({
      host: 'public.example',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'public.example',
      'x-forwarded-port': String(server.port),
    });
  });

  test('behind a trusted front keeps what that says', async () => {
    const trusting = await startTestServer({ REMOTE_URL: backend.url, TRUST_FORWARDED: 'true' });
    await send(trusting.url, { headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' } });
    await trusting.drain();
    expect(last()?.headers).toMatchObject({
      'x-forwarded-for': '203.0.113.9, 127.0.0.1',
      'x-forwarded-proto': 'https',
    });
  });

  test('repeats fields as one list, in order, and cookies as browsers join them', async () => {
    await exchangeBytes(
      server.port,
      'GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nAuthorization: a\r\nCookie: a=1\r\nx-a: 2\r\nCookie: b=2\r\nConnection: close\r\n\r\n',
    );
    expect(last()?.headers).toMatchObject({ 'x-a': '1, 2', cookie: 'a=1; b=2', authorization: 'a' });
  });

  test.each([
    ['both framings', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5'],
    ['a list of lengths', 'Content-Length: 4, 4'],
    ['a signed length', 'Content-Length: +4'],
    ['chunked twice', 'Transfer-Encoding: chunked, chunked'],
    ['chunked not last', 'Transfer-Encoding: chunked, gzip'],
    ['a length in hexadecimal', 'Content-Length: 0x4'],
    ['white space before the colon', 'Content-Length : 4'],
  ])('with %s is refused and goes nowhere [X1 X2]', async (_, framing) => {
    const response = await exchangeBytes(server.port, `POST / HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n0\r\n\r\n`);
    expect(response).toMatch(/^HTTP\/1\.1 400 /);
    expect(backend.requests).toHaveLength(0);
  });

  test.each([
    ['a Transfer-Encoding beside chunked', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked'],
    ['codings in two fields', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked'],
    ['identity before chunked', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity, chunked'],
    ['a Transfer-Encoding alone that is not chunked', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip'],
    ['a folded field', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b'],
    ['a NUL in a field', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b'],
    ['a bare CR in a field', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\rb'],
    ['a bare LF after the request line', 'GET / HTTP/1.1\nHost: x'],
    ['white space before the first field', 'GET / HTTP/1.1\r\n Host: x'],
    ['two equal lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0'],
    ['no Host in HTTP/1.1', 'GET / HTTP/1.1\r\nX-A: a'],
    ['no HTTP version', 'GET /'],
    ['HTTP/2.0 on the request line', 'GET / HTTP/2.0\r\nHost: x'],
    ['an absolute-form and two Host fields', 'GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nHost: b.example'],
    [
      'an absolute-form and the same Host twice',
      'GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nHost: a.example',
    ],
    ['an absolute-form and a Host that is none', 'GET http://a.example/ HTTP/1.1\r\nHost: a b'],
    ['the same Host twice', 'GET / HTTP/1.1\r\nHost: a.example\r\nHost: a.example'],
    ['an absolute-form without an authority', 'GET http:///x HTTP/1.1\r\nHost: x'],
    ['an absolute-form with user information', 'GET http://a@b.example/ HTTP/1.1\r\nHost: x'],
  ])('with %s is a 400, closes the connection and goes nowhere [W1]', async (_, head) => {
    const response = await exchangeBytes(server.port, `${head}\r\n\r\n0\r\n\r\n`);
    expect(response).toMatch(/^HTTP\/1\.1 400 /);
    expect(response).toMatch(/\r\nConnection: close\r\n/i);
    expect(backend.requests).toHaveLength(0);
  });

  test.each(['example.org:', '[::1]:'])('whose Host %s has an empty port is for the host without it', async (host) => {
    await exchangeBytes(server.port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(last()?.headers['x-forwarded-host']).toBe(host.slice(0, -1));
  });

  test('in absolute-form counts by its own authority, whatever Host says', async () => {
    await exchangeBytes(
      server.port,
      'GET HTTP://public.example:/x HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n',
    );
    expect(last()?.headers['x-forwarded-host']).toBe('public.example');
  });

  test.each([
    ['GET', ''],
    ['POST', 'Content-Length: 4\r\n'],
  ])(
    'of %s with Upgrade gets its response as the last of the connection: what is behind it is not mistaken for another’s [W2]',
    async (method, length) => {
      const first = `${method} /first HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n${length}\r\n${length && 'body'}`;
      const response = await exchangeBytes(server.port, `${first}GET /second HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(response.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
      expect(response).toMatch(/\r\nConnection: close\r\n/i);
      expect(backend.requests.map(({ target }) => target)).toEqual(['/first']);
    },
  );

  test('that follows one with Upgrade in a packet of its own is not sent to the backend without a response [W2]', async () => {
    const held = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const slow = await httpBackend(async (request, response) => {
      seen.push(request.url ?? '');
      arrived.resolve();
      await held.promise;
      response.end('fine');
    });
    const seen: string[] = [];
    const slowServer = await startTestServer({ REMOTE_URL: slow.url });
    const socket = net.connect(slowServer.port, '127.0.0.1');
    const received = text(socket);
    socket.write('GET /first HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    await arrived.promise;
    socket.write('POST /second HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    await exchangeBytes(slowServer.port, 'GET /.lambda-rproxy/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    held.resolve();
    expect((await received).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    expect(seen).toEqual(['/first']);
    await slowServer.drain();
    await slow.close();
  });

  test('of HTTP/1.0 with chunked content and keep-alive is the last of its connection (RFC 9112 §6.1) [W2]', async () => {
    const response = await exchangeBytes(
      server.port,
      'POST /x HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n',
    );
    expect(response).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nConnection: close\r\n/i);
    expect(last()?.body.toString()).toBe('body');
  });

  test('of HTTP/1.0 with keep-alive leaves the connection open for another', async () => {
    const get = (path: string, more: string) => `GET ${path} HTTP/1.0\r\n${more}\r\n`;
    const response = await exchangeBytes(server.port, get('/1', 'Connection: keep-alive\r\n') + get('/2', ''));
    expect(response.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(backend.requests.map(({ target }) => target)).toEqual(['/1', '/2']);
  });

  test('with any other Expect is forwarded without it, and never a 417 [H8]', async () => {
    const response = await exchangeBytes(
      server.port,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: foo\r\nConnection: close\r\n\r\nbody',
    );
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
    expect(last()?.body.toString()).toBe('body');
    expect(last()?.headers).not.toHaveProperty('expect');
  });

  test('with Expect: 100-continue is told to go on, and its content arrives', async () => {
    const response = await exchangeBytes(
      server.port,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nbody',
    );
    expect(response).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(last()?.body.toString()).toBe('body');
    expect(last()?.headers).not.toHaveProperty('expect');
  });
});
