import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { guard } from '../runtime/guard.ts';
import { rssBytes } from '../runtime/process-stats.ts';

/** Seconds of load of each test in place of its own; 600 for a soak. */
const given = Number(process.env['WRK_SECONDS'] || 0);
const connections = 64;

/**
 * V8 sizes its heap by the memory of the machine. These are the sizes for an environment of 2 GB, or smaller: what is
 * held longer than its request fills the old generation and ends the server.
 */
const heap = ['--max-old-space-size=256', '--max-semi-space-size=16'];
const megabyte = 1_048_576;

/** From Debian's package of that name. */
const program = 'wrk';

const page = 'x'.repeat(10_000);
let backend: Backend;
let folder: string;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  backend = await httpBackend((request, response) => request.resume().on('end', () => response.end(page)));
  folder = mkdtempSync(join(tmpdir(), 'wrk-'));
  writeFileSync(join(folder, 'upload.lua'), 'wrk.method = "POST"\nwrk.body = string.rep("x", 20000)\n');
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await backend.close();
});

/** Starts the built server. */
async function start(env: Record<string, string>): Promise<{ url: string; pid: number }> {
  const server = join(process.cwd(), 'dist/server.mjs');
  const log = join(mkdtempSync(join(folder, 'server-')), 'log');
  const child = spawn(join(process.cwd(), 'node_modules/node/bin/node'), [...heap, server], {
    env: { HOST: '127.0.0.1', PORT: '0', REMOTE_URL: backend.url, ...env },
    // Into a file: a pipe that this process reads too slowly would fill the memory of the server.
    stdio: ['ignore', openSync(log, 'w'), 'ignore'],
  });
  guard(child);
  cleanUps.push(() => child.kill('SIGKILL'));
  let first = '';
  while (!first.includes('\n')) {
    if (child.exitCode !== null) throw new Error('the server did not start');
    await sleep(10);
    first = readFileSync(log, 'utf8');
  }
  return {
    url: `http://127.0.0.1:${JSON.parse(first.split('\n', 1)[0] ?? '').server.port}/`,
    pid: child.pid as number,
  };
}

/** What wrk reports. */
async function load(url: string, seconds: number, parameters: readonly string[] = []): Promise<string> {
  const duration = `-d${seconds}s`;
  const child = spawn(program, ['-t2', `-c${connections}`, duration, '--timeout', '10s', ...parameters, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  guard(child);
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  return Promise.race([text(child.stdout), failed]) as Promise<string>;
}

const asLambda = [
  '-H',
  'X-Forwarded-For: 192.0.2.1',
  '-H',
  'lambda-web-request-id: 5f0c9a52-7f0d-4c51-9d5a-1b1f3f8f9a01',
];
const webFunction = { AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:0' };

describe(`${connections} connections`, () => {
  test.each<[seconds: number, of: string, env: Record<string, string>, parameters: string[]]>([
    [given || 60, 'a Web Function', webFunction, asLambda],
    [given || 10, 'a Web Function, with uploads', webFunction, [...asLambda, '-s', 'upload.lua']],
    [given || 10, 'a container', {}, []],
  ])(
    'get responses for %i seconds from %s without an error, in flat memory',
    async (seconds, name, env, parameters) => {
      const { url, pid } = await start(env);
      let most = 0;
      const watch = setInterval(() => {
        most = Math.max(most, rssBytes(pid));
      }, 100);
      const report = await load(
        url,
        seconds,
        parameters.map((each) => (each.endsWith('.lua') ? join(folder, each) : each)),
      );
      clearInterval(watch);
      const requests = Number(/(\d+) requests in/.exec(report)?.[1] ?? 0);
      process.stdout.write(`${name}: ${requests} requests, ${Math.round(most / megabyte)} MB at most\n`);
      // wrk names errors only where there are some.
      expect(report).not.toMatch(/Socket errors|Non-2xx/);
      expect(requests).toBeGreaterThan(connections);
      expect(most).toBeLessThan(400 * megabyte);
    },
    ((given || 60) + 30) * 1000,
  );
});
