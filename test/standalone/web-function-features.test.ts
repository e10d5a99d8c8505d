import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { rawBackend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { logsOf } from '../helpers/logs.ts';
import { webFunctionHost, webFunctionOfTest } from '../helpers/web-function.ts';
import { exchangeBytes } from '../helpers/web-server.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const { start, stop, running } = webFunctionOfTest();

const fine: http.RequestListener = (request, response) => {
  request.resume().on('end', () => response.end('fine'));
};

describe('By way of a Web Function', () => {
  test('a WebSocket is a 501 although Lambda removes Upgrade, and the backend is not called [E33]', async () => {
    const { front, backend } = await start(fine);
    const response = await send(`${front.url}/socket`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-version': '13',
      },
    });
    expect([response.status, response.headers['proxy-status']]).toEqual([
      501,
      'lambda-rproxy; error=http_upgrade_failed',
    ]);
    expect(backend.connections).toBe(0);
  });

  test('each event of a stream of events arrives before the next one is sent [E34 R36]', async () => {
    let events: http.ServerResponse | undefined;
    const { front } = await start((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 0\n\n');
      events = response;
    });
    const request = http.get(front.url, { agent: false });
    const message = await new Promise<http.IncomingMessage>((resolve) => request.once('response', resolve));
    let received = '';
    message.setEncoding('utf8').on('data', (text) => {
      received += text;
    });
    for (let count = 0; count < 3; count += 1) {
      while (!received.endsWith(`data: ${count}\n\n`)) await sleep(5);
      events?.write(`data: ${count + 1}\n\n`);
    }
    while (!received.endsWith('data: 3\n\n')) await sleep(5);
    request.destroy();
  });

  test('a client that leaves a stream of events ends it at the backend', async () => {
    const closed = Promise.withResolvers<void>();
    const { front } = await start((_request, response) => {
      response.once('close', closed.resolve);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 0\n\n');
    });
    const request = http.get(front.url, { agent: false });
    await new Promise((resolve) => request.once('response', resolve));
    request.destroy();
    await closed.promise;
  });

  test('a traced request has its steps in the log, under the id that Lambda gave it, and Server-Timing [D10]', async () => {
    const { front } = await start(fine);
    const { value: response, lines } = await logsOf(async () => {
      const traced = await send(`${front.url}/x?trace_connection=y`);
      await running()?.server.drain();
      return traced;
    });
    expect(response.headers['server-timing']).toMatch(/first-byte;.*total;.*proxy;/);
    const id = response.headers['lambda-web-request-id'];
    expect(response.headers['x-request-id']).toBe(id);
    const steps = lines.filter(({ level }) => level === 'DEBUG');
    expect(steps.length).toBeGreaterThan(2);
    expect(new Set(lines.map((line) => line['function_request_id']))).toEqual(new Set([id]));
  });

  test('problem details name the request by a URI reference, although its id is no UUID [P8]', async () => {
    const { front } = await start(fine, { FILTERED_PATH: '/private' });
    const { headers, text } = await send(`${front.url}/private`, { headers: { accept: 'application/json' } });
    expect(JSON.parse(text)).toMatchObject({ instance: `#${headers['lambda-web-request-id']}` });
  });

  test('LENIENT_BACKEND lets a response pass whose header section Node refuses', async () => {
    const raw = await rawBackend((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\nX-A: 1\nContent-Length: 2\n\nok'));
    });
    cleanUps.push(() => raw.close());
    const { front } = await start(fine, { REMOTE_URL: raw.url });
    expect((await send(front.url)).status).toBe(502);
    await stop();
    const lenient = await start(fine, { REMOTE_URL: raw.url, LENIENT_BACKEND: 'on' });
    expect(await send(lenient.front.url)).toMatchObject({ status: 200, text: 'ok' });
  });

  test('a request that Lambda and the backend see differently in length cannot follow another on its connection', async () => {
    const seen: string[] = [];
    const { server } = await start((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      fine(request, response);
    });
    const host = `Host: ${webFunctionHost}\r\n`;
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
    for (const fields of [
      `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`,
      `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n`,
      `Transfer-Encoding: gzip, chunked\r\n`,
      `Transfer-Encoding:\u000bchunked\r\n`,
      `Content-Length: 5\r\nContent-Length: 6\r\n`,
      `Content-Length: +5\r\n`,
    ]) {
      const response = await exchangeBytes(server.port, `POST /a HTTP/1.1\r\n${host}${fields}\r\n0\r\n\r\n${smuggled}`);
      expect(response).toMatch(/^HTTP\/1\.1 400 /);
      expect(response.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    }
    expect(seen).toEqual([]);
  });
});
