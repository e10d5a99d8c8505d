import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventSources } from '../../src/events/index.ts';
import { httpBackend } from '../helpers/backends.ts';
import { eventFixture, fixtureNames } from '../helpers/event-fixtures.ts';
import { faultsOf, hostileEvent, singleChanges, suspiciousBackend } from '../helpers/hostile-events.ts';
import { bodyText, handlerWith, type Result } from '../helpers/lambda.ts';

let backend: Awaited<ReturnType<typeof suspiciousBackend>>;
let handler: ReturnType<typeof handlerWith>;

beforeAll(async () => {
  backend = await suspiciousBackend();
  handler = handlerWith({ REMOTE_URL: backend.url });
});
afterAll(() => backend.close());

/** A recorded event with parts of it replaced, also inside requestContext and its http. */
const change = (name: string, parts: Record<string, unknown>, http: Record<string, unknown> = {}) => {
  const event = eventFixture(name);
  const requestContext = event['requestContext'] as Record<string, unknown>;
  return {
    ...event,
    ...parts,
    requestContext: {
      ...requestContext,
      ...(parts['requestContext'] as object | undefined),
      http: { ...(requestContext['http'] as object), ...http },
    },
  };
};

describe('A malformed event', () => {
  test('is answered with a page or by the backend whichever single part is wrong [X10 X3 E23 E27 S1]', async () => {
    const wrong: string[] = [];
    let count = 0;
    for (const { change, event } of singleChanges()) {
      count += 1;
      for (const fault of faultsOf(await handler(event))) wrong.push(`${change}: ${fault}`);
    }
    expect(wrong).toEqual([]);
    expect(backend.suspicions).toEqual([]);
    expect(count).toBeGreaterThan(5000);
  }, 120_000);

  test('is answered with a page or by the backend whatever combination of parts is wrong [X10 E27]', async () => {
    await fc.assert(
      fc.asyncProperty(hostileEvent, async (event) => expect(faultsOf(await handler(event))).toEqual([])),
      { numRuns: 1000 },
    );
    expect(backend.suspicions).toEqual([]);
  }, 60_000);

  test.each([
    ['headers that are a list', change('function-url-get', { headers: ['a', 'b'] })],
    ['a header that is true', change('function-url-get', { headers: { a: true } })],
    ['a header with a line break', change('function-url-get', { headers: { a: 'x\r\ny: z' } })],
    ['a header name with a line break', change('function-url-get', { headers: { 'a\r\nb': 'x' } })],
    ['a cookie with a line break', change('http-api-get', { cookies: ['a=1\r\nx: y'] })],
    ['cookies that are a text', change('http-api-get', { cookies: 'a=1' })],
    ['a path that is a number', change('http-api-get', { rawPath: 7 })],
    ['a path that names another host', change('function-url-get', { rawPath: '@evil.example/' })],
    ['a query that is an object', change('function-url-get', { rawQueryString: {} })],
    ['a body that is an object', change('http-api-json', { body: { a: 1 } })],
    ['a flag that is a text', change('http-api-json', { isBase64Encoded: 'true' })],
    ['a body that is not base64', change('http-api-json', { isBase64Encoded: true })],
    ['a method with a line break', change('function-url-get', {}, { method: 'GET / HTTP/1.1\r\nx: y' })],
    ['an empty method', change('function-url-get', {}, { method: '' })],
    ['an address with a line break', change('function-url-get', {}, { sourceIp: '::1\r\nx: y' })],
    ['a host with a line break', change('http-api-json', { requestContext: { domainName: 'h\r\nx: y' } })],
    ['a host with a control character', change('http-api-json', { requestContext: { domainName: 'h\u0001' } })],
    ['a host beyond ASCII', change('http-api-json', { requestContext: { domainName: 'höst.example' } })],
    ['a host that is an object', change('function-url-get', { requestContext: { domainName: { toString: 1 } } })],
    ['a host that has two ports', change('http-api-json', { requestContext: { domainName: 'a.example:80:80' } })],
    ['a host with user information', change('http-api-json', { requestContext: { domainName: 'a@evil.example' } })],
    [
      'an illegal Host where there is no domainName',
      change('http-api-json', { headers: { host: 'x\r\ny: z' }, requestContext: { domainName: null } }),
    ],
    ['a stage that is a list', change('http-api-get', { requestContext: { stage: [] } })],
  ])('with %s is a 400 that quotes nothing of it [X3 X10 H28 H29 S2 E23]', async (_, event) => {
    const result = await handler(event);
    expect(result.statusCode).toBe(400);
    expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=http_request_error');
    expect(result.headers['cache-control']).toBe('no-store');
    expect(bodyText(result)).toMatch(/cannot be understood/);
    expect(bodyText(result)).not.toMatch(/evil|x: y|toString/);
  });

  test.each([...fixtureNames('unknown'), 'null', 'a list', 'a text', 'a number'])(
    'of no known source (%s) is a 400 text that names the sources [X10]',
    async (name) => {
      const others: Record<string, unknown> = { null: null, 'a list': [1], 'a text': 'ping', 'a number': 7 };
      const result: Result = await handler(name in others ? others[name] : eventFixture(name));
      expect(result.statusCode).toBe(400);
      expect(result.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=http_request_error');
      expect(result.isBase64Encoded).toBe(false);
      for (const { title } of eventSources) expect(result.body).toContain(title);
    },
  );

  test('that is undefined is a 400 too [X10]', async () => {
    expect((await handler(undefined)).statusCode).toBe(400);
  });
});

describe('Header fields with inherited names', () => {
  test('reach the backend like any other and pollute nothing [H30 S8]', async () => {
    const names = ['__proto__', 'constructor', 'prototype', 'hasownproperty', 'tostring'];
    let received: string[] = [];
    const recorder = await httpBackend((request, response) => {
      received = request.rawHeaders.map((text) => text.toLowerCase());
      response.end();
    });
    const headers = JSON.parse(`{${names.map((name) => `"${name}":"${name} value"`).join(',')}}`);
    const result = await handlerWith({ REMOTE_URL: recorder.url })(change('function-url-get', { headers }));
    await recorder.close();
    expect(result.statusCode).toBe(200);
    for (const name of names) expect(received[received.indexOf(name) + 1]).toBe(`${name} value`);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
