import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { exchangeBytes, startTestServer, type TestServer } from '../helpers/web-server.ts';

let backend: Backend;
let server: TestServer;
afterEach(async () => {
  await server?.drain();
  await backend?.close();
});

/** A backend that answers when the test says so. */
async function start(env: Record<string, string> = {}): Promise<{ arrived: Promise<void>; response: () => void }> {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  backend = await httpBackend(async (_request, response) => {
    arrived.resolve();
    await gate.promise;
    response.end('late');
  });
  server = await startTestServer({ REMOTE_URL: backend.url, ...env });
  return { arrived: arrived.promise, response: gate.resolve };
}

const health = '/.lambda-rproxy/health';

describe('The health path', () => {
  test('is answered without the backend, to GET and to HEAD, with a query and without', async () => {
    await start();
    expect(await send(`${server.url}${health}`)).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await send(`${server.url}${health}?a`)).toMatchObject({ status: 200 });
    expect(await send(`${server.url}${health}`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(backend.connections).toBe(0);
  });

  test('is the one of HEALTH_PATH, and then the other goes to the backend', async () => {
    const { response: release } = await start({ HEALTH_PATH: '/healthz' });
    release();
    expect((await send(`${server.url}/healthz`)).text).toBe('ok\n');
    expect((await send(`${server.url}${health}`)).text).toBe('late');
  });

  test('says on a connection that is open that the server drains', async () => {
    const { arrived, response: release } = await start();
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    // The second request waits behind the first, whose answer comes when the server is draining already.
    const responses = exchangeBytes(server.port, get('/') + get(health));
    await arrived;
    const drained = server.drain();
    release();
    expect(await responses).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*late/);
    expect(await drained).toBe(0);
  });
});

describe('A server that is told to stop', () => {
  test('lets the requests under way end, and takes no more', async () => {
    const { arrived, response: release } = await start();
    const pending = send(server.url);
    await arrived;
    const drained = server.drain();
    await expect(send(server.url)).rejects.toThrow('ECONNREFUSED');
    release();
    const { text, headers } = await pending;
    expect([text, headers.connection]).toEqual(['late', 'close']);
    expect(await drained).toBe(0);
  });

  test('closes connections that only wait for another request', async () => {
    const { response: release } = await start();
    release();
    const agent = new http.Agent({ keepAlive: true });
    await new Promise((resolve) => http.get(server.url, { agent }, (message) => message.resume().once('end', resolve)));
    expect(await server.drain()).toBe(0);
    agent.destroy();
  });

  test('cuts off what is not over when DRAIN_TIMEOUT is, and says how many', async () => {
    const { arrived } = await start({ DRAIN_TIMEOUT: '0' });
    const failures = [send(server.url), send(server.url)].map((pending) =>
      pending.catch((error: Error) => error.message),
    );
    await arrived;
    while (backend.connections < 2) await sleep(5);
    expect(await server.drain()).toBe(2);
    expect(await Promise.all(failures)).toEqual([expect.stringMatching(/hang up/), expect.stringMatching(/hang up/)]);
  });

  test('does not wait for connections that have sent no request, or half a header section [W6]', async () => {
    const { response: release } = await start({ DRAIN_TIMEOUT: '30' });
    release();
    const silent = net.connect(server.port, '127.0.0.1');
    const half = net.connect(server.port, '127.0.0.1');
    await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
    half.write('GET / HTTP/1.1\r\nHost:');
    // Whatever came before a request that is served has been accepted by then.
    await send(server.url);
    const closed = Promise.all([once(silent.resume(), 'close'), once(half.resume(), 'close')]);
    expect(await server.drain()).toBe(0);
    await closed;
  });

  test('that cannot listen says why', async () => {
    await start();
    await expect(startTestServer({ REMOTE_URL: backend.url, PORT: String(server.port) })).rejects.toThrow('EADDRINUSE');
  });
});
