import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { walk } from '../helpers/walk.ts';
import { guard } from './guard.ts';
import { largeBackend, passLargeBodies } from './large-bodies.ts';
import { collectLines, jsonLines } from './line-log.ts';

const node = join(process.cwd(), 'node_modules/node/bin/node');

interface Line {
  readonly message: string;
  readonly function_request_id?: string;
  readonly server?: { readonly port: number };
  readonly url?: { readonly path: string };
  readonly error?: { readonly type: string };
}

type Process = ChildProcessByStdio<null, Readable, Readable>;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Runs the built server with no settings but those that are given. */
function run(env: Record<string, string>) {
  const child: Process = spawn(node, [join(process.cwd(), 'dist/server.mjs')], {
    env: { HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guard(child);
  const log: string[] = [];
  collectLines(child.stdout, log);
  collectLines(child.stderr, log);
  const exited = once(child, 'close').then(([code]) => code as number | null);
  cleanUps.push(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const lines = (message: string) => (jsonLines(log) as Line[]).filter((line) => line.message === message);
  const url = async () => {
    while (lines('listening').length === 0)
      await Promise.race([sleep(10), exited.then(() => Promise.reject(new Error(log.join('\n'))))]);
    return `http://127.0.0.1:${lines('listening')[0]?.server?.port}`;
  };
  return { child, log, lines, url, exited };
}

async function backendOf(listener: http.RequestListener): Promise<Backend> {
  const backend = await httpBackend(listener);
  cleanUps.push(() => backend.close());
  return backend;
}

/** One stream, read to its end. */
const read = (url: string) =>
  new Promise<string>((resolve, reject) => {
    http
      .get(url, { agent: false }, (message) => {
        let text = '';
        message.setEncoding('latin1').on('data', (chunk) => {
          text += chunk;
        });
        message.once('end', () => resolve(text)).once('error', reject);
      })
      .once('error', reject);
  });

describe('dist/server.mjs', () => {
  test("passes the original's test walk", async () => {
    const demo: DemoBackend = await startDemoBackend();
    cleanUps.push(() => demo.close());
    await walk(
      async (env) => {
        // Over HTTP nothing but PAYLOAD_QUOTA limits an answer.
        const { url, log, child, exited } = run({ PAYLOAD_QUOTA: '4700000', ...env });
        return {
          url: await url(),
          logged: () => jsonLines(log) as never,
          close: async () => {
            child.kill('SIGTERM');
            await exited;
          },
        };
      },
      { url: demo.httpsUrl, bytesPath: (size) => `/bytes/${size}` },
    );
  }, 60_000);

  test('goes on when nobody reads its log any more', async () => {
    const backend = await backendOf((_request, response) => response.end('fine'));
    const { url, child, exited } = run({ REMOTE_URL: backend.url });
    const origin = await url();
    child.stdout.destroy();
    for (let count = 0; count < 5; count += 1) expect(await read(origin)).toBe('fine');
    child.kill('SIGTERM');
    expect((await exited) ?? 0).toBe(0);
  });

  test('carries 20 streams at once, each whole and in order, each with a log line of its own', async () => {
    const held: http.ServerResponse[] = [];
    const backend = await backendOf((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`${request.url} first\n`);
      held.push(response);
    });
    const { url, lines, child, exited } = run({ REMOTE_URL: backend.url });
    const origin = await url();
    const streams = Array.from({ length: 20 }, (_, index) => read(`${origin}/${index}`));
    while (held.length < 20) await sleep(5);
    for (let round = 0; round < 5; round += 1) for (const response of held) response.write(`round ${round}\n`);
    for (const response of held) response.end(`${response.req.url} last\n`);
    const rounds = Array.from({ length: 5 }, (_, round) => `round ${round}\n`).join('');
    expect(await Promise.all(streams)).toEqual(
      Array.from({ length: 20 }, (_, index) => `/${index} first\n${rounds}/${index} last\n`),
    );
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(new Set(lines('request').map(({ function_request_id: id }) => id)).size).toBe(20);
  }, 30_000);

  test('passes 200 MB through in little memory, either way', async () => {
    const backend = await largeBackend(200);
    cleanUps.push(() => backend.close());
    const { url, child } = run({ REMOTE_URL: backend.url });
    const { down, up, before, more } = await passLargeBodies(await url(), child.pid as number, backend, 200);
    process.stdout.write(`200 MB each way: ${before} MB before, ${more} MB more at most\n`);
    expect([down, up]).toEqual([200, 200]);
    // Garbage that V8 lets lie; one of the bodies held would be 200 MB.
    expect(more).toBeLessThan(150);
  }, 60_000);

  test('on SIGTERM lets the request under way end, takes no more, and ends with 0', async () => {
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const backend = await backendOf(async (_request, response) => {
      arrived.resolve();
      await gate.promise;
      response.end('late');
    });
    const { url, child, lines, exited } = run({ REMOTE_URL: backend.url });
    const origin = await url();
    const pending = send(origin);
    await arrived.promise;
    child.kill('SIGTERM');
    while (lines('draining').length === 0) await sleep(5);
    await expect(send(origin)).rejects.toThrow('ECONNREFUSED');
    gate.resolve();
    expect((await pending).text).toBe('late');
    expect(await exited).toBe(0);
    expect([lines('drained').length, lines('request').length]).toEqual([1, 1]);
  });

  test('on SIGTERM cuts off what is not over after DRAIN_TIMEOUT, and says so', async () => {
    const arrived = Promise.withResolvers<void>();
    const backend = await backendOf(() => arrived.resolve());
    const { url, child, lines, exited } = run({ REMOTE_URL: backend.url, DRAIN_TIMEOUT: '0' });
    const failed = send(await url()).catch(() => 'cut');
    await arrived.promise;
    child.kill('SIGTERM');
    expect([await failed, await exited]).toEqual(['cut', 0]);
    expect(lines('requests were cut off')).toHaveLength(1);
    expect(lines('request')).toMatchObject([{ error: { type: 'request_incomplete' } }]);
  });

  test('answers its health path, and nothing of that is in the log', async () => {
    const { url, lines } = run({ REMOTE_URL: 'http://127.0.0.1:9', HEALTH_PATH: '/up' });
    expect(await send(`${await url()}/up`)).toMatchObject({ status: 200, text: 'ok\n' });
    expect(lines('request')).toHaveLength(0);
  });

  test.each<[of: string, env: Record<string, string>, lines: RegExp[]]>([
    ['no backend', {}, [/^REMOTE_URL is required, e\.g\. http/]],
    [
      'wrong settings of the proxy',
      { REMOTE_URL: 'ftp://ada:top-secret@x', REQUEST_TIMEOUT: 'soon' },
      [/^REMOTE_URL must begin with http/, /^REQUEST_TIMEOUT must be/],
    ],
    [
      'wrong settings of the server',
      { REMOTE_URL: 'http://127.0.0.1:9', PORT: 'eighty', DRAIN_TIMEOUT: 'long' },
      [
        /^PORT must be a TCP port from 0 to 65535, e\.g\. PORT=8080, but is "eighty"$/,
        /^DRAIN_TIMEOUT must be whole seconds from 0 to 3600, e\.g\. DRAIN_TIMEOUT=25, but is "long"$/,
      ],
    ],
    ['wrong settings of both', { REMOTE_URL: 'x', PORT: 'eighty' }, [/^PORT must be/, /^REMOTE_URL must begin/]],
    [
      'a bad address of a Web Function',
      { REMOTE_URL: 'http://127.0.0.1:9', AWS_LAMBDA_HTTP_ENDPOINT: '0.0.0.0' },
      [/^AWS_LAMBDA_HTTP_ENDPOINT must be a host and a TCP port, e\.g\. .*0\.0\.0\.0:3000, but is "0\.0\.0\.0"$/],
    ],
    [
      'a secret that cannot be read',
      {
        REMOTE_URL: 'http://127.0.0.1:9',
        SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-AbCdEf',
      },
      [/^SECRET_ARN cannot be read.*: /],
    ],
  ])('with %s says all that is wrong and ends with 1, before it listens', async (_, env, lines) => {
    const { log, exited } = run(env);
    expect(await exited).toBe(1);
    expect(log).toEqual(lines.map((line) => expect.stringMatching(line)));
    expect(log.join('\n')).not.toMatch(/listening|top-secret/);
  });

  test('on a port that is taken says so, and ends with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    cleanUps.push(() => taken.close());
    const { port } = taken.address() as { port: number };
    const { log, exited } = run({ REMOTE_URL: 'http://127.0.0.1:9', PORT: String(port) });
    expect(await exited).toBe(1);
    expect(log.join('\n')).toMatch(/^Cannot listen on 127\.0\.0\.1, port \d+: .*EADDRINUSE.*Set HOST and PORT\.$/);
  });
});
