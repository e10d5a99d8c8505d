import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from './helpers/aws-lambda-global.ts';
import { type Backend, httpBackend, rawBackend } from './helpers/backends.ts';
import type { Carries, TestRequest } from './helpers/events.ts';
import type { Result } from './helpers/lambda.ts';
import { bytesOf, type Change, type Entry, ways } from './helpers/ways.ts';

/** A request as the backend got it. */
interface Received {
  readonly method: string;
  readonly target: string;
  readonly rawHeaders: string[];
  readonly body: Buffer;
}

let backend: Backend;
let received: Received[];
let respond: (response: ServerResponse, request: IncomingMessage) => void;

let uninstall: () => void;
beforeAll(async () => {
  uninstall = installAwsLambda();
  backend = await httpBackend(async (request, response) => {
    const { method = '', url = '', rawHeaders } = request;
    received.push({ method, target: url, rawHeaders, body: await buffer(request) });
    respond(response, request);
  });
});
afterAll(async () => {
  uninstall();
  await backend.close();
});
beforeEach(() => {
  received = [];
  respond = (response) => response.setHeader('content-type', 'text/plain').end('fine');
});

/** All values that the backend got under a name, in order. */
const valuesOf = (name: string, { rawHeaders }: Received): string[] =>
  rawHeaders.flatMap((text, index) => (index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name ? [text] : []));

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe.each(ways.map((way) => [way.name, way] as const))('By way of %s', (_name, way) => {
  const { front, carries, source } = way;
  /** Event of every kind can be made up; over HTTP arrives only what Node's parser lets through. */
  const eventTest = front === undefined ? undefined : test;
  const wholeTest = way.streams ? undefined : test;
  const bodyText = (result: Result) => bytesOf(result, way).toString('utf8');

  let opened: Entry[] = [];
  afterEach(async () => {
    await Promise.all(opened.map((entry) => entry.close()));
    opened = [];
  });
  const open = async (env: Record<string, string>) => {
    const entry = await way.open(env);
    opened.push(entry);
    return entry;
  };

  /** One request through a real entry. */
  const ask = async (
    request: TestRequest = {},
    env: Record<string, string> = {},
    change: Change = (event) => event,
  ): Promise<Result> => (await open({ REMOTE_URL: backend.url, ...env }))(request, change);

  /** What the backend got of one request that was forwarded. */
  async function forwarded(request: TestRequest = {}, env: Record<string, string> = {}): Promise<Received> {
    const { statusCode } = await ask(request, env);
    expect(statusCode).toBe(200);
    expect(received).toHaveLength(1);
    return received[0] as Received;
  }

  describe('the path', () => {
    test.each([
      '/',
      '/a/',
      '//x',
      '/a//b',
      '/a/./b/../c',
      '//evil.example/x',
      '/@evil.example',
      '/http://evil.example/x',
      '/.evil.example',
      "/!$&'()*+,;=:@-._~",
      '/;a=b,c',
      '/|[]{}^`"<>\\',
    ])('%s reaches the backend byte for byte [M6 M7 M8 M10 M12 M13 S1]', async (target) => {
      expect((await forwarded({ target })).target).toBe(target);
    });

    test.each([
      // as sent, where the path passes as sent, where the gateway decodes it
      ['/a%20b', '/a%20b', '/a%20b'],
      ['/%E4%B8%AD', '/%E4%B8%AD', '/%E4%B8%AD'],
      ['/%c3%bc', '/%c3%bc', '/%C3%BC'],
      ['/a%2Fb%2fc', '/a%2Fb%2fc', '/a/b/c'],
      ['/%7Euser', '/%7Euser', '/~user'],
      ['/a%23b', '/a%23b', '/a%23b'],
      ['/a%3Fb', '/a%3Fb', '/a'],
      ['/a%0d%0ab%00', '/a%0d%0ab%00', '/a%0D%0Ab%00'],
      ['/%2e%2e/x', '/%2e%2e/x', '/../x'],
      ['/100%', '/100%', '/100%25'],
      ['/%zz', '/%zz', '/%25zz'],
      ['/%25', '/%25', '/%25'],
    ])(
      '%s goes as the front door delivers it, never with a byte that HTTP cannot carry [M5 M9 M20 X2 A1]',
      async (target, asSent, decoded) => {
        expect((await forwarded({ target })).target).toBe(carries.path === 'as sent' ? asSent : decoded);
      },
    );

    test.each([
      ['/', '/x', '/x'],
      ['', '/x', '/x'],
      ['/base', '/x', '/base/x'],
      ['/base/', '/x', '/base/x'],
      ['/base', '/', '/base/'],
      ['/base', '/base', '/base/base'],
      ['/base', '//x', '/base//x'],
      ['/base?k=1', '/x', '/base/x?k=1'],
      ['?k=1', '/x?a=2', '/x?k=1&a=2'],
    ])('is put behind %j of REMOTE_URL: %s becomes %s [M14 M15 M16]', async (base, target, expected) => {
      expect((await forwarded({ target }, { REMOTE_URL: `${backend.url}${base}` })).target).toBe(expected);
    });

    test.each(['/../x', '/a/../../x', '/..%2fx', '/..\\x'])(
      '%s that climbs out of the base path is a 400 and goes nowhere [M7]',
      async (target) => {
        const { statusCode } = await ask({ target }, { REMOTE_URL: `${backend.url}/base` });
        expect(statusCode).toBe(400);
        expect(received).toHaveLength(0);
      },
    );

    test.each(['/prod/x', '/production', '/x/prod'])(
      '%s is not cut where it looks like a stage [M19]',
      async (target) => {
        expect((await forwarded({ target })).target).toBe(target);
      },
    );

    eventTest?.each(['*', 'x', '@evil.example/', ':99/', 'http://evil.example/x'])(
      'that does not begin with a slash (%s) is a 400 and goes nowhere [M11 M12 S2 X2]',
      async (rawPath) => {
        const { statusCode } = await ask({}, {}, (event) => carries.withPath(event, rawPath));
        expect(statusCode).toBe(400);
        expect(received).toHaveLength(0);
      },
    );

    eventTest?.('that is empty is the root [M10]', async () => {
      await ask({}, {}, (event) => carries.withPath(event, ''));
      expect(received[0]?.target).toBe('/');
    });
  });

  describe('the query', () => {
    test.each<[query: string, lossy?: Partial<Record<Carries['query'], string>>]>([
      ['a=1&b=2'],
      ['a='],
      ['a=%25'],
      ['a=x:/?@!$()*,-._~'],
      ['x=http://evil.example'],
      ['x=../..'],
      ['a=1&trace_connection=n&dump_request='],
      ['a=1&a=2', { 'last parts': 'a=2' }],
      ['z=1&a=2'],
      ['a', { 'encoded anew': 'a=', 'in parts': 'a=', 'last parts': 'a=' }],
      ['&&', { 'encoded anew': '', 'in parts': '', 'last parts': '' }],
      ['=x'],
      ['a==x=', {}],
      ['a=+', { 'encoded anew': 'a=%20' }],
      ['a=%2B&b=%2F&c=%2f', { 'encoded anew': 'a=%2B&b=/&c=/' }],
      ['a=%26&b%3Db=%23&c=%3B', { 'encoded anew': 'a=%26&b%3Db=%23&c=%3B' }],
      ['a[b]=1', { 'encoded anew': 'a%5Bb%5D=1' }],
      ['a=;b', { 'encoded anew': 'a=%3Bb' }],
      ['a=%C3%BC', {}],
      ['a=%ff', { 'encoded anew': 'a=%EF%BF%BD' }],
      ['%=', { 'encoded anew': '%25=' }],
      ['?=', {}],
      ['x=\'"<>', { 'encoded anew': "x='%22%3C%3E" }],
      ['a=1&b=2&a=3', { 'encoded anew': 'a=1&a=3&b=2', 'in parts': 'a=1&a=3&b=2', 'last parts': 'a=3&b=2' }],
    ])('%s reaches the backend as the front door lets it: %j [M21 M22 M23 A2]', async (query, lossy = {}) => {
      const expected = lossy[carries.query] ?? query;
      const { target } = await forwarded({ target: `/x?${query}` });
      expect(target).toBe(expected === '' ? '/x' : `/x?${expected}`);
    });

    eventTest?.('with a raw # or a space has it encoded and never cut [M22]', async () => {
      await ask({}, {}, (event) => carries.withQuery(event, { a: '1#f', b: ' ü' }));
      expect(received[0]?.target).toBe('/?a=1%23f&b=%20%C3%BC');
    });

    test('loses an active trace_connection and nothing else [M23]', async () => {
      expect((await forwarded({ target: '/x?a=%25&trace_connection=y&b=' })).target).toBe('/x?a=%25&b=');
    });
  });

  describe('the method', () => {
    test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY', 'PURGE'])(
      '%s reaches the backend [M1]',
      async (method) => {
        if (way.methods?.has(method) === false) {
          expect((await ask({ method })).statusCode).toBe(400);
          expect(received).toHaveLength(0);
          return;
        }
        expect((await forwarded({ method })).method).toBe(method);
      },
    );

    eventTest?.('of no known meaning reaches the backend, too [M1]', async () => {
      let line = '';
      const raw = await rawBackend((socket) =>
        socket.once('data', (bytes) => {
          line = bytes.toString('latin1').split('\r\n', 1)[0] ?? '';
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        }),
      );
      const { statusCode } = await ask({ method: 'X-FOO', target: '/x' }, { REMOTE_URL: raw.url });
      await raw.close();
      expect([statusCode, line]).toEqual([200, 'X-FOO /x HTTP/1.1']);
    });

    test.each(front === undefined ? ['TRACE'] : ['TRACE', 'CONNECT', 'trace', 'Connect'])(
      '%s is a 405 with Allow and goes nowhere [M2 M3]',
      async (method) => {
        const { statusCode, headers } = await ask({ method });
        if (way.methods?.has(method) === false) {
          // Lambda refuses it before the proxy is called.
          expect(statusCode).toBe(400);
          expect(received).toHaveLength(0);
          return;
        }
        expect(statusCode).toBe(405);
        expect(headers['allow']).toMatch(/GET, HEAD, POST/);
        expect(received).toHaveLength(0);
      },
    );

    eventTest?.each(['G ET', '', 'GET\r\nx: y', 'GÉT'])('that is no token (%j) is a 400 [M4 X3]', async (method) => {
      expect((await ask({ method })).statusCode).toBe(400);
      expect(received).toHaveLength(0);
    });
  });

  describe('the header fields', () => {
    test('repeated by the client arrive as one list, in order [H24]', async () => {
      const all = front === undefined ? '1, 2, 3' : '1,2,3';
      const expected = carries.repeats === 'all' ? all : '3';
      expect(valuesOf('x-a', await forwarded({ headers: { 'X-A': ['1', '2', '3'] } }))).toEqual([expected]);
    });

    test.each([
      ['a=1; b=2', 'a=1; b=2', 'a=1; b=2'],
      [['a=1', 'b=2'], 'a=1; b=2', 'b=2'],
      ['a="1, 2"; b==; c=%C3%BC', 'a="1, 2"; b==; c=%C3%BC', 'a="1, 2"; b==; c=%C3%BC'],
    ])('hold the cookies %j as one Cookie [H26 H27]', async (cookie, all, last) => {
      const expected = carries.repeats === 'all' ? all : last;
      expect(valuesOf('cookie', await forwarded({ headers: { cookie } }))).toEqual([expected]);
    });

    test('without cookies hold none, and no User-Agent or Accept that the client did not send [H35]', async () => {
      const { rawHeaders } = await forwarded();
      const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
      expect(names).not.toEqual(expect.arrayContaining(['cookie']));
      for (const name of ['cookie', 'user-agent', 'accept', 'transfer-encoding']) expect(names).not.toContain(name);
      expect(names.includes('accept-encoding')).toBe(way.undoesCodings);
      expect(new Set(names).size).toBe(names.length);
    });

    eventTest?.(
      'name the public host, and the client, as the front door vouches for them [H9 H10 H11 H12 H13 H50]',
      async () => {
        const request = await forwarded({
          headers: { host: 'evil.example', 'x-forwarded-for': '10.0.0.1', 'x-forwarded-host': 'evil.example' },
          sourceIp: '203.0.113.9',
        });
        expect(valuesOf('host', request)).toEqual([front?.domainName]);
        expect(valuesOf('x-forwarded-prefix', request)).toEqual(way.publicPrefix === '' ? [] : [way.publicPrefix]);
        expect(valuesOf('x-forwarded-for', request)).toEqual(['203.0.113.9']);
        expect(valuesOf('x-forwarded-host', request)).toEqual([front?.domainName]);
        expect(valuesOf('x-forwarded-proto', request)).toEqual(['https']);
        expect(valuesOf('x-forwarded-port', request)).toEqual(['443']);
      },
    );

    test('keep Latin-1 bytes, empty values and the wish for an encoding [H31 H33 H34]', async () => {
      const request = await forwarded({ headers: { 'x-l': 'é\u00ff', 'x-e': '', 'accept-encoding': 'br;q=1, gzip' } });
      expect(valuesOf('x-l', request)).toEqual(['é\u00ff']);
      expect(valuesOf('x-e', request)).toEqual(['']);
      expect(valuesOf('accept-encoding', request)).toEqual([way.undoesCodings ? 'identity' : 'br;q=1, gzip']);
    });

    eventTest?.('beyond Latin-1 go as UTF-8 and crash nothing [H32]', async () => {
      const [value = ''] = valuesOf('x-u', await forwarded({ headers: { 'x-u': '中' } }));
      expect(Buffer.from(value, 'latin1').toString()).toBe('中');
    });

    test('keep credentials, which belong to the one backend [H36]', async () => {
      expect(valuesOf('authorization', await forwarded({ headers: { authorization: 'Bearer x.y' } }))).toEqual([
        'Bearer x.y',
      ]);
    });
  });

  describe('a request body', () => {
    const boundary = '----x';
    const multipart = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="ü.bin"\r\n\r\n`),
      everyByte,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);

    test.each([
      ['text', 'text/plain', Buffer.from('plain')],
      ['UTF-8 text', 'text/plain; charset=utf-8', Buffer.from('é€😀')],
      ['JSON with odd spacing', 'application/json', Buffer.from('{ "a" : 1.0 ,"ü":"\\u00fc"}\n')],
      ['a form', 'application/x-www-form-urlencoded', Buffer.from('a=1&b=%2B+c&d')],
      ['a multipart form', `multipart/form-data; boundary="${boundary}"`, multipart],
      ['every byte', 'application/octet-stream', everyByte],
      ['every byte, called text', 'text/plain', everyByte],
      ['every byte, called nothing', '', everyByte],
      ['gzip', 'application/json', gzipSync('{"a":1}')],
      ['1 MB', 'application/octet-stream', Buffer.alloc(1_000_000, everyByte)],
    ])(
      'of %s reaches the backend byte for byte, with its type and its length [B1 B2 B10 B11 X1]',
      async (_, type, body) => {
        const headers = { ...(type === '' ? {} : { 'content-type': type }), ...(front && { 'content-length': '3' }) };
        const request = await forwarded({ method: 'POST', headers, body });
        expect(request.body.equals(body)).toBe(true);
        expect(valuesOf('content-type', request)).toEqual(type === '' ? [] : [type]);
        expect(valuesOf('content-length', request)).toEqual([String(body.length)]);
      },
    );

    test.each(['GET', 'DELETE', 'OPTIONS', 'PATCH'])('of %s is forwarded [B7]', async (method) => {
      const request = await forwarded({ method, body: 'x=1' });
      expect(request.body.toString()).toBe('x=1');
      expect(valuesOf('content-length', request)).toEqual(['3']);
    });

    test.each([
      ['GET', []],
      ['DELETE', []],
      ['POST', ['0']],
      ['PUT', ['0']],
    ])('that is empty is announced so: %s %j [B4 B5 B6 H21]', async (method, length) => {
      const request = await forwarded({ method });
      expect(request.body).toHaveLength(0);
      expect(valuesOf('content-length', request)).toEqual(length);
      expect(valuesOf('transfer-encoding', request)).toEqual([]);
    });

    test.each(['HEAD', 'head'])('of %s is dropped, and that is no failure [B8]', async (method) => {
      const { statusCode } = await ask({ method, body: 'x' });
      expect(statusCode).toBe(200);
      expect(received[0]).toMatchObject({ method: 'HEAD', body: Buffer.alloc(0) });
    });

    eventTest?.('that is flagged as base64 and is none is a 400 and goes nowhere [B3 E23]', async () => {
      const body = { body: '{"a":1}', isBase64Encoded: true };
      expect((await ask({ method: 'POST' }, {}, (event) => ({ ...event, ...body }))).statusCode).toBe(400);
      expect(received).toHaveLength(0);
    });
  });

  describe('a response', () => {
    test.each([
      ['ASCII', 'text/html', Buffer.from('<p class="x">\r\n\t</p>'), 'text'],
      ['UTF-8', 'text/html; charset=utf-8', Buffer.from('é€😀'), carries.utf8],
      ['a byte order mark', 'application/json', Buffer.from('\ufeff{}'), carries.utf8],
      ['Latin-1', 'text/plain; charset=iso-8859-1', Buffer.from('é', 'latin1'), 'base64'],
      ['every byte', 'image/png', everyByte, 'base64'],
      ['control characters', 'text/plain', Buffer.from('\u0000\u0001\u001f\u007f'), 'text'],
    ])('of %s comes back byte for byte [R24]', async (_, type, bytes, form) => {
      respond = (response) => response.setHeader('content-type', type).end(bytes);
      const result = await ask();
      expect(bytesOf(result, way).equals(bytes)).toBe(true);
      expect(result.isBase64Encoded).toBe(form === 'base64' && !way.streams);
      expect(result.headers['content-type']).toBe(type);
      // An event's front door counts for itself; over HTTP the length that the backend declared is passed on.
      expect(result.headers['content-length']).toBe(front ? undefined : String(bytes.length));
    });

    test.each([
      ['gzip', gzipSync('{"a":1}')],
      ['br', brotliCompressSync('{"a":1}')],
      ['zstd', Buffer.from('not really')],
      ['gzip', Buffer.from('no gzip at all')],
    ])('in %s keeps its bytes and its Content-Encoding [R22]', async (coding, bytes) => {
      respond = (response) =>
        response.setHeader('content-type', 'application/json').setHeader('content-encoding', coding).end(bytes);
      const result = await ask({ headers: { 'accept-encoding': coding } });
      expect(bytesOf(result, way).equals(bytes)).toBe(true);
      expect(result.headers['content-encoding']).toBe(coding);
    });

    test.each([200, 201, 206, 207, 226, 300, 400, 401, 404, 413, 418, 429, 451, 500, 502, 503, 504, 520, 599])(
      'with status %i and its page pass untouched, asked for once [R1 E29 T5]',
      async (status) => {
        respond = (response) => response.writeHead(status, { 'retry-after': '0', 'x-own': 'yes' }).end('its own page');
        const result = await ask({ headers: { accept: 'text/html' } });
        expect(result.statusCode).toBe(status);
        expect(result.headers).toMatchObject({ 'retry-after': '0', 'x-own': 'yes' });
        expect(result.headers).not.toHaveProperty('proxy-status');
        expect(bodyText(result)).toBe('its own page');
        expect(received).toHaveLength(1);
      },
    );

    test('has every Set-Cookie that its front door can carry, in order, and nowhere else [R12 R16 A4]', async () => {
      const cookies = ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b="x, y"; Foo=Bar; HttpOnly', 'a=2'];
      respond = (response) => response.setHeader('set-cookie', cookies).end();
      const result = await ask();
      expect(result.cookies).toEqual(carries.setCookies === 'all' ? cookies : cookies.slice(0, 1));
      expect(JSON.stringify(result.headers)).not.toMatch(/cookie/i);
    });

    test('has other repeated fields joined in order [R27]', async () => {
      respond = (response) =>
        response
          .setHeader('vary', ['Accept', 'Origin'])
          .setHeader('www-authenticate', ['Basic realm="a"', 'Bearer'])
          .end();
      const { headers } = await ask();
      expect(headers['vary']).toBe('Accept, Origin');
      expect(headers['www-authenticate']).toBe('Basic realm="a", Bearer');
    });

    test('without a Content-Type has the type that a browser sees where the front door would call it JSON, and none elsewhere [R25 A5]', async () => {
      respond = (response) => response.end('<p>a</p>');
      const { headers } = await ask();
      expect(headers['content-type']).toBe(front && 'text/html');
    });

    test('without Content-Type and body gets no type [R25]', async () => {
      respond = (response) => response.setHeader('content-length', '0').end();
      const result = await ask();
      expect(result.headers).not.toHaveProperty('content-type');
      expect(result.body).toBe('');
    });

    test.each([204, 304])('with status %i has its fields and no body [R5]', async (status) => {
      respond = (response) => response.writeHead(status, { etag: '"x"', vary: 'Accept' }).end();
      const result = await ask();
      expect(result).toMatchObject({ statusCode: status, body: '', isBase64Encoded: false });
      expect(result.headers).toMatchObject({ etag: '"x"', vary: 'Accept' });
      expect(result.headers).not.toHaveProperty('content-type');
    });

    test('to HEAD has the fields of GET and no body [R7]', async () => {
      respond = (response) => response.writeHead(200, { 'content-type': 'image/png', 'content-length': '500' }).end();
      const result = await ask({ method: 'HEAD' });
      expect(result).toMatchObject({ statusCode: 200, body: '' });
      expect(result.headers['content-type']).toBe('image/png');
    });

    test('in parts keeps its Content-Range [R35]', async () => {
      respond = (response, { headers }) =>
        response.writeHead(206, { 'content-range': 'bytes 0-1/9', 'x-range': headers.range }).end('ab');
      const { statusCode, headers } = await ask({ headers: { range: 'bytes=0-1' } });
      expect([statusCode, headers['content-range'], headers['x-range']]).toEqual([206, 'bytes 0-1/9', 'bytes=0-1']);
    });

    test('loses what concerns one connection only [R9 R10]', async () => {
      respond = (response) =>
        response
          .writeHead(200, { connection: 'close, x-hop', 'x-hop': '1', 'keep-alive': 'timeout=5', 'x-end': '1' })
          .end('x');
      const { headers } = await ask();
      expect(headers).toMatchObject({ 'x-end': '1' });
      for (const name of ['connection', 'x-hop', 'keep-alive', 'transfer-encoding']) {
        expect(headers).not.toHaveProperty([name]);
      }
    });
  });

  describe('what leads to the backend is brought back to the public host', () => {
    const fieldsOf = async (fields: Record<string, string | string[]>, base = '') => {
      respond = (response) => response.writeHead(302, fields).end();
      return ask({}, { REMOTE_URL: `${backend.url}${base}` });
    };

    test.each(['location', 'content-location'])('in %s, which is not followed [R17 R21 S4]', async (name) => {
      const { statusCode, headers } = await fieldsOf({ [name]: `${backend.url}/login?a=%2F#f` });
      expect(statusCode).toBe(302);
      expect(headers[name]).toBe(`${way.publicOrigin}${way.publicPrefix}/login?a=%2F#f`);
      expect(received).toHaveLength(1);
    });

    test('in Refresh and Link [R21]', async () => {
      const { headers } = await fieldsOf({
        refresh: `5; url=${backend.url}/x`,
        link: `<${backend.url}/a>; rel=next, <https://other.example/>; rel=prev`,
      });
      expect(headers['refresh']).toBe(`5; url=${way.publicOrigin}${way.publicPrefix}/x`);
      expect(headers['link']).toBe(
        `<${way.publicOrigin}${way.publicPrefix}/a>; rel=next, <https://other.example/>; rel=prev`,
      );
    });

    test('without the base path [R14 R17 R18]', async () => {
      const result = await fieldsOf({ location: `${backend.url}/base/x`, 'set-cookie': 'a=1; Path=/base/y' }, '/base');
      expect(result.headers['location']).toBe(`${way.publicOrigin}${way.publicPrefix}/x`);
      expect(result.cookies).toEqual([`a=1; Path=${way.publicPrefix}/y`]);
    });

    test('in the Domain of a cookie [R13]', async () => {
      const { cookies } = await fieldsOf({
        'set-cookie': ['a=1; Domain=127.0.0.1; Path=/', 'b=2; Domain=other.example'],
      });
      const expected = [`a=1; Path=${way.publicPrefix || '/'}`, 'b=2'];
      expect(cookies).toEqual(carries.setCookies === 'all' ? expected : expected.slice(0, 1));
    });

    test('and a path has the stage in front [R48]', async () => {
      const { headers, cookies } = await fieldsOf({ location: '/x', 'set-cookie': '__Host-a=1; Secure; Path=/' });
      expect(headers['location']).toBe(`${way.publicPrefix}/x`);
      expect(cookies).toEqual(['__Host-a=1; Secure; Path=/']);
    });

    test.each([
      'x',
      '?q',
      '#f',
      '//other.example/x',
      'https://other.example/',
      'mailto:a@b.example',
      'http://169.254.169.254/',
    ])('and %s stays as it is [R18 S4]', async (location) => {
      expect((await fieldsOf({ location })).headers['location']).toBe(location);
    });
  });

  describe('a filtered path', () => {
    const env = { FILTERED_PATH: '/foobar|/baz', FILTERED_URL_MSG: 'Nothing <here>.' };

    test.each(['/foobar', '/foobar/x?y', '/FOOBAR', '//foobar', '/%66oobar', '/x/../foobar', '/foobar;a', '/baz'])(
      '%s is a 403 page and goes nowhere [F1 F2 F4 F6 F7 F8 F9 F26 E21]',
      async (target) => {
        const result = await ask({ target, headers: { accept: 'text/html' } }, env);
        expect(result.statusCode).toBe(403);
        expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=http_request_denied');
        expect(bodyText(result)).toContain('Nothing &lt;here&gt;.');
        expect(bodyText(result)).not.toMatch(/foobar|127\.0\.0\.1/i);
        expect(received).toHaveLength(0);
      },
    );

    test.each(['/foobarx', '/x/foobar', '/?p=/foobar'])('does not cover %s [F3]', async (target) => {
      expect((await forwarded({ target }, env)).target).toBe(target);
    });

    test('is refused before it can be dumped [F23]', async () => {
      expect((await ask({ target: '/foobar?dump_request=y' }, env)).statusCode).toBe(403);
    });
  });

  describe('a dump', () => {
    test('shows the request and what would be sent, secrets masked, and asks nobody [D3 D4 D5]', async () => {
      const headers = { accept: 'text/html', cookie: 'sid=top-secret', 'x-a': '<b>' };
      const result = await ask({ method: 'POST', target: '/x?a=1&dump_request=y', headers, body: 'top-secret' });
      expect(result.statusCode).toBe(200);
      expect(result.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-robots-tag': 'noindex, nofollow',
      });
      expect(bodyText(result)).toContain('/x');
      expect(bodyText(result)).toContain(source);
      expect(bodyText(result)).not.toMatch(/top-secret|<b>|123456789012/);
      expect(received).toHaveLength(0);
    });

    test('is JSON for those who prefer that [D5]', async () => {
      const result = await ask({ target: '/x?dump_request=y', headers: { accept: 'application/json' } });
      expect(result.headers['content-type']).toBe('application/json');
      expect(JSON.parse(bodyText(result))).toMatchObject({
        request: { path: '/x', source },
        backend: { target: '/x' },
      });
    });

    wholeTest?.('of more than the endpoint carries is a 413 and no failed invocation [R37 E27]', async () => {
      const result = await ask({
        target: '/?dump_request=y',
        headers: { accept: 'text/html', 'x-large': '"'.repeat(900_000) },
      });
      expect(result.statusCode).toBe(413);
      expect(JSON.stringify(result).length).toBeLessThan(10_000);
    });

    test('is not given where the queries are off or the key is wrong: the query is forwarded [D1 D2 M23]', async () => {
      for (const env of [{ DEBUG_QUERIES: 'off' }, { DEBUG_KEY: 'k' }] as Record<string, string>[]) {
        received = [];
        expect((await forwarded({ target: '/x?dump_request=y' }, env)).target).toBe('/x?dump_request=y');
      }
    });
  });

  describe('the quota', () => {
    const bytes = (count: number) => {
      respond = (response) => response.setHeader('content-type', 'text/plain').end(Buffer.alloc(count, 'x'));
    };
    const chunked = (count: number) => {
      respond = (response) => {
        response.setHeader('content-type', 'text/plain');
        response.write(Buffer.alloc(count - 1, 'x'));
        response.end('x');
      };
    };

    test.each([
      ['declared', bytes],
      ['not declared', chunked],
    ])('holds to the byte when the length is %s [R37 R38 L1]', async (_, send) => {
      send(1000);
      const fits = await ask({}, { PAYLOAD_QUOTA: '1000' });
      expect([fits.statusCode, fits.body.length]).toEqual([200, 1000]);
      send(1001);
      if (way.streams && send === chunked) {
        // Its beginning is with the client when it turns out to be too large, and that it breaks off is all that is left.
        await expect(ask({}, { PAYLOAD_QUOTA: '1000' })).rejects.toThrow(/broke off|aborted/);
        return;
      }
      const result = await ask({ headers: { accept: 'text/html' } }, { PAYLOAD_QUOTA: '1000' });
      expect(result.statusCode).toBe(413);
      expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=http_response_body_size');
      expect(bodyText(result)).toContain('Payload Too Large');
    });

    wholeTest?.('above what the endpoint carries does not raise that [R37]', async () => {
      bytes(6_300_000);
      expect((await ask({}, { PAYLOAD_QUOTA: '99000000' })).statusCode).toBe(413);
    });

    test('does not count what HEAD only declares [R7]', async () => {
      respond = (response) => response.writeHead(200, { 'content-length': '99999999' }).end();
      expect((await ask({ method: 'HEAD' }, { PAYLOAD_QUOTA: '10' })).statusCode).toBe(200);
    });
  });

  describe('a failure', () => {
    test.each([
      ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=utf-8', /<h1>/],
      ['application/json', 'application/problem+json', /^\{.*"status":502/],
      ['application/problem+json, text/html;q=0.5', 'application/problem+json', /"status":502/],
      ['*/*', 'text/plain; charset=utf-8', /Failure code: connection_refused/],
      ['', 'text/plain; charset=utf-8', /Failure code: connection_refused/],
      ['image/png', 'text/plain; charset=utf-8', /Failure code: connection_refused/],
      [';;,q=/*', 'text/plain; charset=utf-8', /Failure code: connection_refused/],
    ])('is told to one who accepts %j as %s [P7 P8 E3]', async (accept, type, body) => {
      const gone = await httpBackend(() => undefined);
      await gone.close();
      const headers: Record<string, string> = accept === '' ? {} : { accept };
      const result = await ask({ target: '/secret?path', headers }, { REMOTE_URL: gone.url });
      expect(result.statusCode).toBe(502);
      expect(result.headers).toMatchObject({
        'content-type': type,
        'cache-control': 'no-store',
        'proxy-status': 'lambda-rproxy; error=connection_refused',
        'x-robots-tag': 'noindex, nofollow',
      });
      expect(bodyText(result)).toMatch(body);
      expect(bodyText(result)).not.toMatch(/secret|127\.0\.0\.1|ECONNREFUSED/);
    });

    test('is told to HEAD in its fields alone [P9]', async () => {
      for (const accept of ['text/html', 'application/json', '*/*']) {
        const result = await ask({ method: 'HEAD', headers: { accept } }, { REMOTE_URL: 'nonsense' });
        expect(result).toMatchObject({ statusCode: 500, body: '' });
      }
    });

    test('of the settings is a 500 page, and every request gets it [E26 M18]', async () => {
      const entry = await open({ REMOTE_URL: 'ftp://ada:top-secret@x/' });
      for (let times = 0; times < 2; times += 1) {
        const result = await entry({ headers: { accept: 'text/html' } });
        expect(result.statusCode).toBe(500);
        expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=proxy_configuration_error');
        expect(bodyText(result)).not.toMatch(/ftp|secret|ada:/);
      }
    });

    test('by a backend that leads back here is a 508 [H18 S7 E25]', async () => {
      const again = await httpBackend(async (request, response) => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        const { statusCode } = await entry({ target: request.url ?? '/', headers });
        response.writeHead(statusCode).end();
      });
      const entry = await open({ REMOTE_URL: again.url });
      const { statusCode } = await entry();
      await again.close();
      expect(statusCode).toBe(508);
    });
  });
});
