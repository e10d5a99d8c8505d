import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LocalServer } from '../../src/local/server.ts';
import { startWebFunctionFront, webFunctionFront } from '../../src/local/web-function.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { exchangeBytes } from '../helpers/web-server.ts';

let server: Backend;
let front: LocalServer;
let early: string[];
afterEach(async () => {
  await front.close();
  await server.close();
});

/** Starts an HTTP server as a Web Function, and Lambda in front. */
async function start(listener: http.RequestListener): Promise<void> {
  server = await httpBackend(listener);
  early = [];
  front = await startWebFunctionFront(
    { host: '127.0.0.1', port: Number(new URL(server.url).port) },
    { onEarlyResponse: (target) => early.push(target) },
  );
}

/** Tells what it received. */
const echo: http.RequestListener = (request, response) => {
  request.resume().on('end', () => response.end(JSON.stringify(request.rawHeaders)));
};

/** Names and values that the server received for these lines. */
async function received(...lines: string[]): Promise<string[]> {
  await start(echo);
  const bytes = `GET /a?b HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}Connection: close\r\n\r\n`;
  return JSON.parse(/\[.*\]/.exec(await exchangeBytes(front.port, bytes))?.[0] ?? '[]');
}

describe('The emulated Web Function', () => {
  test('gives the server its own host, the peer as the last client, an id and the name of the endpoint', async () => {
    const fields = await received('Host: localhost', 'X-A: 1', 'X-Forwarded-For: 10.0.0.1', 'X-A: 2');
    expect(fields).toEqual([
      ...['Host', webFunctionFront.domainName],
      ...['X-A', '1', 'X-A', '2'],
      ...['X-Forwarded-For', '10.0.0.1, 127.0.0.1'],
      ...['lambda-web-request-id', expect.stringMatching(/^[\dA-Z]{26}$/)],
      ...['lambda-web-endpoint-name', 'local'],
      ...['Connection', 'keep-alive'],
    ]);
  });

  test('keeps from the server what Lambda removes', async () => {
    const fields = await received(
      'Host: x',
      'Keep-Alive: timeout=5',
      'Upgrade: websocket',
      'TE: trailers',
      'Trailer: X-T',
      'Proxy-Authorization: Basic x',
      'Proxy-Connection: close',
      'X-Real-IP: 10.0.0.1',
      'X-HTTP-Method-Override: DELETE',
      'X-HTTP-Method: DELETE',
      'X-Method-Override: DELETE',
      'Lambda-Web-Request-Id: forged',
      'lambda-web-own: x',
      'Connection: x-named, close',
      'X-Named: x',
      'X-Kept: x',
    );
    const names = fields.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    const added = ['x-forwarded-for', 'lambda-web-request-id', 'lambda-web-endpoint-name', 'connection'];
    expect(names).toEqual(['host', 'x-kept', ...added]);
    expect(fields).not.toContain('forged');
  });

  test.each([
    ['a method that Lambda does not take', 'PROPFIND / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['CONNECT', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 505],
    ['Expect', 'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n', 417],
    ['too many header lines', `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(6300)}\r\n`, 431],
  ])('refuses %s without the server', async (_, bytes, status) => {
    await start(echo);
    expect(await exchangeBytes(front.port, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(server.connections).toBe(0);
  });

  test('removes connection fields and trailers from a response, and adds its own', async () => {
    await start((_request, response) => {
      response.writeHead(200, {
        connection: 'x-named',
        'keep-alive': 'timeout=9',
        trailer: 'x-t',
        'x-named': '1',
        'x-kept': '1',
        'lambda-web-request-id': 'forged',
      });
      response.write('body');
      response.addTrailers({ 'x-t': '1' });
      response.end();
    });
    const response = await exchangeBytes(front.port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(response).toMatch(/\r\nx-kept: 1\r\n/);
    expect(response).toMatch(/\r\nlambda-web-request-id: [\dA-Z]{26}\r\n/);
    expect(response).toMatch(/\r\nlambda-web-logstream: local\r\n/);
    expect(response).not.toMatch(/x-named|x-t|trailer|timeout=9|forged/i);
  });

  test('reads no response before it has forwarded the request, and tells of one that began', async () => {
    await start((request, response) => {
      response.end('early');
      request.resume();
    });
    const request = http.request(front.url, { method: 'POST', agent: false, headers: { 'content-length': 8 } });
    let status: number | undefined;
    const over = new Promise<void>((resolve) =>
      request.once('response', (response) => {
        status = response.statusCode;
        response.resume().once('end', resolve);
      }),
    );
    request.write('half');
    while (early.length === 0) await sleep(5);
    expect(status).toBeUndefined();
    request.end('full');
    await over;
    expect([status, early]).toEqual([200, ['/']]);
  });

  test('is a 502 while the server does not respond, and goes on', async () => {
    await start((request, response) => (request.url === '/reset' ? request.socket.destroy() : response.end('fine')));
    expect(await send(`${front.url}/reset`)).toMatchObject({
      status: 502,
      headers: { 'lambda-web-error-type': expect.any(String) },
    });
    expect((await send(front.url)).text).toBe('fine');
  });

  test('ends a response that the server breaks off', async () => {
    await start((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('begun');
      setTimeout(() => response.destroy(), 50);
    });
    await expect(send(front.url)).rejects.toThrow(/aborted/);
  });
});
