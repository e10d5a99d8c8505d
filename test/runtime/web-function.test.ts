import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { zipOf } from '../../infra/zip.ts';
import { startWebFunctionFront } from '../../src/local/web-function.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor } from '../helpers/events.ts';
import { send } from '../helpers/http-client.ts';
import { guard } from './guard.ts';
import { collectLines, jsonLines } from './line-log.ts';
import { rssBytes } from './process-stats.ts';
import { startRuntime } from './runtime.ts';

const node = join(process.cwd(), 'node_modules/node/bin/node');
const megabyte = 1_048_576;

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
    let taken = 0;
    const bytes = function* (count: number) {
      for (let sent = 0; sent < count; sent += 1) yield Buffer.alloc(megabyte, 'x');
    };
    const backend = await backendOf((request, response) => {
      if (request.method === 'GET') pipeline(Readable.from(bytes(200)), response).catch(() => undefined);
      else
        request
          .on('data', (chunk) => {
            taken += chunk.length;
          })
          .on('end', () => response.end());
    });
    const { url, pid, early } = await startPackage({ REMOTE_URL: backend.url });
    await send(url, { method: 'POST', body: 'warm' });
    const before = rssBytes(pid);
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, rssBytes(pid));
    }, 10);
    let received = 0;
    await new Promise<void>((resolve, reject) => {
      http
        .get(url, { agent: false }, (message) =>
          message
            .on('data', (chunk) => {
              received += chunk.length;
            })
            .once('end', resolve)
            .once('error', reject),
        )
        .once('error', reject);
    });
    taken = 0;
    const upload = http.request(url, { method: 'POST', agent: false });
    const responded = once(upload, 'response');
    await pipeline(Readable.from(bytes(50)), upload);
    await responded;
    clearInterval(watch);
    const inMegabytes = (count: number) => `${Math.round(count / megabyte)} MB`;
    process.stdout.write(
      `Web Function, 200 MB down, 50 MB up: ${inMegabytes(before)} before, ${inMegabytes(most)} at most\n`,
    );
    expect([received, taken]).toEqual([200 * megabyte, 50 * megabyte]);
    expect(early).toEqual([]);
    // Garbage that V8 lets lie; one of the bodies held would be more.
    expect(most - before).toBeLessThan(150 * megabyte);
  }, 60_000);
});
