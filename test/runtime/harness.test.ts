import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { type InvocationOutcome, outcomeOf } from './outcome.ts';
import { rssBytes } from './process-stats.ts';
import { type Runtime, startRuntime } from './runtime.ts';
import { MAX_RESPONSE_BYTES } from './runtime-api.ts';

const HANDLERS = `
import { setTimeout as sleep } from 'node:timers/promises';

export const echo = async (event, context) => {
  console.log('handling', event);
  const { functionName, invokedFunctionArn, awsRequestId, xRayTraceId, memoryLimitInMB } = context;
  const remaining = context.getRemainingTimeInMillis();
  const trace = process.env._X_AMZN_TRACE_ID;
  return { event, functionName, invokedFunctionArn, awsRequestId, xRayTraceId, memoryLimitInMB, remaining, trace };
};

export const moody = async ({ mood, size }) => {
  if (mood === 'throw') { await sleep(1); throw new TypeError('no é'); }
  if (mood === 'exit') { console.error('about to exit'); await sleep(1); process.exit(3); }
  if (mood === 'hang') await new Promise(() => setInterval(() => {}, 1000));
  if (mood === 'busy') for (;;);
  if (mood === 'large') return 'x'.repeat(size - 2);
  if (mood === 'exit after the answer') setImmediate(() => setImmediate(() => process.exit(4)));
  return mood;
};

const stream = globalThis.awslambda.streamifyResponse(async ({ mood }, responseStream) => {
  if (mood === 'bare') return responseStream.end('no prelude');
  const meta = { statusCode: 201, headers: { 'content-type': 'text/plain' }, cookies: ['a=1', 'b=2'] };
  const http = globalThis.awslambda.HttpResponseStream.from(responseStream, meta);
  http.write('one');
  await sleep(200);
  if (mood === 'throw') throw new TypeError('half way');
  if (mood === 'exit') process.exit(5);
  if (mood === 'hang') await new Promise(() => setInterval(() => {}, 1000));
  http.write(Buffer.from([0, 1, 255]));
  await sleep(200);
  http.end('three');
});
export { stream };

let running = 0;
export const overlap = async ({ name }, context) => {
  running += 1;
  const limit = Date.now() + 3000;
  while (running < 2 && Date.now() < limit) await sleep(5);
  const seen = running;
  await sleep(name === 'slow' ? 150 : 50);
  running -= 1;
  const { awsRequestId, xRayTraceId } = context;
  return { name, seen, awsRequestId, xRayTraceId, stored: globalThis.awslambda.InvokeStore.getRequestId() };
};

export const sleepy = async ({ ms }) => {
  const { threadId } = await import('node:worker_threads');
  await sleep(ms);
  return threadId;
};
`;

let taskRoot: string;

beforeAll(async () => {
  taskRoot = await mkdtemp(join(tmpdir(), 'lambda-rproxy-harness-'));
  await writeFile(join(taskRoot, 'index.mjs'), HANDLERS);
  await writeFile(join(taskRoot, 'broken.mjs'), 'console.log("loading"); throw new RangeError("cannot start");');
  await writeFile(join(taskRoot, 'quitter.mjs'), 'process.exit(7);');
});

afterAll(() => rm(taskRoot, { recursive: true }));

const start = (name: string, env: Record<string, string> = {}) =>
  startRuntime({ taskRoot, handler: `index.${name}`, env });

/** A killed process whose parent has gone may stay a zombie, which has no memory. */
const isAlive = (pid: number) => {
  try {
    return rssBytes(pid) > 0;
  } catch {
    return false;
  }
};

const responseOf = (outcome: InvocationOutcome) => JSON.parse(outcomeOf(outcome, 'response').payload.toString());

describe('a buffered handler', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await start('echo');
  });
  afterAll(() => runtime.stop());

  test('gets the event and answers it', async () => {
    const event = { text: 'é€😀', nested: [null, 1.5, true] };
    expect(responseOf(await runtime.invoke(event))).toMatchObject({ event });
    expect(responseOf(await runtime.invoke('again'))).toMatchObject({ event: 'again' });
  });

  test('finds the identity of the function, the request and the trace in its context', async () => {
    const ids = { requestId: 'ab/c-1', traceId: 'Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8' };
    expect(responseOf(await runtime.invoke({}, { ...ids, timeoutMs: 5000 }))).toEqual({
      event: {},
      functionName: 'lambda-rproxy',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:lambda-rproxy',
      awsRequestId: ids.requestId,
      xRayTraceId: ids.traceId,
      trace: ids.traceId,
      memoryLimitInMB: '512',
      remaining: expect.any(Number),
    });
  });

  test('sees the remaining time count down from the timeout', async () => {
    const { remaining } = responseOf(await runtime.invoke({}, { timeoutMs: 5000 }));
    expect(remaining).toBeGreaterThan(3000);
    expect(remaining).toBeLessThanOrEqual(5000);
  });

  test('has its log lines at hand when the invocation has resolved', async () => {
    await runtime.invoke('a marked event', { requestId: 'request-7' });
    expect(runtime.log.at(-1)).toMatch(/\trequest-7\tINFO\thandling a marked event$/);
    expect(runtime.logged()).toEqual([]);
  });

  test('is measured from the outside', () => {
    expect(runtime.initMs).toBeGreaterThan(5);
    expect(runtime.rssBytes()).toBeGreaterThan(20e6);
    expect(runtime.rssBytes()).toBeLessThan(500e6);
    expect(runtime.cpuMs()).toBeGreaterThan(0);
  });
});

describe('a handler that does not answer', () => {
  test('by throwing gives an error and lives on', async () => {
    await using runtime = await start('moody', { AWS_LAMBDA_LOG_FORMAT: 'JSON' });
    const { errorType, payload } = outcomeOf(await runtime.invoke({ mood: 'throw' }), 'error');
    expect(errorType).toBe('TypeError');
    expect(JSON.parse(payload.toString())).toMatchObject({ errorMessage: 'no é', trace: expect.any(Array) });
    expect(runtime.logged()).toMatchObject([{ level: 'ERROR', message: { errorMessage: 'no é' } }]);
    expect(responseOf(await runtime.invoke({ mood: 'fine' }))).toBe('fine');
  });

  test('because it exits is a crash with the exit code', async () => {
    await using runtime = await start('moody');
    expect(await runtime.invoke({ mood: 'exit' })).toEqual({ kind: 'crash', exitCode: 3, signal: null });
    expect(runtime.log.at(-1)).toContain('about to exit');
    await expect(runtime.invoke({})).rejects.toThrow('exit code 3');
  });

  test('because it hangs is a timeout, which ends the process', async () => {
    await using runtime = await start('moody');
    expect(await runtime.invoke({ mood: 'hang' }, { timeoutMs: 100 })).toEqual({ kind: 'timeout' });
    expect(await runtime.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });

  test('because it never yields is a timeout too', async () => {
    await using runtime = await start('moody');
    expect(await runtime.invoke({ mood: 'busy' }, { timeoutMs: 100 })).toEqual({ kind: 'timeout' });
  });

  test('is no longer waited for once the caller gives up', async () => {
    await using runtime = await start('moody');
    const given = runtime.invoke({ mood: 'hang' }, { signal: AbortSignal.timeout(100) });
    const queued = runtime.invoke({}, { signal: AbortSignal.timeout(100) });
    await expect(given).rejects.toThrow('timeout');
    await expect(queued).rejects.toThrow('timeout');
  });
});

describe('the size and the time of an answer', () => {
  test('an answer of exactly the limit passes and one byte more is an error', async () => {
    await using runtime = await start('moody');
    const fits = outcomeOf(await runtime.invoke({ mood: 'large', size: MAX_RESPONSE_BYTES }), 'response');
    expect(fits.payload.length).toBe(MAX_RESPONSE_BYTES);
    const failed = outcomeOf(await runtime.invoke({ mood: 'large', size: MAX_RESPONSE_BYTES + 1 }), 'error');
    expect(failed.errorType).toBe('Function.ResponseSizeTooLarge');
    expect(failed.payload.toString()).toContain('6291557 bytes');
    expect(responseOf(await runtime.invoke({ mood: 'fine' }))).toBe('fine');
  });

  test('an answer is kept although the process ends right after it', async () => {
    await using runtime = await start('moody');
    expect(responseOf(await runtime.invoke({ mood: 'exit after the answer' }))).toBe('exit after the answer');
    expect(await runtime.exited).toEqual({ exitCode: 4, signal: null });
  });
});

describe('a streaming handler', () => {
  const prelude = { statusCode: 201, headers: { 'content-type': 'text/plain' }, cookies: ['a=1', 'b=2'] };
  const one = { atMs: expect.any(Number), bytes: Buffer.from('one') };

  test('gives its prelude and then each chunk when it is written', async () => {
    await using runtime = await start('stream');
    const outcome = outcomeOf(await runtime.invoke({}), 'stream');
    expect(outcome.contentType).toBe('application/vnd.awslambda.http-integration-response');
    expect(outcome.prelude).toEqual(prelude);
    expect(outcome.trailers).toEqual({});
    expect(outcome.chunks.map(({ bytes }) => [...bytes])).toEqual([
      [...Buffer.from('one')],
      [0, 1, 255],
      [...Buffer.from('three')],
    ]);
    const [first = Number.NaN, second = Number.NaN, third = Number.NaN] = outcome.chunks.map(({ atMs }) => atMs);
    expect(second - first).toBeGreaterThan(100);
    expect(third - second).toBeGreaterThan(100);
  });

  test('has no prelude unless it makes one', async () => {
    await using runtime = await start('stream');
    const outcome = outcomeOf(await runtime.invoke({ mood: 'bare' }), 'stream');
    expect(outcome).toMatchObject({
      contentType: 'application/octet-stream',
      chunks: [{ bytes: Buffer.from('no prelude') }],
    });
    expect(outcome.prelude).toBeUndefined();
  });

  test('reports a failure after its first byte in the trailers', async () => {
    await using runtime = await start('stream');
    const outcome = outcomeOf(await runtime.invoke({ mood: 'throw' }), 'stream');
    expect(outcome).toMatchObject({ prelude, chunks: [one] });
    expect(outcome.trailers['lambda-runtime-function-error-type']).toBe('TypeError');
    const body = Buffer.from(outcome.trailers['lambda-runtime-function-error-body'] ?? '', 'base64');
    expect(JSON.parse(body.toString())).toMatchObject({ errorMessage: 'half way' });
  });

  test('leaves what it wrote when it crashes or hangs', async () => {
    const partial = { kind: 'stream', prelude, chunks: [one] };
    await using crashing = await start('stream');
    expect(await crashing.invoke({ mood: 'exit' })).toMatchObject({ kind: 'crash', exitCode: 5, partial });
    await using hanging = await start('stream');
    expect(await hanging.invoke({ mood: 'hang' }, { timeoutMs: 500 })).toMatchObject({ kind: 'timeout', partial });
  });
});

describe('multi-concurrency mode', () => {
  const env = { AWS_LAMBDA_MAX_CONCURRENCY: '10', AWS_LAMBDA_NODEJS_WORKER_COUNT: '1' };

  test('lets two invocations overlap in one worker, each with its own context', async () => {
    await using runtime = await start('overlap', env);
    const outcomes = await Promise.all(
      ['slow', 'quick'].map((name) => runtime.invoke({ name }, { requestId: `id-${name}`, traceId: `Root=${name}` })),
    );
    expect(outcomes.map(responseOf)).toEqual(
      ['slow', 'quick'].map((name) => ({
        name,
        seen: expect.any(Number),
        awsRequestId: `id-${name}`,
        xRayTraceId: `Root=${name}`,
        stored: `id-${name}`,
      })),
    );
    expect(outcomes.map((outcome) => responseOf(outcome).seen)).toContain(2);
  });

  test('spreads invocations over its workers', async () => {
    await using runtime = await start('sleepy', { ...env, AWS_LAMBDA_NODEJS_WORKER_COUNT: '3' });
    const threads = new Set<number>();
    for (let round = 0; threads.size < 3 && round < 50; round++) {
      const outcomes = await Promise.all([1, 2, 3].map(() => runtime.invoke({ ms: 50 })));
      for (const outcome of outcomes) threads.add(responseOf(outcome));
    }
    expect(threads.size).toBe(3);
  });

  test('survives a timeout', async () => {
    await using runtime = await start('sleepy', env);
    const [lazy, fine] = await Promise.all([
      runtime.invoke({ ms: 60_000 }, { timeoutMs: 100 }),
      runtime.invoke({ ms: 10 }),
    ]);
    expect(lazy).toEqual({ kind: 'timeout' });
    expect(responseOf(fine)).toEqual(expect.any(Number));
  });
});

describe('the process of a runtime', () => {
  test('ends with the process that started it, even when that is killed and a handler never yields', async () => {
    const program = `
      import { startRuntime } from ${JSON.stringify(new URL('./runtime.ts', import.meta.url).href)};
      const runtime = await startRuntime({ taskRoot: ${JSON.stringify(taskRoot)}, handler: 'index.moody' });
      runtime.invoke({ mood: 'busy' }, { timeoutMs: 60_000 });
      console.log(runtime.pid);
    `;
    await writeFile(join(taskRoot, 'program.mjs'), program);
    const parent = spawn(process.execPath, [join(taskRoot, 'program.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(line);
    expect(rssBytes(pid)).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    const limit = Date.now() + 4000;
    while (isAlive(pid) && Date.now() < limit) await sleep(10);
    expect(isAlive(pid)).toBe(false);
  });

  test('can be stopped twice', async () => {
    const runtime = await start('moody');
    await runtime.stop();
    await runtime.stop();
    expect(await runtime.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });
});

describe('a function that cannot start', () => {
  test('makes the start fail with its error and its log', async () => {
    const failing = startRuntime({ taskRoot, handler: 'broken.handler' });
    await expect(failing).rejects.toThrow(/failed to initialise: RangeError: cannot start\n.*loading\n/);
  });

  test('makes the start fail with the exit code if it only exits', async () => {
    await expect(startRuntime({ taskRoot, handler: 'quitter.handler' })).rejects.toThrow('exit code 7');
  });

  test('makes the start fail if it does not exist', async () => {
    await expect(startRuntime({ taskRoot, handler: 'index.missing' })).rejects.toThrow('Runtime.HandlerNotFound');
    const missing = startRuntime({ taskRoot: join(taskRoot, 'missing'), handler: 'index.echo' });
    await expect(missing).rejects.toThrow('ENOENT');
  });
});
