import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Backend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { logsOf } from '../helpers/logs.ts';
import { startInFrontOf, type TestServer } from '../helpers/web-server.ts';

let backend: Backend;
let server: TestServer;
afterEach(async () => {
  await server?.drain();
  await backend?.close();
});

const start = async (...parameters: Parameters<typeof startInFrontOf>) => {
  ({ backend, server } = await startInFrontOf(...parameters));
};

const get = (path = '/') =>
  new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get(`${server.url}${path}`, { agent: false }, resolve).once('error', reject);
  });

/** Reads a message until it ends or breaks off. */
async function drained(message: http.IncomingMessage): Promise<{ text: string; complete: boolean }> {
  let text = '';
  message.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  message.on('error', () => undefined);
  await new Promise((resolve) => message.once('close', resolve));
  return { text, complete: message.complete };
}

describe('An answer over HTTP', () => {
  test('is with the client as the backend sends it, event by event', async () => {
    let held: http.ServerResponse | undefined;
    await start((_request, response) => {
      held = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const message = await get();
    const events: string[] = [];
    message.setEncoding('utf8').on('data', (text) => events.push(text));
    for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      held?.write(event);
      while (events.at(-1) !== event) await sleep(5);
    }
    held?.end();
    await new Promise((resolve) => message.once('end', resolve));
    expect(events).toHaveLength(3);
  });

  test.each([
    ['GET', 200, '4', 'body'],
    ['HEAD', 200, '4', ''],
    ['GET', 304, '4', ''],
  ])('to %s with status %i has the length that the backend declared', async (method, status, length, text) => {
    await start((request, response) => {
      response.writeHead(status, { 'content-length': length, etag: '"1"' });
      response.end(request.method === 'GET' && status === 200 ? 'body' : undefined);
    });
    const result = await send(server.url, { method });
    expect([result.status, result.headers['content-length'], result.text]).toEqual([status, length, text]);
  });

  test('of no declared length is chunked, and one of none has none', async () => {
    await start((request, response) => {
      if (request.url === '/204') response.writeHead(204).end();
      else response.write('x', () => response.end());
    });
    expect((await send(`${server.url}/`)).headers['transfer-encoding']).toBe('chunked');
    const { headers } = await send(`${server.url}/204`);
    expect([headers['content-length'], headers['transfer-encoding']]).toEqual([undefined, undefined]);
  });

  test('that breaks off is cut, so that the client can tell, and is one line in the log', async () => {
    const { value, lines } = await logsOf(async () => {
      await start((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        response.write('partial', () => setTimeout(() => response.destroy(), 30));
      });
      const result = await drained(await get());
      await server.drain();
      return result;
    });
    expect(value).toEqual({ text: 'partial', complete: false });
    expect(lines.filter(({ message }) => message === 'request')).toMatchObject([
      { error: { type: 'response_incomplete' }, proxy: { fault: 'backend' } },
    ]);
    expect(lines.filter(({ message }) => message === 'response broke off')).toHaveLength(1);
  });

  test('that nobody waits for any more is let go at the backend, before its header section and after', async () => {
    for (const begun of [false, true]) {
      const left = Promise.withResolvers<void>();
      const arrived = Promise.withResolvers<void>();
      const { lines } = await logsOf(async () => {
        await start((request, response) => {
          response.once('close', left.resolve);
          if (begun) response.writeHead(200).flushHeaders();
          request.resume();
          arrived.resolve();
        });
        const request = http.get(server.url, { agent: false }).on('error', () => undefined);
        await arrived.promise;
        if (begun) await new Promise((resolve) => request.once('response', resolve));
        request.destroy();
        await left.promise;
        await server.drain();
      });
      await backend.close();
      expect(lines.filter(({ message }) => message === 'request')).toMatchObject([
        { error: { type: 'request_incomplete' }, proxy: { fault: 'client' } },
      ]);
    }
  });

  test('that is traced has its whole time and size in the trace, which is written at its end', async () => {
    const { lines } = await logsOf(async () => {
      await start((_request, response) => {
        response.write('x', () => setTimeout(() => response.end('y'), 100));
      });
      await drained(await get('/?trace_connection=y'));
      await server.drain();
    });
    const [trace] = lines.filter(({ message }) => message === 'trace: backend');
    expect(trace).toMatchObject({ backend: { status_code: 200, total_ms: expect.any(Number), body_size: 2 } });
    expect((trace as unknown as { backend: { total_ms: number } }).backend.total_ms).toBeGreaterThanOrEqual(90);
    expect(lines.at(-1)?.message).toBe('request');
  });
});
