import { describe, expect, test } from '@jest/globals';
import { claimsPayloadV2, decodeV2, encodeV2, sizeV2 } from '../../src/events/payload-v2.ts';
import type { HeaderFields } from '../../src/types.ts';
import { eventFixture } from '../helpers/event-fixtures.ts';

const decode = (event: unknown) => decodeV2(event, 'test', ({ rawPath }) => rawPath);

/** The recorded event, decoded, with parts replaced. */
const decoded = (parts: Record<string, unknown>) => decode({ ...eventFixture('function-url-get'), ...parts });

const headersOf = (parts: Record<string, unknown>) => decoded(parts).headers;

const bodyOf = (parts: Record<string, unknown>) => decoded(parts).body;

const reasonOf = (event: unknown): unknown => {
  try {
    return decode(event);
  } catch (error) {
    return (error as { reason?: unknown }).reason;
  }
};

const encoded = (body: Buffer, headers: HeaderFields = {}) => encodeV2({ statusCode: 200, headers, body });

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe('An event', () => {
  const claim = { version: '2.0', requestContext: { http: {}, domainName: 7 } };

  test('claims payload format 2.0 by its version and its context, whatever else is wrong with it', () => {
    expect(claimsPayloadV2(claim)).toBe(true);
  });

  test.each([
    ['another version', { ...claim, version: '1.0' }],
    ['an empty version', { ...claim, version: '' }],
    ['no version', { requestContext: claim.requestContext }],
    ['no context', { version: '2.0' }],
    ['no HTTP in its context', { ...claim, requestContext: { domainName: 'a' } }],
    [
      'a route’s ARN, which is an authorizer’s',
      { ...claim, routeArn: 'arn:aws:execute-api:us-east-1:1:a/$default/GET/' },
    ],
  ])('does not claim it with %s', (_, event) => {
    expect(claimsPayloadV2(event)).toBe(false);
  });
});

describe('Reading a payload', () => {
  test.each([
    ['headers', { headers: { a: true } }, 'event part headers must be an object of strings'],
    ['headers', { headers: ['a'] }, 'event part headers must be an object of strings'],
    ['cookies', { cookies: 'a=1' }, 'event part cookies must be a list'],
    ['cookies', { cookies: [1] }, 'event part cookies.0 must be a string'],
    ['rawQueryString', { rawQueryString: 7 }, 'event part rawQueryString must be a string'],
    ['body', { body: {} }, 'event part body must be a string'],
    ['isBase64Encoded', { isBase64Encoded: 'true' }, 'event part isBase64Encoded must be true or false'],
    ['requestContext', { requestContext: null }, 'event part requestContext must be an object'],
  ])('names %s when it is wrong, and not its value [X10]', (_, parts, reason) => {
    expect(reasonOf({ ...eventFixture('function-url-get'), ...parts })).toBe(reason);
  });

  test('takes a missing path as the root of the backend [M10]', () => {
    const { rawPath, ...event } = eventFixture('function-url-get');
    expect(rawPath).toBeDefined();
    expect(decode(event).rawPath).toBe('');
  });

  test('takes a missing query as none, and a missing stage as the default one', () => {
    const { version } = eventFixture('function-url-get');
    const requestContext = { domainName: 'a', http: { method: 'GET', sourceIp: '::1' } };
    let stage: string | undefined;
    const { rawQuery } = decodeV2({ version, requestContext }, 'test', (payload) => {
      stage = payload.requestContext.stage;
      return payload.rawPath;
    });
    expect([rawQuery, stage]).toEqual(['', '$default']);
  });

  test('turns the method to upper case, as it will be sent, so that no rule is passed by spelling [M1 M3]', () => {
    const event = eventFixture('function-url-get');
    const requestContext = event['requestContext'] as { http: object };
    const http = { ...requestContext.http, method: 'trace' };
    expect(decode({ ...event, requestContext: { ...requestContext, http } }).method).toBe('TRACE');
  });
});

describe('The header fields', () => {
  test('have lower-case names and no others than the event has', () => {
    expect({ ...headersOf({ headers: { 'X-A': '1', b: '' }, cookies: null }) }).toEqual({ 'x-a': '1', b: '' });
  });

  test('hold one Cookie, from the list where there is one [H26]', () => {
    const headers = { cookie: 'from=header', Cookie: 'from=other' };
    expect(headersOf({ headers, cookies: ['a=1', 'b=2'] })['cookie']).toBe('a=1; b=2');
    expect(headersOf({ headers: { cookie: 'a=1;b=2' }, cookies: [] })['cookie']).toBe('a=1;b=2');
    expect(headersOf({ headers: null, cookies: undefined })).not.toHaveProperty('cookie');
  });

  test('keep the bytes of odd cookies [H27]', () => {
    const cookies = ['a="1, 2"', 'b==', 'c=x y', 'd=%C3%BC', 'e=ü'];
    expect(headersOf({ cookies })['cookie']).toBe('a="1, 2"; b==; c=x y; d=%C3%BC; e=ü');
  });

  test('have no prototype that a field could reach [H30 S8]', () => {
    const fields = headersOf({ headers: JSON.parse('{"__proto__":"x","constructor":"y"}'), cookies: null });
    expect(Object.entries(fields)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(fields)).toBeNull();
  });
});

describe('A request body', () => {
  test('that is flagged is decoded, byte for byte [B1]', () => {
    expect(bodyOf({ body: everyByte.toString('base64'), isBase64Encoded: true })).toEqual(everyByte);
  });

  test('that is not flagged is UTF-8 text, even where it looks like base64 [B2]', () => {
    expect(bodyOf({ body: 'QUJD', isBase64Encoded: false }).toString()).toBe('QUJD');
    expect(bodyOf({ body: 'é€😀', isBase64Encoded: null })).toEqual(Buffer.from('é€😀'));
  });

  test.each([null, undefined, ''])('of %j is empty, flagged or not [B4 B5]', (body) => {
    expect(bodyOf({ body, isBase64Encoded: true })).toHaveLength(0);
    expect(bodyOf({ body, isBase64Encoded: false })).toHaveLength(0);
  });

  test.each([
    'QUJ',
    'QUJD=',
    'QUJD\n',
    ' QUJD',
    'QU=D',
    'QQ==QQ==',
    'QUJ-',
    'QU_D',
    '====',
    '=',
    'Q===',
    'QUJDé===',
    '{"a":1}',
  ])('of %j is refused rather than sent as other bytes [B3]', (body) => {
    expect(() => bodyOf({ body, isBase64Encoded: true })).toThrow(
      expect.objectContaining({ code: 'bad_request', reason: 'event part body is not valid base64' }),
    );
  });

  test.each(['QQ==', 'QUI=', 'QUJD', '+/+/'])('of %j is accepted [B1]', (body) => {
    expect(bodyOf({ body, isBase64Encoded: true }).toString('base64')).toBe(body);
  });
});

describe('An answer', () => {
  test.each(['', 'plain', '{"a":"\\"\\n"}', '\u0000\u0001\t\r\n\u001f\u007f'])(
    'of ASCII (%j) travels as text and not a third longer [R24]',
    (text) => {
      expect(encoded(Buffer.from(text))).toMatchObject({ body: text, isBase64Encoded: false });
    },
  );

  test.each([
    ['UTF-8', Buffer.from('é€😀')],
    ['a byte order mark', Buffer.from('\ufeff{}')],
    ['Latin-1', Buffer.from('é', 'latin1')],
    ['a lone continuation byte', Buffer.from([0x80])],
    ['every byte', everyByte],
    ['half of a character', Buffer.from('€').subarray(0, 2)],
  ])('with %s travels as base64 and loses nothing [R24]', (_, bytes) => {
    const { body = '', isBase64Encoded } = encoded(bytes, { 'content-type': 'text/plain; charset=utf-8' });
    expect(isBase64Encoded).toBe(true);
    expect(Buffer.from(body, 'base64')).toEqual(bytes);
  });

  test('has every Set-Cookie as its own entry in cookies and nowhere else [R12 A4]', () => {
    const cookies = ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2; Path=/', 'a=3'];
    const result = encoded(Buffer.alloc(0), { 'set-cookie': cookies, 'X-Own': 'y' });
    expect(result.cookies).toEqual(cookies);
    expect(result.headers).toEqual({ 'x-own': 'y' });
    expect(encoded(Buffer.alloc(0), { 'Set-Cookie': 'a=1' })).toMatchObject({ headers: {}, cookies: ['a=1'] });
  });

  test('has the values of any other field joined', () => {
    expect(encoded(Buffer.alloc(0), { Via: ['1.1 a', '1.1 b'] }).headers).toEqual({ via: '1.1 a, 1.1 b' });
  });

  test('has no cookies as an empty list', () => {
    expect(encoded(Buffer.alloc(0)).cookies).toEqual([]);
  });

  test('keeps fields whatever they are called, and pollutes nothing [R40]', () => {
    const headers = JSON.parse('{"__proto__":"x","constructor":"y","tostring":"z"}');
    const { headers: fields } = JSON.parse(JSON.stringify(encoded(Buffer.alloc(0), headers)));
    expect(Object.entries(fields)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['tostring', 'z'],
    ]);
  });

  test('is measured without being made: a quote costs 2 bytes, a control character 6, three bytes of base64 4 [L2]', () => {
    const size = (body: Buffer) => sizeV2({ statusCode: 200, headers: {}, body });
    const empty = size(Buffer.alloc(0));
    expect(size(Buffer.from('abc')) - empty).toBe(3);
    expect(size(Buffer.from('"\\\n\r\t\b\f')) - empty).toBe(14);
    expect(size(Buffer.from('\u0000\u001b')) - empty).toBe(12);
    expect(size(Buffer.from('\u007f/ ')) - empty).toBe(3);
    expect(size(Buffer.from([255, 255, 255, 255])) - empty).toBe(8 - 1); // `true` is shorter than `false`
  });

  test('is as large as its JSON, status and fields included', () => {
    const response = { statusCode: 200, headers: { 'x-own': 'ü', 'set-cookie': ['a=1'] }, body: Buffer.from('text') };
    expect(sizeV2(response)).toBe(Buffer.byteLength(JSON.stringify(encodeV2(response))));
  });
});
