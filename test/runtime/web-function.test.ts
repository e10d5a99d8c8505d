import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { zipOf } from '../../infra/zip.ts';
import { startWebFunctionFront } from '../../src/local/web-function.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor } from '../helpers/events.ts';
import { send } from '../helpers/http-client.ts';
import { guard } from './guard.ts';
import { largeBackend, passLargeBodies } from './large-bodies.ts';
import { collectLines, jsonLines } from './line-log.ts';
import { startRuntime } from './runtime.ts';

const node = join(process.cwd(), 'node_modules/node/bin/node');

interface Line {
  readonly message: string;
  readonly server?: { readonly port: number };
}

/** The package as Lambda unpacks it. */
let taskRoot: string;
beforeAll(() => {
  taskRoot = mkdtempSync(join(tmpdir(), 'task-'));
  for (const [name, bytes] of Object.entries(unzipSync(zipOf(join(process.cwd(), 'dist')))))
    writeFileSync(join(taskRoot, name), bytes);
});
afterAll(() => rmSync(taskRoot, { recursive: true }));

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function backendOf(listener: http.RequestListener): Promise<Backend> {
  const backend = await httpBackend(listener);
  cleanUps.push(() => backend.close());
  return backend;
}

/** Starts the package as a Web Function, with the emulator of Lambda in front. */
async function startPackage(env: Record<string, string>) {
  const child: ChildProcess = spawn(node, ['index.js'], {
    cwd: taskRoot,
    env: { AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:0', AWS_LAMBDA_INITIALIZATION_TYPE: 'native-http', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guard(child);
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) collectLines(stream as Readable, log);
  const exited = once(child, 'close');
  cleanUps.push(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const lines = (message: string) => (jsonLines(log) as Line[]).filter((line) => line.message === message);
  while (lines('listening').length === 0) {
    if (child.exitCode !== null) throw new Error(log.join('\n'));
    await sleep(10);
  }
  const early: string[] = [];
  const front = await startWebFunctionFront(
    { host: '127.0.0.1', port: lines('listening')[0]?.server?.port ?? 0 },
    { onEarlyResponse: (target) => early.push(target) },
  );
  cleanUps.push(() => front.close());
  return { url: front.url, pid: child.pid as number, lines, early };
}

describe('The package', () => {
  test('serves as a Web Function, and its log lines have the function and the cold start', async () => {
    const backend = await backendOf((_request, response) => response.end('fine'));
    const { url, lines } = await startPackage({ REMOTE_URL: backend.url, FUNCTION_NAME: 'shop-proxy' });
    const { headers } = await send(url);
    expect((await send(url)).text).toBe('fine');
    while (lines('request').length < 2) await sleep(5);
    expect(lines('request')).toEqual([
      expect.objectContaining({
        cold_start: true,
        function_name: 'shop-proxy',
        function_request_id: headers['lambda-web-request-id'],
        proxy: expect.objectContaining({ source: 'web-function' }),
      }),
      expect.objectContaining({ cold_start: false, function_name: 'shop-proxy' }),
    ]);
  });

  test.each(['handler', 'streamHandler'])('serves as a function with the handler index.%s', async (handler) => {
    const backend = await backendOf((_request, response) => response.end('fine'));
    const runtime = await startRuntime({ taskRoot, handler: `index.${handler}`, env: { REMOTE_URL: backend.url } });
    cleanUps.push(() => runtime.stop());
    const outcome = await runtime.invoke(eventFor(), { timeoutMs: 20_000 });
    expect(outcome.kind).toBe(handler === 'handler' ? 'response' : 'stream');
    // A streamed response is complete before its line is in the log.
    while (!JSON.stringify(runtime.logged()).includes('"status_code":200')) await sleep(5);
    expect(runtime.logged().map((line) => (line as unknown as Line).message)).not.toContain('listening');
  });

  test('passes 200 MB down and 50 MB up in little memory as a Web Function', async () => {
    const backend = await largeBackend(200);
    cleanUps.push(() => backend.close());
    const { url, pid, early } = await startPackage({ REMOTE_URL: backend.url });
    const { down, up, before, more } = await passLargeBodies(url, pid, backend, 50);
    process.stdout.write(`Web Function, 200 MB down, 50 MB up: ${before} MB before, ${more} MB more at most\n`);
    expect([down, up]).toEqual([200, 50]);
    expect(early).toEqual([]);
    // Garbage that V8 lets lie; one of the bodies held would be more.
    expect(more).toBeLessThan(150);
  }, 60_000);
});
