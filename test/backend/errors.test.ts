import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type Backend, rawBackend } from '../helpers/backends.ts';
import { expectFailure, failureLine, handlerFor, invoke } from '../helpers/failures.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import {
  hangUp,
  httpResponse,
  reset,
  type Script,
  scriptedBackend,
  send,
  sendAndEnd,
  sendAndReset,
  silence,
} from '../helpers/scripted-backend.ts';

/** What a test has opened, closed when it is over. */
const opened: { close(): unknown }[] = [];
const keep = <Opened extends { close(): unknown }>(thing: Opened): Opened => {
  opened.push(thing);
  return thing;
};

/** A listening socket whose backlog is full: the system lets no connection through, and says nothing. */
async function fullBacklog(): Promise<number> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
     });`,
    { eval: true },
  );
  const [port] = (await once(worker, 'message')) as [number];
  const sockets: net.Socket[] = [];
  keep({ close: () => Promise.all([worker.terminate(), ...sockets.map((socket) => socket.destroy())]) });
  for (let connected = true; connected; ) {
    const socket = net.connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<false>((resolve) => setTimeout(resolve, 200, false)),
    ]);
    if (sockets.length > 200) throw new Error('the backlog does not fill');
  }
  return port;
}

/** Holds every thread that resolves names: each opens a pipe for reading that nobody writes to. */
function slowNameResolution(): void {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'rproxy-'));
  const pipe = path.join(directory, 'pipe');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4) * 4;
  const opening = Array.from({ length: threads }, () => fs.promises.open(pipe, 'r'));
  keep({
    async close() {
      const writer = fs.openSync(pipe, fs.constants.O_RDWR);
      for (const reader of await Promise.all(opening)) await reader.close();
      fs.closeSync(writer);
      fs.rmSync(directory, { recursive: true });
    },
  });
}

describe('a backend that cannot be reached', () => {
  afterEach(async () => {
    for (const thing of opened.splice(0)) await thing.close();
  });

  test('a name that does not exist is a 502 with dns_error [E1]', async () => {
    const outcome = await invoke(handlerFor('http://no-such-host.invalid:8080'));
    expectFailure(outcome, { status: 502, error: 'dns_error', code: 'dns_not_found' }, 8080);
    expect(failureLine(outcome)['reason']).toContain('no-such-host.invalid');
  });

  test('a name whose look-up takes too long is a 504 with dns_timeout [E2]', async () => {
    slowNameResolution();
    const outcome = await invoke(handlerFor('http://slow.invalid', { REQUEST_TIMEOUT: '0.3' }));
    expectFailure(outcome, { status: 504, error: 'dns_timeout', code: 'dns_timeout' });
  });

  test('a refused connection is a 502 with connection_refused [E3]', async () => {
    const url = await refusedUrl();
    const outcome = await invoke(handlerFor(url));
    expectFailure(
      outcome,
      { status: 502, error: 'connection_refused', code: 'connection_refused' },
      Number(new URL(url).port),
    );
    expect(failureLine(outcome)['reason']).toContain('ECONNREFUSED');
  });

  test('a refused connection is told to programs as problem details [E3]', async () => {
    const { result } = await invoke(handlerFor(await refusedUrl()), { headers: { accept: 'application/json' } });
    expect(result.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(result.body)).toMatchObject({ status: 502, code: 'connection_refused', retryable: true });
  });

  test('a network that cannot be reached is a 502 with destination_ip_unroutable [E4]', async () => {
    // A multicast group, to which no TCP connection is ever made.
    const outcome = await invoke(handlerFor('http://224.0.0.1:8080', { REQUEST_TIMEOUT: '1' }));
    expectFailure(outcome, { status: 502, error: 'destination_ip_unroutable', code: 'destination_unroutable' }, 8080);
  });

  test.each(['http', 'https'])(
    'a connection that is never made is a 504 with connection_timeout, %s [E5]',
    async (scheme) => {
      const port = await fullBacklog();
      const outcome = await invoke(handlerFor(`${scheme}://127.0.0.1:${port}`, { REQUEST_TIMEOUT: '0.3' }));
      expectFailure(outcome, { status: 504, error: 'connection_timeout', code: 'connection_timeout' }, port);
    },
  );

  test('a connection that is never made to a name is a 504 with connection_timeout [E5]', async () => {
    const port = await fullBacklog();
    const outcome = await invoke(handlerFor(`http://localhost:${port}`, { REQUEST_TIMEOUT: '0.5' }));
    expectFailure(outcome, { status: 504, error: 'connection_timeout', code: 'connection_timeout' }, port);
  });

  test('a TLS handshake that never ends is a 504 with connection_timeout [E6]', async () => {
    const backend = keep(await rawBackend(() => undefined));
    const outcome = await invoke(handlerFor(`https://127.0.0.1:${backend.port}`, { REQUEST_TIMEOUT: '0.3' }));
    expectFailure(outcome, { status: 504, error: 'connection_timeout', code: 'tls_timeout' }, backend.port);
  });
});

describe('a connection that breaks', () => {
  let backend: Backend;
  afterEach(() => backend.close());

  const terminated = { status: 502, error: 'connection_terminated', code: 'connection_terminated' } as const;
  const incomplete = { status: 502, error: 'http_response_incomplete', code: 'response_incomplete' } as const;
  const silent = { status: 504, error: 'http_response_timeout', code: 'response_timeout' } as const;
  const stalled = { status: 504, error: 'connection_read_timeout', code: 'response_stalled' } as const;
  const header = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';

  test.each([
    ['a reset before the response is a 502 with connection_terminated [E9]', reset, terminated],
    ['an end before the response is a 502 with connection_terminated [E9]', hangUp, terminated],
    ['a reset in the status line is a 502 with http_response_incomplete [E9 E13]', sendAndReset('HTT'), incomplete],
    ['an end in the header section is a 502 with http_response_incomplete [E9 E13]', sendAndEnd(header), incomplete],
    ['no response is a 504 with http_response_timeout [E10 E12]', silence, silent],
    ['a response that stalls in its header section is a 504 with http_response_timeout [E10]', send(header), silent],
    ['informational responses without a final one are a 504 [E10 R2]', send('HTTP/1.1 100 Continue\r\n\r\n'), silent],
    [
      'a body that never begins is a 504 with connection_read_timeout [E11]',
      send(`${header}Content-Length: 9\r\n\r\n`),
      stalled,
    ],
    [
      'a body that stalls is a 504 with connection_read_timeout [E11]',
      send(`${header}Content-Length: 9\r\n\r\nhalf`),
      stalled,
    ],
    [
      'a chunked body that stalls is a 504 with connection_read_timeout [E11]',
      send(`${header}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`),
      stalled,
    ],
    [
      'a body without a length that stalls is a 504 with connection_read_timeout [E11 R36]',
      send(`${header}\r\nhalf`),
      stalled,
    ],
    [
      'a body cut off by an end before its declared length is a 502 with http_response_incomplete [E13 R11]',
      sendAndEnd(`${header}Content-Length: 9\r\n\r\nhalf`),
      incomplete,
    ],
    [
      'a body cut off by a reset before its declared length is a 502 with http_response_incomplete [E13 R11]',
      sendAndReset(`${header}Content-Length: 9\r\n\r\nhalf`),
      incomplete,
    ],
    [
      'a declared body of which nothing comes is a 502 with http_response_incomplete [E13 R11]',
      sendAndEnd(`${header}Content-Length: 9\r\n\r\n`),
      incomplete,
    ],
    [
      'a chunk cut off is a 502 with http_response_incomplete [E13]',
      sendAndEnd(`${header}Transfer-Encoding: chunked\r\n\r\n8\r\nhalf`),
      incomplete,
    ],
    [
      'a chunked body without its last chunk is a 502 with http_response_incomplete [E13]',
      sendAndEnd(`${header}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`),
      incomplete,
    ],
    [
      'a last chunk without its end is a 502 with http_response_incomplete [E13]',
      sendAndEnd(`${header}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n`),
      incomplete,
    ],
    [
      'a body without a length that ends in a reset is a 502 with http_response_incomplete [E13]',
      sendAndReset(`${header}\r\nhalf`),
      incomplete,
    ],
  ] satisfies readonly [string, Script, object][])('%s', async (_name, script, documented) => {
    const scripted = await scriptedBackend(script, httpResponse('next'));
    backend = scripted;
    const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: '0.3' });
    expectFailure(await invoke(handler), documented, backend.port);
    const { result } = await invoke(handler);
    expect(result).toMatchObject({ statusCode: 200, body: 'next' });
    expect(scripted.requests).toHaveLength(2);
  });
});

describe('a fault of the proxy itself', () => {
  test('is a 500 with proxy_internal_error, and its stack is in the log alone [E27]', async () => {
    const backend = await scriptedBackend(httpResponse('fine'));
    const broken = {
      ...lambdaContext(),
      getRemainingTimeInMillis: () => {
        throw new TypeError('a bug at /var/task/index.mjs');
      },
    } as Context;
    const outcome = await invoke(handlerFor(backend.url), {}, broken);
    expectFailure(outcome, { status: 500, error: 'proxy_internal_error', code: 'internal_error' }, backend.port);
    expect(failureLine(outcome)['error']).toMatchObject({ stack: expect.stringContaining('a bug at /var/task') });
    expect(outcome.result.body).not.toContain('/var/task');
    await backend.close();
  });

  test.each([
    ['after a response with a length', `HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine`],
    ['after a response without a body', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['after a response in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\n\r\n'],
  ])('a connection that fails %s ends nothing [E31]', async (_when, bytes) => {
    // An error that nobody listens for would be uncaught, and jest fails the test that is under way.
    const backend = await scriptedBackend(sendAndReset(bytes), sendAndReset(bytes), httpResponse('next'));
    const handler = handlerFor(backend.url);
    expect((await invoke(handler)).result.statusCode).toBeLessThan(300);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await invoke(handler, { method: 'POST', body: 'x' })).result.statusCode).toBeLessThan(300);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await invoke(handler)).result.body).toBe('next');
    await backend.close();
  });
});
