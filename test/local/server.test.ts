import { once } from 'node:events';
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { albFront, albMultiFront } from '../../src/local/alb.ts';
import { functionUrlFront } from '../../src/local/function-url.ts';
import { httpApiFront } from '../../src/local/http-api.ts';
import { restApiFront } from '../../src/local/rest-api.ts';
import { type LocalServer, startServer } from '../../src/local/server.ts';

/** What the function does in a test, and the events that it got. */
let result: (event: Record<string, unknown>) => unknown;
let events: Record<string, unknown>[];
let server: LocalServer;
let complaints: unknown[][];

const invoke = async (event: unknown) => {
  events.push(event as Record<string, unknown>);
  return result(event as Record<string, unknown>);
};

beforeEach(async () => {
  events = [];
  complaints = [];
  result = () => ({ statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'fine' });
  jest.spyOn(console, 'error').mockImplementation((...parts) => void complaints.push(parts));
  server = await startServer({ invoke });
});
afterEach(async () => {
  await server.close();
  jest.restoreAllMocks();
});

async function ask(path: string, options: RequestOptions = {}, body?: string | Buffer) {
  const { hostname, port } = new URL(server.url);
  const request = http.request({ hostname, port, path, agent: false, ...options }).end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode,
    headers: response.headers,
    raw: response.rawHeaders,
    body: await buffer(response),
  };
}

describe('The local server', () => {
  test('hands a request to the function as an event, its path and query untouched, and the response back', async () => {
    result = () => ({
      statusCode: 201,
      headers: { 'x-a': '1' },
      cookies: ['a=1', 'b=2'],
      body: 'AP8=',
      isBase64Encoded: true,
    });
    const response = await ask(
      '//a%2Fb/../c?x=%2F&y',
      { method: 'PUT', headers: { 'x-b': ['1', '2'] } },
      Buffer.from([0, 255]),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      rawPath: '//a%2Fb/../c',
      rawQueryString: 'x=%2F&y',
      headers: { 'x-b': '1,2', host: functionUrlFront.domainName },
      requestContext: { http: { method: 'PUT', sourceIp: '127.0.0.1' } },
      body: 'AP8=',
      isBase64Encoded: true,
    });
    expect(response.status).toBe(201);
    expect(response.headers).toMatchObject({ 'x-a': '1', 'set-cookie': ['a=1', 'b=2'], 'content-length': '2' });
    expect(response.body).toEqual(Buffer.from([0, 255]));
  });

  test('emulates the front door that it is given', async () => {
    await server.close();
    server = await startServer({ invoke, front: httpApiFront });
    await ask('/prod/a%20b');
    expect(events[0]).toMatchObject({ rawPath: '/prod/a b', requestContext: { stage: 'prod' } });
  });

  test('hands over nothing but what JSON holds, as Lambda does', async () => {
    await ask('/?__proto__=x', { headers: JSON.parse('{"__proto__":"x"}') });
    expect(JSON.parse(JSON.stringify(events[0]))).toStrictEqual(events[0]);
  });

  test.each(['HEAD', 'GET'])('responds to %s with a 204 that has no body and no length', async (method) => {
    result = () => ({ statusCode: 204, headers: { etag: '"x"' } });
    const { status, headers, body } = await ask('/', { method });
    expect([status, body.length, headers.etag]).toEqual([204, 0, '"x"']);
    expect(headers).not.toHaveProperty('content-length');
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('no'))],
    ['throws', () => JSON.parse('{')],
    ['returns nothing', () => undefined],
    ['returns null', () => null],
    ['returns no status', () => ({ body: 'x' })],
    ['returns what is no JSON', () => ({ statusCode: 200, body: 1n })],
    ['returns a field with a line break', () => ({ statusCode: 200, headers: { 'x-a': 'x\r\ny: z' } })],
    ['returns a field whose name is none', () => ({ statusCode: 200, headers: { 'x a': 'y' } })],
    ['returns a field that is null', () => ({ statusCode: 200, headers: { 'x-a': null } })],
    ['returns cookies that are no list', () => ({ statusCode: 200, cookies: 7 })],
    ['returns more than Lambda carries', () => ({ statusCode: 200, body: 'x'.repeat(6_291_556) })],
  ])('responds with 502 and stays up when the function %s', async (_, failing) => {
    result = failing;
    const { status, body } = await ask('/');
    expect(status).toBe(502);
    expect(body.toString()).toBe('Internal Server Error');
    expect(complaints).toHaveLength(1);
    result = () => ({ statusCode: 200 });
    expect((await ask('/')).status).toBe(200);
  });

  test('carries a response that is just as large as Lambda carries', async () => {
    const empty = Buffer.byteLength(JSON.stringify({ statusCode: 200, body: '' }));
    result = () => ({ statusCode: 200, body: 'x'.repeat(6_291_556 - empty) });
    expect((await ask('/')).status).toBe(200);
  });

  test('refuses with 413 a request that Lambda would not take, without invoking the function', async () => {
    const { status } = await ask('/', { method: 'POST' }, Buffer.alloc(4_800_000, 255));
    expect(status).toBe(413);
    expect(events).toHaveLength(0);
  });

  test.each([
    ['request', Buffer.alloc(1_048_577), 200, 413],
    ['response', Buffer.alloc(1), 1_048_576, 502],
  ])('keeps a load balancer to its limit of 1 MB for the %s', async (_, body, responseBytes, status) => {
    await server.close();
    server = await startServer({ invoke, front: albFront });
    result = () => ({ statusCode: 200, headers: {}, body: 'x'.repeat(responseBytes) });
    expect((await ask('/', { method: 'POST' }, body)).status).toBe(status);
    result = () => ({ statusCode: 200, headers: {}, body: 'x' });
    expect((await ask('/', { method: 'POST' }, body.subarray(1))).status).toBe(200);
  });

  test('stays up when a client goes away in the middle of its request', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    socket.resetAndDestroy();
    await once(socket, 'close');
    // Two more, so that the server has certainly seen the end of the first.
    expect((await ask('/')).status).toBe(200);
    expect((await ask('/')).status).toBe(200);
    expect(events).toHaveLength(2);
  });

  test('brings addresses under its public name back to this machine, and no others', async () => {
    const name = `https://${functionUrlFront.domainName}`;
    result = () => ({
      statusCode: 302,
      headers: {
        location: `${name}/a?next=${name}/b`,
        'content-location': name,
        refresh: `5; url="${name}/x"`,
        link: `<${name}/a>; rel=next, <${name}.evil.example/>; rel=prev`,
        'x-other': `${name}/`,
      },
    });
    const { headers } = await ask('/');
    expect(headers).toMatchObject({
      location: `${server.url}/a?next=${server.url}/b`,
      'content-location': server.url,
      refresh: `5; url="${server.url}/x"`,
      link: `<${server.url}/a>; rel=next, <${name}.evil.example/>; rel=prev`,
      'x-other': `${name}/`,
    });
  });

  test.each([
    ['Origin', (local: string) => local, (site: string) => site],
    ['Referer', (local: string) => `${local}/a?b`, (site: string) => `${site}/a?b`],
    ['Destination', (local: string) => `${local}/a%2Fb`, (site: string) => `${site}/a%2Fb`],
    ['DESTINATION', (local: string) => local.toUpperCase(), (site: string) => site],
    ['Origin', () => 'null', () => 'null'],
    ['Origin', () => 'https://elsewhere.example', () => 'https://elsewhere.example'],
    ['Origin', (local: string) => `${local}0`, (_: string, local: string) => `${local}0`],
    ['Referer', (local: string) => `${local}.evil.example/`, (_: string, local: string) => `${local}.evil.example/`],
    ['Referer', (local: string) => `https://x/?${local}`, (_: string, local: string) => `https://x/?${local}`],
    ['X-Other', (local: string) => local, (_: string, local: string) => local],
  ])('gives the function %s with the public name in place of its own address', async (name, sent, received) => {
    await ask('/', { headers: { [name]: sent(server.url) } });
    const headers = events[0]?.['headers'] as Record<string, string>;
    expect(headers[name.toLowerCase()]).toBe(received(`https://${functionUrlFront.domainName}`, server.url));
    expect(headers['host']).toBe(functionUrlFront.domainName);
  });

  test('maps names both ways to the address that the client used', async () => {
    const site = `https://${functionUrlFront.domainName}`;
    const local = `localhost:${server.port}`;
    result = () => ({
      statusCode: 302,
      headers: { Location: `${site}/b`, 'access-control-allow-origin': site },
      cookies: [`a=1; Domain=${functionUrlFront.domainName}; Path=/x`, 'b=2; domain=elsewhere.example'],
    });
    const { headers } = await ask('/', { headers: { host: local, origin: `http://${local}` } });
    expect(events[0]).toMatchObject({ headers: { origin: site } });
    expect(headers).toMatchObject({ location: `http://${local}/b`, 'access-control-allow-origin': `http://${local}` });
    expect(headers['set-cookie']).toEqual(['a=1; Path=/x', 'b=2; domain=elsewhere.example']);
  });

  test.each(['a"b', 'x/y', 'u@h', ''])('repeats no Host of the form %j in a redirect', async (host) => {
    result = () => ({ statusCode: 302, headers: { location: `https://${functionUrlFront.domainName}/b` } });
    expect((await ask('/', { headers: { host } })).headers.location).toBe(`${server.url}/b`);
  });

  test.each([
    ['a Function URL', functionUrlFront, 'x-amzn-remapped-www-authenticate', 'www-authenticate'],
    ['a REST API', restApiFront, 'x-amzn-remapped-server', 'server'],
    ['an HTTP API', httpApiFront, 'www-authenticate', 'x-amzn-remapped-www-authenticate'],
    ['a load balancer', albMultiFront, 'server', 'x-amzn-remapped-server'],
  ])('renames what %s renames on AWS [A10]', async (_, front, kept, absent) => {
    await server.close();
    server = await startServer({ invoke, front });
    const fields = { 'WWW-Authenticate': 'Basic realm="x"', Server: 'y' };
    const lists = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
    result = () => ({
      statusCode: 401,
      ...(front === albMultiFront ? { multiValueHeaders: lists } : { headers: fields }),
    });
    const { headers } = await ask(`${front.stage?.path ?? ''}/`);
    expect(headers).toHaveProperty([kept]);
    expect(headers).not.toHaveProperty([absent]);
  });

  test.each([
    ['an HTTP API', httpApiFront, 404, '{"message":"Not Found"}'],
    ['a REST API', restApiFront, 403, '{"message":"Missing Authentication Token"}'],
  ])('responds as %s to a path outside of the stage', async (_, front, status, message) => {
    await server.close();
    server = await startServer({ invoke, front });
    expect(server.url).toMatch(/\/prod$/);
    for (const path of ['/', '/a', '/product', '/PROD/a']) {
      const response = await ask(path);
      expect([response.status, response.body.toString()]).toEqual([status, message]);
    }
    expect(events).toEqual([]);
    for (const path of ['/prod', '/prod/', '/prod?a=b']) await ask(path);
    expect(events).toHaveLength(3);
  });

  test.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '[::1]'],
  ])('listens on %s and gives an address that can be opened, http://%s', async (host, shown) => {
    await server.close();
    server = await startServer({ invoke, host });
    expect(server.url).toBe(`http://${shown}:${server.port}`);
    expect((await fetch(server.url)).status).toBe(200);
  });

  test('refuses a port that is taken', async () => {
    const taken = Number(new URL(server.url).port);
    await expect(startServer({ invoke, port: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('closes at once with a request under way', async () => {
    let asked = () => {};
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    result = () => {
      asked();
      return new Promise(() => {});
    };
    const { hostname, port } = new URL(server.url);
    const request = http.get({ hostname, port, agent: false });
    const failed = once(request, 'error');
    await arrived;
    await server.close();
    await expect(failed).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
  });

  test('serves HTTP and nothing else: an upgrade is an ordinary request', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.end('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
    expect(events[0]).toMatchObject({ rawPath: '/ws' });
    expect(events[0]?.['headers']).not.toHaveProperty('upgrade');
  });
});
