import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { logsOf } from '../helpers/logs.ts';
import type { TestWebFunction } from '../helpers/web-function.ts';

const count = 64;
let held: { request: http.IncomingMessage; response: http.ServerResponse }[];
let running: TestWebFunction;
beforeAll(async () => {
  held = [];
  // As src/server.ts does it: AWS's libraries look when they are loaded.
  process.env['AWS_LAMBDA_MAX_CONCURRENCY'] = '64';
  const { startTestWebFunction } = await import('../helpers/web-function.ts');
  running = await startTestWebFunction(async (request, response) => {
    held.push({ request, response });
    const parts: string[] = [];
    for await (const chunk of request.setEncoding('utf8')) parts.push(String(chunk));
    response.setHeader('x-own', String(request.headers['x-own']));
    response.write(`${parts.join('')} first\n`);
  });
});
afterAll(async () => {
  delete process.env['AWS_LAMBDA_MAX_CONCURRENCY'];
  await running.close();
});

describe('64 requests at once through a Web Function', () => {
  test('that come in and respond in turns get each their own response and request id', async () => {
    const { value: responses, lines } = await logsOf(async () => {
      const clients = Array.from({ length: count }, (_, index) => {
        const request = http.request(`${running.front.url}/${index}`, {
          method: 'POST',
          agent: false,
          headers: { 'x-own': String(index) },
        });
        const response = new Promise<{ own: unknown; text: string }>((resolve, reject) => {
          request.once('error', reject).once('response', async (message) => {
            let text = '';
            for await (const chunk of message.setEncoding('utf8')) text += chunk;
            resolve({ own: message.headers['x-own'], text });
          });
        });
        return { request, response };
      });
      for (let round = 0; round < 4; round += 1)
        for (const [index, { request }] of clients.entries()) request.write(`${index}:${round} `);
      for (const { request } of clients) request.end();
      while (held.length < count || held.some(({ response }) => !response.headersSent)) await sleep(5);
      for (let round = 0; round < 4; round += 1)
        for (const { request, response } of held) response.write(`${request.url} ${round}\n`);
      for (const { response } of held) response.end();
      const all = await Promise.all(clients.map(({ response }) => response));
      await running.server.drain();
      return all;
    });
    responses.forEach(({ own, text }, index) => {
      const sent = [0, 1, 2, 3].map((round) => `${index}:${round} `).join('');
      const rounds = [0, 1, 2, 3].map((round) => `/${index} ${round}\n`).join('');
      expect([own, text]).toEqual([String(index), `${sent} first\n${rounds}`]);
    });
    const access = lines.filter(({ message }) => message === 'request');
    expect(new Set(access.map((line) => line['function_request_id'])).size).toBe(count);
    expect(running.early).toEqual([]);
  });
});
