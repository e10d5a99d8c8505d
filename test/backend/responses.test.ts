import zlib from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { accessLine, expectFailure, expectResponse, handlerFor, invoke } from '../helpers/failures.ts';
import { bodyBytes } from '../helpers/lambda.ts';
import { recordingBackend } from '../helpers/recording-backend.ts';
import { httpResponse, scriptedBackend, send, sendAndEnd } from '../helpers/scripted-backend.ts';

let backend: Backend;
afterEach(() => backend.close());

const ok = 'HTTP/1.1 200 OK\r\n';

/** Serves these bytes and returns the response. */
async function served(bytes: string, how = send, env: Record<string, string> = {}) {
  backend = await scriptedBackend(how(bytes), httpResponse('next'));
  const handler = handlerFor(backend.url, env);
  const { result } = await invoke(handler);
  expectResponse(await invoke(handler), 200, 'next');
  return result;
}

describe('statuses', () => {
  test.each([
    200, 201, 202, 203, 206, 207, 226, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 409, 410, 412, 413,
    416, 418, 421, 422, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 508, 511, 520, 530, 599,
  ])('%i passes unchanged, with its body, and the request is sent once [R1 S4 T5 T6 E29]', async (status) => {
    const recording = await recordingBackend((response) => {
      response
        .writeHead(status, { location: 'http://127.0.0.1:1/elsewhere', 'retry-after': '0' })
        .end(`it is ${status}`);
    });
    backend = recording;
    expectResponse(await invoke(handlerFor(backend.url)), status, `it is ${status}`);
    expect(recording.requests).toHaveLength(1);
  });

  test('a 204 has neither body nor Content-Type [R5]', async () => {
    const { statusCode, headers, body } = await served('HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n');
    expect({ statusCode, headers, body }).toEqual({
      statusCode: 204,
      headers: { 'x-a': '1', 'x-request-id': expect.any(String) },
      body: '',
    });
  });

  test('a 304 has no body and keeps what a cache needs [R5 R26]', async () => {
    const fields =
      'ETag: "x"\r\nVary: Accept\r\nCache-Control: max-age=9\r\nDate: now\r\nExpires: then\r\nContent-Location: /x\r\n';
    const { statusCode, headers, body } = await served(`HTTP/1.1 304 Not Modified\r\n${fields}\r\n`);
    expect({ statusCode, body }).toEqual({ statusCode: 304, body: '' });
    expect(headers).toEqual({
      etag: '"x"',
      vary: 'Accept',
      'cache-control': 'max-age=9',
      date: 'now',
      expires: 'then',
      'content-location': '/x',
      'x-request-id': expect.any(String),
    });
  });

  test('a 205 has no body [R6]', async () => {
    const { statusCode, body } = await served('HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n');
    expect({ statusCode, body }).toEqual({ statusCode: 205, body: '' });
  });

  test('HEAD gets the fields of GET and no body, on a connection that stays [R7]', async () => {
    const recording = await recordingBackend((response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '500', etag: '"x"' }).end();
    });
    backend = recording;
    const handler = handlerFor(backend.url);
    for (const _ of [1, 2]) {
      const { result } = await invoke(handler, { method: 'HEAD' });
      expect(result).toMatchObject({
        statusCode: 200,
        body: '',
        headers: { 'content-type': 'text/plain', etag: '"x"' },
      });
    }
    expect(recording.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
    expect(backend.connections).toBe(1);
  });

  test('a failure of HEAD has no body either [E9]', async () => {
    backend = await scriptedBackend((socket) => socket.resetAndDestroy());
    const { result } = await invoke(handlerFor(backend.url), { method: 'HEAD' });
    expect(result).toMatchObject({ statusCode: 502, body: '' });
    expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=connection_terminated');
  });
});

describe('fields', () => {
  test('what concerns the connection is removed, what is named by Connection too, and the length [R9 R10]', async () => {
    const { headers } = await served(
      `${ok}Connection: keep-alive, X-Hop\r\nKeep-Alive: timeout=9\r\nX-Hop: 1\r\nX-Stays: 1\r\nProxy-Authenticate: Basic\r\n` +
        'Trailer: X-T\r\nAlt-Svc: h3=":443"\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok',
    );
    expect(headers).toEqual({ 'x-stays': '1', 'content-type': 'text/plain', 'x-request-id': expect.any(String) });
  });

  test('repeated fields are joined in order, and of a field with one value the first counts [R27]', async () => {
    const { headers, cookies } = await served(
      `${ok}WWW-Authenticate: Basic realm="a, b"\r\nLink: </a>; rel=next\r\nWWW-Authenticate: Digest realm="c"\r\nVary: A\r\n` +
        'Link: </b>; rel=prev\r\nVary: B\r\nETag: "1"\r\nETag: "2"\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2, 3\r\nContent-Length: 2\r\n\r\nok',
    );
    expect(headers).toMatchObject({
      'www-authenticate': 'Basic realm="a, b", Digest realm="c"',
      link: '</a>; rel=next, </b>; rel=prev',
      vary: 'A, B',
      etag: '"1"',
    });
    expect(cookies).toEqual(['a=1', 'b=2, 3']);
  });

  test('fields named like parts of an object are fields like any other [R40]', async () => {
    const result = await served(`${ok}__proto__: 1\r\nconstructor: 2\r\nContent-Length: 2\r\n\r\nok`);
    expect(result.headers['constructor']).toBe('2');
    expect(result.body).toBe('ok');
  });

  test('a body without a type is called what a browser sees in it, and no body is called nothing [R25]', async () => {
    expect((await served(`${ok}Content-Length: 2\r\n\r\nok`)).headers['content-type']).toBe('text/plain');
    await backend.close();
    expect((await served(`${ok}Content-Length: 0\r\n\r\n`)).headers).not.toHaveProperty('content-type');
    await backend.close();
    const chunks = `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect((await served(chunks)).headers).not.toHaveProperty('content-type');
  });
});

describe('bodies', () => {
  test.each([
    ['gzip', zlib.gzipSync],
    ['br', zlib.brotliCompressSync],
    ['deflate', zlib.deflateSync],
    ['zstd', zlib.zstdCompressSync],
  ] as const)('%s comes through byte for byte, with its field [R22]', async (coding, compress) => {
    const bytes = compress(Buffer.from('to be sent as it is '.repeat(500)));
    backend = await httpBackend((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(bytes),
    );
    const { result } = await invoke(handlerFor(backend.url));
    expect(result.headers['content-encoding']).toBe(coding);
    expect(result.isBase64Encoded).toBe(true);
    expect(bodyBytes(result).equals(bytes)).toBe(true);
  });

  test('a body that claims gzip and is none comes through as it is [R22]', async () => {
    const { headers, body } = await served(`${ok}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone`);
    expect({ coding: headers['content-encoding'], body }).toEqual({ coding: 'gzip', body: 'none' });
  });

  test('ranges pass untouched, in one part and in several, and refused [R35]', async () => {
    const range = `HTTP/1.1 206 Partial Content\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nok`;
    const { statusCode, headers, body } = await served(range);
    expect({ statusCode, range: headers['content-range'], body }).toEqual({
      statusCode: 206,
      range: 'bytes 0-1/9',
      body: 'ok',
    });
    await backend.close();
    const parts = '--x\r\nContent-Range: bytes 0-0/9\r\n\r\no\r\n--x--';
    const several = await served(
      `HTTP/1.1 206 P\r\nContent-Type: multipart/byteranges; boundary=x\r\nContent-Length: ${parts.length}\r\n\r\n${parts}`,
    );
    expect(several).toMatchObject({ statusCode: 206, body: parts });
    await backend.close();
    const refused = await served('HTTP/1.1 416 No\r\nContent-Range: bytes */9\r\nContent-Length: 0\r\n\r\n');
    expect(refused).toMatchObject({ statusCode: 416, headers: { 'content-range': 'bytes */9' } });
  });

  test.each([
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end'],
    ['HTTP/1.1', 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end'],
  ])('a body of %s that ends with the connection is delivered [R41]', async (_version, bytes) => {
    expect(await served(bytes, sendAndEnd)).toMatchObject({ statusCode: 200, body: 'to the end' });
  });

  test('a body that drips in is put together in order', async () => {
    backend = await httpBackend((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const parts = ['a', 'b', 'c', 'd'];
      const drip = () => {
        const part = parts.shift();
        if (part === undefined) return response.end();
        response.write(part);
        return setTimeout(drip, 10);
      };
      drip();
    });
    expectResponse(await invoke(handlerFor(backend.url)), 200, 'abcd');
  });

  test('a megabyte of every byte comes through', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 1 << 20 }, (_, index) => (index * 7 + (index >> 8)) & 255));
    backend = await httpBackend((_request, response) => response.end(bytes));
    const outcome = await invoke(handlerFor(backend.url));
    expect(bodyBytes(outcome.result).equals(bytes)).toBe(true);
    expect(accessLine(outcome)).toMatchObject({ http: { response: { body: { size: 1 << 20 } } } });
  });
});

describe('too large a body', () => {
  const tooLarge = { status: 413, error: 'http_response_body_size', code: 'response_too_large' } as const;

  /** The refusal is a warning and not an error: nothing is broken. */
  const expectRefusal = ({ result, lines }: Awaited<ReturnType<typeof invoke>>) => {
    expect(result.statusCode).toBe(tooLarge.status);
    expect(result.headers['proxy-status']).toBe(`lambda-rproxy; error=${tooLarge.error}`);
    expect(lines.find(({ message }) => message === 'request refused')).toMatchObject({
      error: { type: tooLarge.code },
    });
  };

  test('a declared length over the quota is refused before the body is read [R37 E17]', async () => {
    const scripted = await scriptedBackend(
      send(`${ok}Content-Length: 1000000\r\n\r\nonly the beginning`),
      httpResponse('next'),
    );
    backend = scripted;
    const handler = handlerFor(backend.url, { PAYLOAD_QUOTA: '1000' });
    const outcome = await invoke(handler);
    expectRefusal(outcome);
    expect(outcome.took).toBeLessThan(1500);
    expectResponse(await invoke(handler), 200, 'next');
    expect(backend.connections).toBe(2);
  });

  test('a body without a declared length is read no further than the quota [R38 E17]', async () => {
    let sent = 0;
    let stopped = false;
    backend = await httpBackend((_request, response) => {
      const chunk = Buffer.alloc(65_536, 'x');
      response.once('close', () => (stopped = true));
      const more = () => {
        for (let room = true; room && !stopped; ) {
          sent += chunk.length;
          room = response.write(chunk);
        }
        if (!stopped) response.once('drain', more);
      };
      more();
    });
    expectRefusal(await invoke(handlerFor(backend.url, { PAYLOAD_QUOTA: '100000' })));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stopped).toBe(true);
    // What the sockets' buffers on both sides take is far less than this.
    expect(sent).toBeLessThan(32 << 20);
  });

  test('a body of exactly the quota is delivered, and one byte more is not [R37]', async () => {
    backend = await httpBackend((request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))));
    const handler = handlerFor(backend.url, { PAYLOAD_QUOTA: '1000' });
    expectResponse(await invoke(handler, { target: '/1000' }), 200, 'x'.repeat(1000));
    expectRefusal(await invoke(handler, { target: '/1001' }));
  });

  test('a body that breaks off is a failure even when it is close to the quota [E13]', async () => {
    const scripted = await scriptedBackend(sendAndEnd(`${ok}Content-Length: 1000\r\n\r\n${'x'.repeat(999)}`));
    backend = scripted;
    const outcome = await invoke(handlerFor(backend.url, { PAYLOAD_QUOTA: '1000' }));
    expectFailure(
      outcome,
      { status: 502, error: 'http_response_incomplete', code: 'response_incomplete' },
      backend.port,
    );
  });
});
