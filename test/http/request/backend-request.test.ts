import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildBackendRequest } from '../../../src/http/request/backend-request.ts';
import { configWith, ownName, request, sentFor } from '../../helpers/http-fixtures.ts';

const trusted = { TRUST_FORWARDED: 'true' };
const lengthOf = (method: string, body: string, headers: Record<string, string> = {}) =>
  sentFor({ method, headers, body: Buffer.from(body) }).headers['content-length'];

describe('framing', () => {
  test.each(['GET', 'HEAD'])('%s without a body has no length [B4]', (method) => {
    for (const headers of [{}, { 'content-length': '0' }, { 'content-length': '5' }]) {
      expect(lengthOf(method, '', headers as Record<string, string>)).toBeUndefined();
    }
  });

  test.each(['POST', 'PUT', 'PATCH'])('%s without a body says so [B5]', (method) => {
    expect(lengthOf(method, '')).toBe('0');
  });

  test.each(['DELETE', 'OPTIONS', 'PROPFIND'])('%s without a body says so only when the client did [B6]', (method) => {
    expect(lengthOf(method, '')).toBeUndefined();
    expect(lengthOf(method, '', { 'content-length': '0' })).toBe('0');
    expect(lengthOf(method, '', { 'content-length': '7' })).toBeUndefined();
  });

  test.each(['GET', 'DELETE', 'OPTIONS', 'QUERY'])('%s with a body has its length [B7]', (method) => {
    expect(sentFor({ method, body: Buffer.from('né') })).toMatchObject({
      headers: { 'content-length': '3' },
      body: Buffer.from('né'),
    });
  });

  test('content that is still coming in has the length that its sender is held to, or is chunked', () => {
    const body = new PassThrough();
    expect(sentFor({ method: 'POST', headers: { 'content-length': '5' }, body })).toMatchObject({
      headers: { 'content-length': '5' },
      body,
    });
    const { headers } = sentFor({ method: 'POST', headers: { 'transfer-encoding': 'chunked' }, body });
    expect([headers['transfer-encoding'], headers['content-length']]).toEqual(['chunked', undefined]);
  });

  test('HEAD loses content that is still coming in [B8]', () => {
    const { headers, body } = sentFor({ method: 'HEAD', headers: { 'content-length': '5' }, body: new PassThrough() });
    expect([headers['content-length'], headers['transfer-encoding'], body]).toEqual([
      undefined,
      undefined,
      Buffer.alloc(0),
    ]);
  });

  test('HEAD loses its body and its length [B8]', () => {
    const sent = sentFor({ method: 'HEAD', headers: { 'content-length': '5' }, body: Buffer.from('hello') });
    expect(sent.body).toHaveLength(0);
    expect(sent.headers).not.toHaveProperty('content-length');
  });

  test('the length is counted, whatever the client says [H21 H23 B1]', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.stringMatching(/^[ -~]{0,12}$/), (bytes, said) => {
        const sent = sentFor({ method: 'POST', headers: { 'content-length': said }, body: Buffer.from(bytes) });
        expect([sent.headers['content-length'], sent.body]).toEqual([String(bytes.length), Buffer.from(bytes)]);
      }),
    );
  });
});

describe('a refused request', () => {
  test.each(['TRACE', 'CONNECT', 'trace', 'Connect'])('%s names the methods that pass [E24 M2 M3]', (method) => {
    try {
      sentFor({ method, body: Buffer.from('x') });
      throw new Error('it was not refused');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'method_not_allowed',
        reason: `${method} is not passed on`,
        headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' },
      });
    }
  });

  test.each(['', ' ', 'GET ', 'GE T', 'GET\r\nHost: x', 'GÉT', 'GET/'])('"%s" is no method [M4]', (method) => {
    expect(() => sentFor({ method })).toThrow(
      expect.objectContaining({ code: 'bad_request', reason: 'the method is not a token' }),
    );
  });

  test.each([
    { via: `1.1 ${ownName}` },
    { via: `1.0 a, HTTP/2 ${ownName} (comment)` },
    { via: [`1.1 a`, `1.1\t${ownName}`] },
    { 'cdn-loop': ownName },
    { 'cdn-loop': `a, ${ownName}; v=1` },
    { 'cdn-loop': `${ownName}  ;v=1` },
    { via: `1.1  ${ownName}` },
  ])('%o has been here before [H18]', (headers) => {
    for (const env of [{}, { NO_HEADERS: 'true' }, trusted]) {
      expect(() => sentFor({ headers }, env as Record<string, string>)).toThrow(
        expect.objectContaining({ code: 'loop_detected' }),
      );
    }
  });

  test('because it has been here before tells the operator what leads back [H18]', () => {
    expect(() => sentFor({ headers: { 'cdn-loop': ownName } })).toThrow(
      expect.objectContaining({
        reason: `the request has already passed ${ownName}`,
        remedy: 'REMOTE_URL leads back to this function; point it at the backend itself',
      }),
    );
  });

  test.each([{ via: `1.1 x${ownName}` }, { via: ownName }, { 'cdn-loop': `${ownName}x` }, { 'x-a': ownName }])(
    '%o has not [H18]',
    (headers) => {
      expect(sentFor({ headers }).method).toBe('GET');
    },
  );
});

test('a ring of two deployments is seen when the request comes back, with NO_HEADERS too [H18 H19 H40]', () => {
  const env = { NO_HEADERS: 'true', VIA: 'on' };
  const other = 'lambda-rproxy-ffffffff';
  const { backendRequest: first } = buildBackendRequest(
    request({ headers: { accept: '*/*' } }),
    configWith(env),
    ownName,
  );
  const { backendRequest: second } = buildBackendRequest(request({ headers: first.headers }), configWith(env), other);
  expect(second.headers).toMatchObject({ via: `1.1 ${ownName}, 1.1 ${other}`, 'cdn-loop': `${ownName}, ${other}` });
  expect(second.headers).not.toHaveProperty('accept');
  for (const name of ['via', 'cdn-loop']) {
    const headers = { [name]: second.headers[name] ?? '' };
    expect(() => buildBackendRequest(request({ headers }), configWith(env), ownName)).toThrow(
      expect.objectContaining({ code: 'loop_detected' }),
    );
  }
});

describe('the client', () => {
  test('is the peer that AWS saw, whatever the request says [H13 H14]', () => {
    const headers = { 'x-forwarded-for': '1.2.3.4', forwarded: 'for=1.2.3.4' };
    const sent = sentFor({ headers }).headers;
    expect([sent['x-forwarded-for'], sent['forwarded']]).toEqual(['198.51.100.7', undefined]);
  });

  test('is put behind what a trusted proxy says, in both fields alike [H13 H14]', () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' };
    const sent = sentFor({ headers }, trusted).headers;
    expect(sent['x-forwarded-for']).toBe('203.0.113.9, 198.51.100.7');
    expect(sent['forwarded']).toMatch(
      /^for=203\.0\.113\.9, for="?198\.51\.100\.7"?;host="public\.example";proto=https$/,
    );
  });

  test('is not said twice when the gateway has said it in both fields [H13 H14 A5]', () => {
    for (const last of ['for=198.51.100.7', 'by=10.0.0.1;for="198.51.100.7";proto=https']) {
      const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7', forwarded: `for=203.0.113.9, ${last}` };
      const sent = sentFor({ headers }, trusted).headers;
      expect([sent['x-forwarded-for'], sent['forwarded']]).toEqual([headers['x-forwarded-for'], headers.forwarded]);
    }
  });

  test('stands in Forwarded in quotes and brackets when it is IPv6 [H14]', () => {
    const client = { ...request().client, ip: '2001:db8::1' };
    const headers = { forwarded: 'for=1.1.1.1', 'x-forwarded-for': '1.1.1.1' };
    const sent = sentFor({ client, headers }, trusted).headers;
    expect(sent['forwarded']).toBe('for=1.1.1.1, for="[2001:db8::1]";host="public.example";proto=https');
    expect(sent['x-forwarded-for']).toBe('1.1.1.1, 2001:db8::1');
  });
});

describe('credentials of REMOTE_URL', () => {
  const env = { REMOTE_URL: 'http://ada:s3cret@backend.internal/' };
  test("are sent when the client brings none, and never in the client's place [M17 H36]", () => {
    expect(sentFor({}, env).headers['authorization']).toBe(`Basic ${Buffer.from('ada:s3cret').toString('base64')}`);
    expect(sentFor({ headers: { authorization: 'Bearer x' } }, env).headers['authorization']).toBe('Bearer x');
  });
});

test('with NO_HEADERS the fields without which the body cannot be read go on [H40]', () => {
  const headers = { 'content-type': 'a/b', 'content-encoding': 'br', accept: '*/*' };
  const sent = sentFor({ method: 'POST', headers, body: Buffer.from('x') }, { NO_HEADERS: 'true' }).headers;
  expect(sent).toMatchObject({ 'content-type': 'a/b', 'content-encoding': 'br' });
  expect(sent).not.toHaveProperty('accept');
});

test('an answer whose coding would not reach the client is asked for without one, any other as the client asks', () => {
  const headers = { 'accept-encoding': 'br' };
  const asked = (options?: { keepsCodings: boolean }) =>
    buildBackendRequest(request({ headers }), configWith({}), ownName, options).backendRequest.headers;
  for (const options of [{ keepsCodings: true }, undefined]) expect(asked(options)).toMatchObject(headers);
  expect(asked({ keepsCodings: false })).toMatchObject({ 'accept-encoding': 'identity' });
});

describe('Destination', () => {
  const env = { REMOTE_URL: 'http://backend.internal:8080/base' };
  const destinationOf = (destination: string, more: Record<string, string> = {}) =>
    sentFor({ method: 'MOVE', headers: { destination } }, { ...env, ...more }).headers['destination'];

  test('on the public host becomes the backend’s [R21]', () => {
    expect(destinationOf('https://public.example/b%2Fc')).toBe('http://backend.internal:8080/base/b%2Fc');
    expect(destinationOf('https://public.example/b', { HOST_HEADER: 'client' })).toBe('http://public.example/base/b');
    expect(() => destinationOf('https://other.example/b')).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});

test.each([
  [['3'], '2'],
  [
    ['3', '4'],
    ['3', '4'],
  ],
])('Max-Forwards of a front door that hands over lists is counted too: %j [H20]', (value, sent) => {
  expect(sentFor({ method: 'OPTIONS', headers: { 'max-forwards': value } }).headers['max-forwards']).toEqual(sent);
});

test('host comes first, and what is ours behind what is the client’s [H9 H43]', () => {
  const names = Object.keys(sentFor({ headers: { 'x-b': '1', 'x-a': '2' }, method: 'POST' }).headers);
  expect(names.slice(0, 3)).toEqual(['host', 'x-b', 'x-a']);
  expect(names.slice(3).sort()).toEqual(
    [
      'cdn-loop',
      'content-length',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-port',
      'x-forwarded-proto',
    ].sort(),
  );
});

test('what goes out never shares an object with what came in [H30]', () => {
  const headers = Object.freeze({ 'x-a': '1', via: '1.1 a' });
  expect(sentFor({ headers }).headers).not.toBe(headers);
  expect(headers).toEqual({ 'x-a': '1', via: '1.1 a' });
});
