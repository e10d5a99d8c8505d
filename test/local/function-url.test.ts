import { describe, expect, test } from '@jest/globals';
import { functionUrlFront as front } from '../../src/local/function-url.ts';
import { eventFixture } from '../helpers/event-fixtures.ts';
import { eventFor } from '../helpers/events.ts';
import { shapeOf } from '../helpers/shapes.ts';

describe('The local Function URL', () => {
  test('makes events of the shape that AWS documents', () => {
    const documented = new Set(shapeOf(eventFixture('function-url-get')));
    const event = eventFor({ target: '/a?repeat=1', headers: { cookie: 'a=1', accept: '*/*' } });
    expect(
      shapeOf({ ...event, headers: {}, queryStringParameters: {} }).filter((part) => !documented.has(part)),
    ).toEqual([]);
  });

  test('keeps path and query as on the wire, and decodes only the copies that nobody should read', () => {
    const event = eventFor({ target: '/a%2Fb//c?x=a+b&x=%2F&&y' });
    expect(event).toMatchObject({
      rawPath: '/a%2Fb//c',
      rawQueryString: 'x=a+b&x=%2F&&y',
      queryStringParameters: { x: 'a b,/', y: '' },
      requestContext: { http: { path: '/a/b//c' }, stage: '$default' },
    });
    expect(eventFor({ target: '/' })).not.toHaveProperty('queryStringParameters');
  });

  test('has cookies as a list and as a header field, other repeats joined by a comma without a space', () => {
    const event = eventFor({ headers: { Cookie: ['a=1; b=2', 'c=3'], 'X-A': ['1', '2'], Connection: 'close' } });
    expect(event['cookies']).toEqual(['a=1', 'b=2', 'c=3']);
    expect(event['headers']).toMatchObject({ cookie: 'a=1; b=2; c=3', 'x-a': '1,2' });
    expect(event['headers']).not.toHaveProperty('connection');
  });

  test('stands under its public name and appends the peer to X-Forwarded-For', () => {
    const event = eventFor({
      headers: { host: 'localhost:3000', 'x-forwarded-for': '10.1.2.3' },
      sourceIp: '203.0.113.9',
    });
    expect(event['headers']).toMatchObject({
      host: front.domainName,
      'x-forwarded-for': '10.1.2.3, 203.0.113.9',
      'x-forwarded-proto': 'https',
    });
  });

  test.each([
    ['text/plain', 'é', false],
    ['application/json; charset=utf-8', '{"a":"é"}', false],
    ['application/x-www-form-urlencoded', 'a=b', true],
    ['application/jsonp', 'x', true],
    ['', 'x', true],
  ])('hands over a body of type %j as AWS does', (type, text, base64) => {
    const event = eventFor({ method: 'POST', headers: { 'content-type': type }, body: text });
    expect(event['isBase64Encoded']).toBe(base64);
    expect(Buffer.from(String(event['body']), base64 ? 'base64' : 'utf8').toString()).toBe(text);
  });

  test('never hands over as text what is none', () => {
    const event = eventFor({ headers: { 'content-type': 'text/plain' }, body: Buffer.from([0xff]) });
    expect(event).toMatchObject({ isBase64Encoded: true, body: '/w==' });
  });

  test('sends an answer with its cookies as Set-Cookie fields, and calls what has no type JSON, as AWS does', () => {
    const result = {
      statusCode: '418',
      headers: { 'x-a': '1' },
      cookies: ['a=1', 'b=2'],
      body: 'AP8=',
      isBase64Encoded: true,
    };
    expect(front.toResponse(result)).toEqual({
      statusCode: 418,
      headers: [
        ['x-a', '1'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['content-type', 'application/json'],
      ],
      body: Buffer.from([0, 255]),
    });
    expect(front.toResponse({ statusCode: 200, headers: { 'Content-Type': 'a/b' } }).headers).toEqual([
      ['Content-Type', 'a/b'],
    ]);
  });

  test.each([null, undefined, {}, { statusCode: 99 }, { statusCode: 600 }, { statusCode: 'x' }, { statusCode: 200.5 }])(
    'refuses %j, which AWS answers with 502',
    (result) => {
      expect(() => front.toResponse(result)).toThrow(TypeError);
    },
  );
});
