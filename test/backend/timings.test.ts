import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { afterEach, describe, expect, test } from '@jest/globals';
import { AttemptTimings } from '../../src/backend/timings.ts';
import { type Backend, rawBackend } from '../helpers/backends.ts';
import { httpResponse, scriptedBackend } from '../helpers/scripted-backend.ts';

let backend: Backend;
let agent: http.Agent;
afterEach(async () => {
  agent.destroy();
  await backend.close();
});

/** Sends a request and reads its response. */
async function timingsOf(host: string, write: (request: ClientRequest) => void = (request) => request.end()) {
  const request = http.request({ host, port: backend.port, agent, method: 'POST' });
  const timings = new AttemptTimings(request, Date.now());
  write(request);
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    request.once('response', resolve).once('error', reject),
  );
  for await (const _ of response);
  timings.finish();
  return timings;
}

describe('the timings of an attempt', () => {
  test('have every phase of a new connection, and no TLS without TLS', async () => {
    backend = await scriptedBackend(httpResponse('ok'));
    agent = new http.Agent();
    const { start, lookup, connect, secureConnect, response, end, phases } = await timingsOf('localhost');
    const moments = [start, lookup, connect, response, end] as number[];
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
    expect(secureConnect).toBeUndefined();
    const number = expect.any(Number);
    expect(phases).toEqual({ dns: number, tcp: number, tls: undefined, firstByte: number, total: number });
  });

  test('have no lookup where the host is an address', async () => {
    backend = await scriptedBackend(httpResponse('ok'));
    agent = new http.Agent();
    const { lookup, phases } = await timingsOf('127.0.0.1');
    expect([lookup, phases.dns]).toEqual([undefined, 0]);
  });

  test('have no connection phases on a reused socket', async () => {
    backend = await scriptedBackend(httpResponse('ok'));
    agent = new http.Agent({ keepAlive: true });
    await timingsOf('127.0.0.1');
    await new Promise(setImmediate);
    const { phases } = await timingsOf('127.0.0.1');
    expect(backend.connections).toBe(1);
    expect(phases).toEqual({
      dns: undefined,
      tcp: undefined,
      tls: undefined,
      firstByte: expect.any(Number),
      total: expect.any(Number),
    });
  });

  test('have a first byte even of a response that arrives before the request is sent', async () => {
    backend = await rawBackend((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n')),
    );
    agent = new http.Agent();
    const { phases } = await timingsOf('127.0.0.1', (request) =>
      request.on('error', () => undefined).write('more follows'),
    );
    expect(phases.firstByte).toBeGreaterThanOrEqual(0);
  });

  test('tell the handshake from the connection', async () => {
    backend = await rawBackend(() => undefined);
    agent = new https.Agent();
    const request = https.request({ host: '127.0.0.1', port: backend.port, agent });
    const timings = new AttemptTimings(request, Date.now());
    const connected = new Promise((resolve) => request.once('socket', (socket) => socket.once('connect', resolve)));
    await connected;
    expect([timings.connect, timings.secureConnect]).toEqual([expect.any(Number), undefined]);
    request.on('error', () => undefined).destroy();
  });

  test('end once: what comes later does not change the total', async () => {
    backend = await scriptedBackend(httpResponse('ok'));
    agent = new http.Agent();
    const timings = await timingsOf('127.0.0.1');
    const { end } = timings;
    await new Promise((resolve) => setTimeout(resolve, 5));
    timings.finish();
    expect(timings.end).toBe(end);
  });
});
