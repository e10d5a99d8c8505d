import type { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { streaming } from '../../src/delivery/streaming.ts';
import { createProxy } from '../../src/proxy.ts';
import type { ProxyChain, ProxyResponse } from '../../src/types.ts';
import { installAwsLambda, ResponseStream, streamingMark } from '../helpers/aws-lambda-global.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor } from '../helpers/events.ts';
import { lambdaContext } from '../helpers/lambda.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await httpBackend((request, response) => {
    const status = Number(request.url?.slice(1)) || 200;
    response.writeHead(status, { 'content-type': 'image/x', 'set-cookie': ['a=1; Path=/', 'b=2'] });
    response.end(status === 200 ? Buffer.from([0, 255, 10]) : '');
  });
});
afterAll(() => backend.close());

let uninstall: () => void;
beforeEach(() => {
  uninstall = installAwsLambda();
});
afterEach(() => uninstall());

async function stream(handler: ReturnType<typeof streaming>, event: unknown = eventFor()) {
  const responseStream = new ResponseStream();
  const returned = await handler(event, responseStream as unknown as Writable, lambdaContext());
  return { ...responseStream.response, ended: responseStream.ended, returned };
}

const proxyTo = (url: string) => streaming(createProxy({ REMOTE_URL: url }));
const markOf = (handler: object) => (handler as Record<symbol, unknown>)[streamingMark];
const answering =
  (response: unknown): ProxyChain =>
  async () =>
    response as ProxyResponse;

describe('The streaming handler', () => {
  test('carries the mark by which the runtime tells it', () => {
    expect(markOf(streaming(answering(undefined)))).toBe('response');
  });

  test('is the entry `streamHandler`, next to `handler`, and there is no other export', async () => {
    process.env['REMOTE_URL'] = backend.url;
    const entries = await import('../../src/index.ts');
    delete process.env['REMOTE_URL'];
    expect(Object.keys(entries).sort()).toEqual(['handler', 'streamHandler']);
    expect(markOf(entries.streamHandler)).toBe('response');
    expect(markOf(entries.handler)).toBeUndefined();
    expect(entries.handler).toHaveLength(2);
    expect((await stream(entries.streamHandler)).prelude?.statusCode).toBe(200);
    expect(await entries.handler(eventFor(), lambdaContext())).toMatchObject({ statusCode: 200, body: 'AP8K' });
  });

  test('sends prelude and bytes, with every Set-Cookie in cookies and nowhere else [R12 R24]', async () => {
    const { prelude, body, ended, returned } = await stream(proxyTo(backend.url));
    expect(prelude).toMatchObject({ statusCode: 200, cookies: ['a=1; Path=/', 'b=2'] });
    expect(prelude?.headers).toMatchObject({ 'content-type': 'image/x' });
    expect(prelude?.headers).not.toHaveProperty('set-cookie');
    expect(prelude?.headers).not.toHaveProperty('content-length');
    expect(body).toEqual(Buffer.from([0, 255, 10]));
    expect(ended).toBe(true);
    expect(returned).toBeUndefined();
  });

  test.each([204, 304, 301, 404])('sends the prelude of a %i although its body is empty [A8 R5]', async (status) => {
    const { prelude, body, ended } = await stream(proxyTo(backend.url), eventFor({ target: `/${status}` }));
    expect(prelude?.statusCode).toBe(status);
    expect(body).toHaveLength(0);
    expect(ended).toBe(true);
  });

  test('sends the prelude of a response to HEAD [A8 R7]', async () => {
    const { prelude, body } = await stream(proxyTo(backend.url), eventFor({ method: 'HEAD' }));
    expect(prelude?.statusCode).toBe(200);
    expect(body).toHaveLength(0);
  });

  test('sends the error page when the backend is down [E3 E27]', async () => {
    const gone = await httpBackend(() => undefined);
    await gone.close();
    const { prelude, body } = await stream(proxyTo(gone.url), eventFor({ headers: { accept: 'text/html' } }));
    expect(prelude?.statusCode).toBe(502);
    expect(prelude?.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body.toString()).toContain('<h1>');
  });

  test.each([
    ['malformed', { ...eventFor(), rawPath: 7 }],
    ['of no known source', { key1: 'value1' }],
  ])('answers an event that is %s with 400 [X10]', async (_, event) => {
    const { prelude, ended } = await stream(proxyTo(backend.url), event);
    expect(prelude?.statusCode).toBe(400);
    expect(ended).toBe(true);
  });

  test('responds with 500 when the chain returns nothing, and sends one prelude [E27]', async () => {
    const { prelude, body, ended } = await stream(streaming(answering(undefined)));
    expect(prelude?.statusCode).toBe(500);
    expect(body.toString()).toMatch(/^The proxy itself failed\./);
    expect(ended).toBe(true);
  });

  test.each([
    ['is not there', null],
    ['was made by somebody else', {}],
  ])('streams the body alone where the runtime’s object %s', async (_, value) => {
    uninstall();
    uninstall = installAwsLambda(value);
    const { prelude, body, ended } = await stream(proxyTo(backend.url));
    expect(prelude).toBeUndefined();
    expect(body).toEqual(Buffer.from([0, 255, 10]));
    expect(ended).toBe(true);
  });
});
