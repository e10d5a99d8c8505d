import { describe, expect, test } from '@jest/globals';
import { fieldsOf, listsOf } from '../../src/events/fields.ts';
import { parse, texts } from '../../src/events/parts.ts';
import { decodeV1, encodeV1, sizeV1, versionClaimed } from '../../src/events/payload-v1.ts';
import type { HeaderFields } from '../../src/types.ts';
import { eventFixture } from '../helpers/event-fixtures.ts';

const decode = (parts: Record<string, unknown>) =>
  decodeV1({ ...eventFixture('rest-api-get'), ...parts }, 'rest-api', ({ path }) => path);

const reasonOf = (parts: Record<string, unknown>): unknown => {
  try {
    return decode(parts);
  } catch (error) {
    return (error as { reason?: unknown }).reason;
  }
};

const encoded = (body: string | Buffer, headers: HeaderFields = {}) =>
  encodeV1({ statusCode: 200, headers, body: Buffer.from(body as string) });

const queryOf = (parameters: Record<string, string[]>) =>
  decode({ multiValueQueryStringParameters: parameters }).rawQuery;

describe('The version that an event claims', () => {
  const claim = { httpMethod: 'GET', isBase64Encoded: false, requestContext: { identity: {} } };

  test('is the one that it names, or none, whatever else is wrong with it', () => {
    expect(versionClaimed({ ...claim, version: '1.0' })).toBe('1.0');
    expect(versionClaimed(claim)).toBe('none');
    expect(versionClaimed({ ...claim, httpMethod: null, isBase64Encoded: 7 })).toBe('none');
  });

  test.each([
    ['another version', { ...claim, version: '2.0' }],
    ['an empty version', { ...claim, version: '' }],
    ['no method', { isBase64Encoded: false, requestContext: { identity: {} } }],
    [
      'a method’s ARN, which is an authorizer’s',
      { ...claim, methodArn: 'arn:aws:execute-api:us-east-1:1:a/live/GET/' },
    ],
    ['the HTTP of payload format 2.0', { ...claim, requestContext: { http: {} } }],
    ['no context', { httpMethod: 'GET', isBase64Encoded: false }],
    ['null as context', { ...claim, requestContext: null }],
    ['no identity and no fields', { ...claim, requestContext: {} }],
    ['a load balancer', { ...claim, requestContext: { identity: {}, elb: {} } }],
    ['nothing', {}],
  ])('is not of this format in an event with %s', (_, event) => {
    expect(versionClaimed(event)).toBeUndefined();
  });
});

describe('An object of texts', () => {
  test.each([null, undefined, 'text', 7, ['a'], { a: true }, { a: null }])('is not %j', (value) => {
    expect(() => parse(texts, value)).toThrow(
      expect.objectContaining({ code: 'bad_request', reason: 'event part event must be an object of strings' }),
    );
  });

  test('may be empty, and keeps names that are inherited elsewhere', () => {
    expect(parse(texts, {})).toEqual({});
    expect(Object.keys(parse(texts, JSON.parse('{"__proto__":"x","constructor":"y"}')))).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});

describe('Reading payload format 1.0', () => {
  test.each([
    ['headers', { multiValueHeaders: null, headers: { a: true } }, 'headers must be an object of strings'],
    ['lists', { multiValueHeaders: { a: 'x' } }, 'multiValueHeaders must be an object of lists of strings'],
    [
      'list members',
      { multiValueHeaders: { a: ['x', null] } },
      'multiValueHeaders must be an object of lists of strings',
    ],
    ['a list of lists', { multiValueHeaders: [['x']] }, 'multiValueHeaders must be an object of lists of strings'],
    [
      'parameters',
      { multiValueQueryStringParameters: { a: 1 } },
      'multiValueQueryStringParameters must be an object of lists of strings',
    ],
    ['the path', { path: 7 }, 'path must be a string'],
    ['the method', { httpMethod: null }, 'httpMethod must be a string'],
    ['the body', { body: {} }, 'body must be a string'],
    ['the flag', { isBase64Encoded: 'true' }, 'isBase64Encoded must be true or false'],
    ['the context', { requestContext: null }, 'requestContext must be an object'],
    [
      'the address',
      { requestContext: { domainName: 'a', identity: { sourceIp: 'x\r\ny: z' } } },
      'requestContext.identity.sourceIp must be an address',
    ],
    [
      'the host',
      { requestContext: { domainName: 'a b', identity: { sourceIp: '::1' } } },
      'requestContext.domainName must be a host name',
    ],
  ])('names %s when wrong, and not its value [X10]', (_, parts, reason) => {
    expect(reasonOf(parts)).toBe(`event part ${reason}`);
  });

  test('names the client as the gateway vouches for it', () => {
    const requestContext = { domainName: 'api.example.com', identity: { sourceIp: '198.51.100.7' } };
    expect(decode({ requestContext }).client).toEqual({
      ip: '198.51.100.7',
      host: 'api.example.com',
      protocol: 'https',
      port: 443,
    });
  });

  test('takes a missing stage as none', () => {
    const requestContext = { domainName: 'a', identity: { sourceIp: '::1' } };
    const event = { ...eventFixture('payload-1.0-get'), requestContext };
    const { rawPath } = decodeV1(event, 'http-api-v1', (payload) => `/${payload.requestContext.stage}`);
    expect(rawPath).toBe('/');
  });

  test('takes the single values where there are no lists', () => {
    const { headers, rawQuery } = decode({
      multiValueHeaders: null,
      headers: { 'X-A': '1' },
      multiValueQueryStringParameters: null,
      queryStringParameters: { a: 'b c' },
    });
    expect({ ...headers }).toEqual({ 'x-a': '1' });
    expect(rawQuery).toBe('a=b%20c');
  });

  test('takes a missing path as the root, and neither fields nor parameters as none [M10]', () => {
    const nothing = {
      multiValueHeaders: null,
      headers: null,
      multiValueQueryStringParameters: null,
      queryStringParameters: null,
    };
    expect(decode({ path: undefined, ...nothing })).toMatchObject({ rawPath: '', rawQuery: '', headers: {} });
  });
});

describe('A query that AWS has decoded', () => {
  test.each([
    [{ a: ['1', '2'] }, 'a=1&a=2'],
    [{ 'a b': ['c+d&e=f;g'] }, 'a%20b=c%2Bd%26e=f%3Bg'],
    [{ 'a=b': ['='] }, 'a%3Db=='],
    [{ a: ['100%', '%41', '#'] }, 'a=100%25&a=%2541&a=%23'],
    [{ 'f[]': ['é€😀'] }, 'f%5B%5D=%C3%A9%E2%82%AC%F0%9F%98%80'],
    [{ a: ["/?:@!$'()*,-._~"] }, "a=/?:@!$'()*,-._~"],
    [{ a: ['\ud800'] }, 'a=%EF%BF%BD'],
    [{ a: ['x\r\ny'] }, 'a=x%0D%0Ay'],
    [{ '': [''] }, '='],
    [{ a: [] }, ''],
  ])('%j is encoded as %s: nothing more than it needs, and nothing that splits it [M21 X2]', (parameters, expected) => {
    expect(queryOf(parameters)).toBe(expected);
  });

  test('keeps parameters with inherited names [S8]', () => {
    expect(queryOf(JSON.parse('{"__proto__":["x"],"constructor":["y"]}'))).toBe('__proto__=x&constructor=y');
  });
});

describe('Fields with several values', () => {
  test('are joined as payload format 2.0 joins them, whatever the spelling of their lines [H24]', () => {
    expect({
      ...fieldsOf([
        ['X-A', ['1', '2']],
        ['x-a', ['3']],
        ['x-b', []],
      ]),
    }).toEqual({ 'x-a': '1,2,3' });
  });

  test('are one Cookie [H26 H27]', () => {
    expect(
      fieldsOf([
        ['Cookie', ['a=1', 'b="2, 3"']],
        ['cookie', ['c=4']],
      ])['cookie'],
    ).toBe('a=1; b="2, 3"; c=4');
  });

  test.each(['Host', 'Content-Length', 'Authorization', 'content-type'])(
    'are a 400 when %s is among them and they differ, for two parties could read two requests [H25]',
    (name) => {
      const fields = () =>
        fieldsOf([
          [name, ['a']],
          [name.toUpperCase(), ['b']],
        ]);
      expect(fields).toThrow(
        expect.objectContaining({
          code: 'bad_request',
          reason: `event part multiValueHeaders holds different values for ${name.toLowerCase()}`,
        }),
      );
      expect(fieldsOf([[name, ['a', 'a']]])[name.toLowerCase()]).toBe('a');
    },
  );

  test('have no prototype that a field could reach [H30 S8]', () => {
    const fields = fieldsOf(Object.entries(JSON.parse('{"__proto__":["x"],"constructor":["y"]}')));
    expect(Object.entries(fields)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(fields)).toBeNull();
  });
});

describe('An answer in payload format 1.0', () => {
  test('has the four keys that AWS knows, and texts alone as values [A13]', () => {
    const response = encoded('x', { 'X-Own': 'y', 'set-cookie': ['a=1', 'b=2'], 'x-none': [] });
    expect(Object.keys(response).sort()).toEqual(['body', 'isBase64Encoded', 'multiValueHeaders', 'statusCode']);
    expect({ ...response.multiValueHeaders }).toEqual({ 'x-own': ['y'], 'set-cookie': ['a=1', 'b=2'] });
  });

  test('keeps fields whatever they are called [R40]', () => {
    const headers = JSON.parse('{"__proto__":"x","constructor":"y"}');
    expect(Object.entries(listsOf({ statusCode: 200, headers, body: '' }))).toEqual([
      ['__proto__', ['x']],
      ['constructor', ['y']],
    ]);
  });

  test.each([
    ['', undefined],
    ['{"a":"\\"\\n"}', 'application/octet-stream'],
    ['é€😀', 'text/html'],
    ['é€😀', 'text/html; charset=UTF-8'],
    ['é€😀', 'text/css;charset="utf-8"'],
    ['é€😀', 'text/css;charset=utf8'],
    ['é', 'application/javascript'],
    ['é', 'application/atom+xml'],
    ['\ufeff{}', 'application/json'],
    ['é', 'application/problem+json'],
    ['é', 'image/svg+xml; charset=utf-8'],
  ])('has %j of type %s as text, which a REST API shows without any setting [R24]', (text, type) => {
    const response = encoded(text, type === undefined ? {} : { 'content-type': type });
    expect(response).toMatchObject({ body: text, isBase64Encoded: false });
  });

  test.each([
    ['UTF-8 of no type', Buffer.from('é'), {}],
    ['UTF-8 that only mentions text', Buffer.from('é'), { 'content-type': 'application/x; of=text/plain' }],
    ['UTF-8 of a type like JSON', Buffer.from('é'), { 'content-type': 'application/json5' }],
    ['UTF-8 that is called UTF-80', Buffer.from('é'), { 'content-type': 'text/plain; charset=utf-80' }],
    ['UTF-8 that is called bytes', Buffer.from('é'), { 'content-type': 'application/octet-stream' }],
    ['UTF-8 that is called Latin-1', Buffer.from('é'), { 'content-type': 'text/plain; charset=iso-8859-1' }],
    ['UTF-8 that is called compressed', Buffer.from('é'), { 'content-type': 'text/plain', 'content-encoding': 'br' }],
    ['Latin-1', Buffer.from('é', 'latin1'), { 'content-type': 'text/plain' }],
    ['half of a character', Buffer.from('€').subarray(0, 2), { 'content-type': 'text/plain' }],
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47]), { 'content-type': 'image/png' }],
  ])('has %s as base64, because as text a byte might change [R24]', (_, bytes, headers) => {
    const response = encoded(bytes, headers);
    expect(response.isBase64Encoded).toBe(true);
    expect(Buffer.from(response.body, 'base64')).toEqual(bytes);
  });

  test('is measured with every byte of its UTF-8 text, and an escape where JSON needs one [L2]', () => {
    const size = (text: string) =>
      sizeV1({ statusCode: 200, headers: { 'content-type': 'text/plain' }, body: Buffer.from(text) });
    expect(size('€') - size('')).toBe(3);
    expect(size('€"\n\u0000\u2028') - size('')).toBe(3 + 2 + 2 + 6 + 3);
    expect(size('€\u001f ~') - size('')).toBe(3 + 6 + 1 + 1);
  });

  test.each(['', 'text', 'é'])('with the body %j is as large as its JSON, status and fields included', (text) => {
    const response = { statusCode: 200, headers: { 'x-own': 'ü' }, body: Buffer.from(text) };
    expect(sizeV1(response)).toBe(Buffer.byteLength(JSON.stringify(encodeV1(response))));
  });
});
