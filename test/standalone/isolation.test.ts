import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { logsOf } from '../helpers/logs.ts';
import type { TestServer } from '../helpers/web-server.ts';

const count = 20;
let held: http.ServerResponse[];
let backend: Backend;
let server: TestServer;
beforeAll(async () => {
  held = [];
  backend = await httpBackend((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-own': request.url });
    response.write(`${request.url} first\n`);
    held.push(response);
  });
  // As src/server.ts does it: AWS's libraries look when they are loaded.
  process.env['AWS_LAMBDA_MAX_CONCURRENCY'] = '64';
  const { startTestServer } = await import('../helpers/web-server.ts');
  server = await startTestServer({ REMOTE_URL: backend.url });
});
afterAll(async () => {
  delete process.env['AWS_LAMBDA_MAX_CONCURRENCY'];
  await server.drain();
  await backend.close();
});

/** One stream, read to its end. */
function stream(target: string): Promise<{ own: unknown; text: string }> {
  return new Promise((resolve, reject) => {
    http
      .get(`${server.url}${target}`, { agent: false }, (message) => {
        let text = '';
        message.setEncoding('latin1').on('data', (chunk) => {
          text += chunk;
        });
        message.once('end', () => resolve({ own: message.headers['x-own'], text }));
      })
      .once('error', reject);
  });
}

describe('Twenty streams at once through the standalone server', () => {
  test('get each their own response, and a log line under their own request id and path', async () => {
    const { value: responses, lines } = await logsOf(async () => {
      const traced = (index: number) => (index === 7 ? '?trace_connection=y' : '');
      const streams = Array.from({ length: count }, (_, index) => stream(`/${index}${traced(index)}`));
      while (held.length < count) await sleep(5);
      for (let round = 0; round < 5; round += 1) for (const response of held) response.write(`round ${round}\n`);
      for (const response of held) response.end(`${response.req.url} last\n`);
      const all = await Promise.all(streams);
      await server.drain();
      return all;
    });
    const rounds = Array.from({ length: 5 }, (_, round) => `round ${round}\n`).join('');
    responses.forEach(({ own, text }, index) => {
      expect([own, text]).toEqual([`/${index}`, `/${index} first\n${rounds}/${index} last\n`]);
    });
    const access = lines.filter(({ message }) => message === 'request') as unknown as {
      function_request_id: string;
      url: { path: string };
    }[];
    expect(new Set(access.map(({ function_request_id: id }) => id)).size).toBe(count);
    expect(access.map(({ url }) => url.path).sort()).toEqual(Array.from({ length: count }, (_, n) => `/${n}`).sort());
    // The trace of one request shows on no line of another.
    const tracedId = access.find(({ url }) => url.path === '/7')?.function_request_id;
    const debug = lines.filter(({ level }) => level === 'DEBUG');
    expect(debug.length).toBeGreaterThan(0);
    expect(new Set(debug.map((line) => line['function_request_id']))).toEqual(new Set([tracedId]));
  });
});
