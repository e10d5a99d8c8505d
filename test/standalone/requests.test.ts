import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
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
      host: `127.0.0.1:${backend.port}`,
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
