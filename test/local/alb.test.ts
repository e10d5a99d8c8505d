import { describe, expect, test } from '@jest/globals';
import { albMultiFront, albFront as front } from '../../src/local/alb.ts';
import { eventFixture } from '../helpers/event-fixtures.ts';
import { eventFor } from '../helpers/events.ts';

const headers = { 'X-A': ['1', '2'], Cookie: ['a=1', 'b=2'], Connection: 'close' };

describe('The local load balancer', () => {
  test.each([
    ['alb-single-get', front],
    ['alb-multi-get', albMultiFront],
  ])('makes events with the parts that AWS documents: %s', (name, door) => {
    expect(Object.keys(eventFor({ target: '/?a=b' }, door)).sort()).toEqual(Object.keys(eventFixture(name)).sort());
  });

  test('hands over path and parameters as on the wire, and of repeated ones the last', () => {
    expect(eventFor({ target: '/a%2Fb?x=a+b&x=%2F&y&&=z' }, front)).toMatchObject({
      path: '/a%2Fb',
      queryStringParameters: { x: '%2F', y: '', '': 'z' },
    });
    expect(eventFor({ target: '/' }, front)['queryStringParameters']).toEqual({});
  });

  test('with multi-value headers hands over all of them', () => {
    const event = eventFor({ target: '/?x=a+b&x=%2F&y', headers }, albMultiFront);
    expect(event).toMatchObject({
      multiValueQueryStringParameters: { x: ['a+b', '%2F'], y: [''] },
      multiValueHeaders: { 'x-a': ['1', '2'], cookie: ['a=1', 'b=2'] },
    });
    expect(event['multiValueHeaders']).not.toHaveProperty('connection');
  });

  test('stands under its public name and appends the peer to X-Forwarded-For', () => {
    const event = eventFor({ headers: { ...headers, 'x-forwarded-for': '10.1.2.3' }, sourceIp: '203.0.113.9' }, front);
    expect(event['headers']).toEqual({
      'x-a': '2',
      cookie: 'b=2',
      host: front.domainName,
      'x-forwarded-for': '10.1.2.3, 203.0.113.9',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    });
  });

  test.each([
    [{ 'content-type': 'text/plain' }, 'é', false],
    [{ 'content-type': 'text/plain', 'content-encoding': 'identity' }, 'é', true],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 'a=b', true],
    [{}, '', false],
  ])('hands over a body with %j as AWS does', (fields, text, base64) => {
    const event = eventFor({ method: 'POST', headers: fields, body: text }, front);
    expect(event['isBase64Encoded']).toBe(base64);
    expect(Buffer.from(String(event['body']), base64 ? 'base64' : 'utf8').toString()).toBe(text);
  });

  test('sends the fields of its mode, and calls what has no type nothing', () => {
    const result = { statusCode: 200, statusDescription: '200 OK', body: 'x', isBase64Encoded: false };
    expect(front.toResponse({ ...result, headers: { 'x-a': '1' } }).headers).toEqual([['x-a', '1']]);
    expect(
      albMultiFront.toResponse({ ...result, multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] } }).headers,
    ).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
  });

  test.each([
    [front, { statusCode: 200, multiValueHeaders: {} }],
    [albMultiFront, { statusCode: 200, headers: {} }],
    [front, { statusCode: 99, headers: {} }],
    [front, { statusCode: 200, headers: { 'x-a': 1 } }],
  ])('of $title refuses %j, which AWS answers with 502 [A13]', (door, result) => {
    expect(() => door.toResponse(result)).toThrow(TypeError);
  });
});
