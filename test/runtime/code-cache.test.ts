import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { eventFor } from '../helpers/events.ts';
import { bodyText } from '../helpers/lambda.ts';
import { outcomeOf } from './outcome.ts';
import { startRuntime } from './runtime.ts';

const run = promisify(execFile);

describe('a build with a code cache', () => {
  let folder: string;
  let built: string;
  let demo: DemoBackend;
  beforeAll(async () => {
    demo = await startDemoBackend();
    folder = await mkdtemp(join(tmpdir(), 'rproxy-code-cache-'));
    built = join(folder, 'dist');
    const build = ['esbuild.config.ts', '--code-cache', `--outdir=${built}`];
    await run(process.execPath, build);
  }, 60_000);
  afterAll(async () => {
    await demo.close();
    await rm(folder, { recursive: true });
  });

  const cacheIn = async (taskRoot: string) => {
    const name = (await readdir(taskRoot)).find((file) => file.endsWith('.cache'));
    return join(taskRoot, String(name));
  };

  /** Whether V8 compiled the source after all: false, or true where there was a cache that it did not take. */
  async function isRejected(taskRoot: string, flags: readonly string[] = ['--expose-gc']): Promise<string> {
    const code = `const { codeCache } = await import(${JSON.stringify(join(taskRoot, 'index.mjs'))});
      console.log(codeCache.isRejected);`;
    const env = { PATH: process.env['PATH'], REMOTE_URL: demo.httpUrl };
    const { stdout } = await run(process.execPath, [...flags, '--input-type=module', '--eval', code], { env });
    return stdout.trim();
  }

  async function responseOf(taskRoot: string): Promise<string> {
    await using runtime = await startRuntime({ taskRoot, handler: 'index.handler', env: { REMOTE_URL: demo.httpUrl } });
    const outcome = outcomeOf(await runtime.invoke(eventFor({ target: '/text/2000' })), 'response');
    return bodyText(JSON.parse(outcome.payload.toString()));
  }

  /** The build with another cache. */
  async function withCache(name: string, content: Buffer | undefined): Promise<string> {
    const taskRoot = join(folder, name);
    await cp(built, taskRoot, { recursive: true });
    const cache = await cacheIn(taskRoot);
    await (content === undefined ? rm(cache) : writeFile(cache, content));
    return taskRoot;
  }

  test('runs from its cache under the flags of the runtime, and responds as any build does', async () => {
    expect(await isRejected(built)).toBe('false');
    expect(await responseOf(built)).toBe(await responseOf(`${process.cwd()}/dist`));
  });

  test('compiles as ever under other flags', async () => {
    expect(await isRejected(built, [])).toBe('true');
  });

  test('compiles as ever and responds when the cache is cut off, from elsewhere or gone', async () => {
    const content = await readFile(await cacheIn(built));
    const cut = await withCache('cut', content.subarray(0, content.length / 2));
    const foreign = await withCache('foreign', Buffer.alloc(content.length, 'x'));
    const gone = await withCache('gone', undefined);
    expect([await isRejected(cut), await isRejected(foreign), await isRejected(gone)]).toEqual([
      'true',
      'true',
      'undefined',
    ]);
    for (const taskRoot of [cut, foreign, gone]) expect(await responseOf(taskRoot)).toHaveLength(2000);
  }, 30_000);

  test.each([
    ['version of V8', 4],
    ['set of flags', 12],
    ['read-only heap, as on another architecture', 16],
  ])('compiles as ever and responds when the cache was made by another %s', async (name, offset) => {
    const content = await readFile(await cacheIn(built));
    content.writeUInt32LE((content.readUInt32LE(offset) ^ 1) >>> 0, offset);
    const taskRoot = await withCache(name.replaceAll(' ', '-'), content);
    expect(await isRejected(taskRoot)).toBe('true');
    expect(await responseOf(taskRoot)).toHaveLength(2000);
  }, 30_000);

  test.each([
    [process.version, 'v24.0.0'],
    [`-${process.arch}.`, '-other.'],
  ])('does not read a cache whose name has not %s', async (own, other) => {
    const taskRoot = await withCache(`named${other}`, await readFile(await cacheIn(built)));
    const cache = await cacheIn(taskRoot);
    await rename(cache, cache.replace(own, other));
    expect(await isRejected(taskRoot)).toBe('undefined');
    expect(await responseOf(taskRoot)).toHaveLength(2000);
  }, 30_000);

  test('streams, and loads its chunks', async () => {
    await using runtime = await startRuntime({
      taskRoot: built,
      handler: 'index.streamHandler',
      env: { REMOTE_URL: demo.httpUrl },
    });
    const traceId = 'Root=1-66f0a1b2-000000000000000000000002;Parent=53995c3f42cd8ad8;Sampled=1';
    const outcome = outcomeOf(await runtime.invoke(eventFor({ target: '/text/2000' }), { traceId }), 'stream');
    expect(outcome.prelude?.statusCode).toBe(200);
  });
});
