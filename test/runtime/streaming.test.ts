import type http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor, type TestRequest } from '../helpers/events.ts';
import type { InvokeOptions } from './invocation.ts';
import { outcomeOf, type StreamOutcome } from './outcome.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from './runtime.ts';

interface Line {
  readonly message: string;
  readonly error?: { readonly type: string };
  readonly http?: { readonly response: { readonly status_code: number; readonly body: { readonly size: number } } };
}

const bodyOf = ({ chunks }: StreamOutcome) => Buffer.concat(chunks.map(({ bytes }) => bytes));
const errorType = 'lambda-runtime-function-error-type';
const megabyte = 1_048_576;

let backend: Backend;
/** What the backend does with the next requests. */
let result: http.RequestListener;
let runtime: Runtime;

const options = (): RuntimeOptions => ({
  taskRoot: `${process.cwd()}/dist`,
  handler: 'index.streamHandler',
  env: { REMOTE_URL: backend.url, REQUEST_TIMEOUT: '5', PAYLOAD_QUOTA: String(100 * megabyte) },
});

beforeAll(async () => {
  backend = await httpBackend((request, response) => result(request, response));
});
afterAll(() => backend.close());
beforeEach(async () => {
  runtime = await startRuntime(options());
});
afterEach(() => runtime.stop());

const invoke = async (request: TestRequest = {}, options: InvokeOptions = {}) =>
  outcomeOf(await runtime.invoke(eventFor(request), { timeoutMs: 30_000, ...options }), 'stream');

const lines = (message: string) => (runtime.logged() as Line[]).filter((line) => line.message === message);

/** The access lines, once there are so many: the last is written when its answer has left. */
async function accessLines(count: number): Promise<Line[]> {
  while (lines('request').length < count) await sleep(5);
  return lines('request');
}

/** Expects that the environment is the one of before and works. */
async function expectToLive(): Promise<void> {
  const { pid } = runtime;
  result = (_request, response) => response.end('fine');
  const next = await invoke();
  expect([next.prelude?.statusCode, bodyOf(next).toString(), next.trailers]).toEqual([200, 'fine', {}]);
  expect(runtime.pid).toBe(pid);
}

/** Answers with so many megabytes; `written` counts what the backend got rid of. */
function megabytes(count: number): { written: number } {
  const state = { written: 0 };
  result = (_request, response) => {
    async function* body() {
      for (const chunk = Buffer.alloc(65_536, 'x'); state.written < count * megabyte; state.written += chunk.length)
        yield chunk;
    }
    pipeline(Readable.from(body(), { objectMode: false }), response).catch(() => undefined);
  };
  return state;
}

describe("streamHandler under AWS's runtime client", () => {
  test('server-sent events arrive one by one while the backend goes on [R36]', async () => {
    const count = 4;
    result = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      for (let index = 0; index < count; index += 1) {
        response.write(`data: ${index}\n\n`);
        await sleep(150);
      }
      response.end();
    };
    const outcome = await invoke({ headers: { accept: 'text/event-stream' } });
    expect(outcome.prelude).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/event-stream' } });
    expect(outcome.chunks.map(({ bytes }) => bytes.toString())).toEqual(
      Array.from({ length: count }, (_, index) => `data: ${index}\n\n`),
    );
    expect(outcome.trailers).toEqual({});
    expect(await accessLines(1)).toMatchObject([{ http: { response: { status_code: 200, body: { size: 36 } } } }]);
  });

  test('200 MB, as much as may be streamed, pass whole, and the process grows by less than 32 MB', async () => {
    await runtime.stop();
    const { PAYLOAD_QUOTA: _, ...env } = options().env as Record<string, string>;
    runtime = await startRuntime({ ...options(), env });
    megabytes(10);
    await invoke();
    const before = runtime.rssBytes();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, runtime.rssBytes());
    }, 10);
    const state = megabytes(200);
    const outcome = await invoke();
    clearInterval(watch);
    const inMegabytes = (bytes: number) => Math.round(bytes / megabyte);
    process.stdout.write(`200 MB streamed: ${inMegabytes(before)} MB before, ${inMegabytes(most)} MB at most\n`);
    expect([outcome.trailers, bodyOf(outcome).length, state.written]).toEqual([{}, 200 * megabyte, 200 * megabyte]);
    expect(most - before).toBeLessThan(32 * megabyte);
  }, 60_000);

  test('a client that does not read holds the backend back, and gets everything when it does', async () => {
    const state = megabytes(60);
    const reading = Promise.withResolvers<void>();
    const pending = invoke({}, { readFrom: reading.promise });
    // As long as anything moves: what the buffers on the way hold.
    for (let before = -1; before < state.written || state.written === 0; await sleep(500)) before = state.written;
    expect(state.written).toBeLessThan(40 * megabyte);
    reading.resolve();
    const outcome = await pending;
    expect([outcome.trailers, bodyOf(outcome).length]).toEqual([{}, 60 * megabyte]);
  }, 60_000);

  test('a body that breaks off in its middle is what came and an error trailer, and the environment lives', async () => {
    for (const end of ['destroy', 'reset'] as const) {
      result = ({ socket }, response) => {
        response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' });
        response.write('partial', () =>
          setTimeout(() => (end === 'reset' ? socket.resetAndDestroy() : socket.destroy()), 50),
        );
      };
      const outcome = await invoke();
      expect([outcome.prelude?.statusCode, bodyOf(outcome).toString()]).toEqual([200, 'partial']);
      expect(outcome.trailers[errorType]).toBe('BrokenOff');
      await expectToLive();
    }
    expect(lines('response broke off')).toMatchObject([
      { error: { type: 'response_incomplete' } },
      { error: { type: 'response_incomplete' } },
    ]);
    expect((await accessLines(4)).map(({ error }) => error?.type)).toEqual([
      'response_incomplete',
      undefined,
      'response_incomplete',
      undefined,
    ]);
    expect(runtime.log.join('\n')).not.toMatch(/unhandled|warning/i);
  });

  test.each<[string, number, string]>([
    ['204', 204, 'GET'],
    ['304', 304, 'GET'],
    ['302', 302, 'GET'],
    ['an answer to HEAD', 200, 'HEAD'],
  ])('%s keeps status, fields and cookies without a body [A8 R5]', async (_, status, method) => {
    result = (_request, response) =>
      response.writeHead(status, { 'x-a': '1', location: '/there', 'set-cookie': ['a=1; Path=/', 'b=2'] }).end();
    const outcome = await invoke({ method });
    expect(outcome.prelude).toMatchObject({
      statusCode: status,
      headers: { 'x-a': '1', location: '/there' },
      cookies: ['a=1; Path=/', 'b=2'],
    });
    expect([bodyOf(outcome).length, outcome.trailers]).toEqual([0, {}]);
  });

  test('a length that is declared over the limit is the 413 page, and the body is never read [L1 R37]', async () => {
    result = (_request, response) => {
      response.writeHead(200, { 'content-length': String(100 * megabyte + 1) }).write('x');
    };
    const outcome = await invoke({ headers: { accept: 'text/html' } });
    expect([outcome.prelude?.statusCode, outcome.trailers]).toEqual([413, {}]);
    expect(bodyOf(outcome).toString()).toContain('<html');
    await expectToLive();
  });

  test('a length that turns out to be over the limit ends the body with an error trailer [L1]', async () => {
    megabytes(110);
    const outcome = await invoke();
    expect(outcome.prelude?.statusCode).toBe(200);
    expect(bodyOf(outcome).length).toBeLessThanOrEqual(100 * megabyte);
    expect(outcome.trailers[errorType]).toBe('BrokenOff');
    await expectToLive();
  }, 60_000);

  test('the end of Lambda’s time in the middle of a body is an error trailer and no time-out', async () => {
    let timer: NodeJS.Timeout | undefined;
    result = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      timer = setInterval(() => response.write('data: x\n\n'), 50);
      response.once('close', () => clearInterval(timer));
    };
    const outcome = await invoke({}, { timeoutMs: 2000 });
    expect(bodyOf(outcome).toString()).toMatch(/^(?:data: x\n\n)+$/);
    expect(outcome.trailers[errorType]).toBe('BrokenOff');
    expect(lines('response broke off')).toMatchObject([{ error: { type: 'response_stalled' } }]);
    await expectToLive();
  });

  test('a backend that is silent from the start is the 504 page [E12]', async () => {
    result = () => undefined;
    const outcome = await invoke({}, { timeoutMs: 1500 });
    expect([outcome.prelude?.statusCode, outcome.trailers]).toEqual([504, {}]);
    await expectToLive();
  });
});
