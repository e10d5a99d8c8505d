import { describe, expect, test } from '@jest/globals';
import { httpApiV1Front } from '../../src/local/http-api-v1.ts';
import { restApiFront as front } from '../../src/local/rest-api.ts';
import { eventFixture } from '../helpers/event-fixtures.ts';
import { eventFor } from '../helpers/events.ts';
import { shapeOf } from '../helpers/shapes.ts';

describe('The local REST API', () => {
  test('makes events of the shape that AWS documents', () => {
    const documented = new Set(shapeOf(eventFixture('rest-api-get')));
    const { headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters, ...event } = eventFor(
      { target: '/a?repeat=1' },
      front,
    );
    expect(shapeOf(event).filter((part) => !documented.has(part))).toEqual([]);
    for (const part of [headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters]) {
      expect(part).toEqual(expect.any(Object));
    }
  });

  test('keeps the path as on the wire and names its stage beside it [M19]', () => {
    expect(eventFor({ target: '/a%2Fb//c' }, front)).toMatchObject({
      path: '/a%2Fb//c',
      requestContext: { path: '/prod/a%2Fb//c', stage: 'prod', domainName: front.domainName },
    });
  });

  test('decodes the query, and has none as null [M21]', () => {
    expect(eventFor({ target: '/?x=a+b&x=%2F&y' }, front)).toMatchObject({
      queryStringParameters: { x: '/', y: '' },
      multiValueQueryStringParameters: { x: ['a b', '/'], y: [''] },
    });
    expect(eventFor({ target: '/' }, front)).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
    });
  });

  test("keeps the client's spelling of names and every line of a field, but for what it spells itself [H24]", () => {
    const headers = { 'X-a': ['1', '2'], AUTHORIZATION: 'Bearer x', host: 'localhost', cookie: ['a=1', 'b=2'] };
    const event = eventFor({ headers, sourceIp: '203.0.113.9' }, front);
    expect(event['multiValueHeaders']).toMatchObject({
      'X-a': ['1', '2'],
      Authorization: ['Bearer x'],
      cookie: ['a=1', 'b=2'],
      Host: [front.domainName],
      'X-Forwarded-For': ['203.0.113.9'],
    });
    expect(event['headers']).toMatchObject({ 'X-a': '2', cookie: 'b=2' });
  });

  test.each(['Content-Length', 'Expect', 'Max-Forwards', 'Transfer-Encoding', 'TE'])('drops %s', (name) => {
    const event = eventFor({ headers: { [name]: '1' } }, front);
    expect(event['multiValueHeaders']).not.toHaveProperty([name]);
  });

  test('sends every value of an answer as a field of its own, and decodes base64', () => {
    const result = {
      statusCode: 200,
      headers: { 'x-a': '1' },
      multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] },
      body: 'AP8=',
      isBase64Encoded: true,
    };
    expect(front.toResponse(result)).toEqual({
      statusCode: 200,
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['x-a', '1'],
        ['content-type', 'application/json'],
      ],
      body: Buffer.from([0, 255]),
    });
  });

  test.each([
    null,
    {},
    { statusCode: 99 },
    { statusCode: 200, cookies: [] },
    { statusCode: 200, multiValueHeaders: { 'x-a': '1' } },
    { statusCode: 200, multiValueHeaders: { 'x-a': [1] } },
    { statusCode: 200, headers: { 'x-a': null } },
  ])('refuses %j, which AWS answers with 502 [A13]', (result) => {
    expect(() => front.toResponse(result)).toThrow(TypeError);
  });
});

describe('The local HTTP API with payload format 1.0', () => {
  test('decodes the path, with the stage in front, and spells names in lower case [A1 M19]', () => {
    expect(eventFor({ target: '/a%2Fb%3Fc', headers: { 'X-A': '1' } }, httpApiV1Front)).toMatchObject({
      version: '1.0',
      path: '/prod/a/b',
      requestContext: { path: '/prod/a/b', stage: 'prod' },
      multiValueHeaders: { 'x-a': ['1'], host: [httpApiV1Front.domainName] },
    });
  });
});
