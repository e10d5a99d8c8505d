import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { eventFor } from '../helpers/events.ts';
import { outcomeOf } from './outcome.ts';
import { type Runtime, startRuntime } from './runtime.ts';

/** What a plain HTTP request must do without, and what each would cost a cold start. */
const dear = [
  /^http2$|^internal\/http2\//, // 25 ms
  /^internal\/deps\/undici\//, // 50 ms
  /^internal\/webstreams\//, // 4 ms
  /^(?:zlib|dns|assert)$/,
];
const dearOverHttp = [...dear, /^crypto$|^internal\/crypto\//, /^tls$|^internal\/tls\//, /^https$/];

const start = (url: string) =>
  startRuntime({
    taskRoot: `${process.cwd()}/dist`,
    handler: 'index.handler',
    env: { REMOTE_URL: url, FILTERED_PATH: '/closed' },
    nodeOptions: ['--require', join(import.meta.dirname, 'report-modules.cjs')],
  });

/** Built-in modules that the process has loaded by now. */
async function loadedBy(runtime: Runtime): Promise<readonly string[]> {
  const reports = () => (runtime.logged() as { loaded?: string[] }[]).flatMap(({ loaded }) => (loaded ? [loaded] : []));
  const before = reports().length;
  process.kill(runtime.pid, 'SIGUSR2');
  while (reports().length === before) await sleep(10);
  return reports().at(-1) ?? [];
}

const among = (loaded: readonly string[], unwanted: readonly RegExp[]) =>
  loaded.filter((name) => unwanted.some((pattern) => pattern.test(name)));

describe('the built bundle loads no built-in module that it does not need', () => {
  let demo: DemoBackend;
  beforeAll(async () => {
    demo = await startDemoBackend();
  });
  afterAll(() => demo.close());

  test('for an http backend: neither HTTP/2 nor fetch, web streams, crypto or TLS, and a request adds nothing', async () => {
    await using runtime = await start(demo.httpUrl);
    const atStart = await loadedBy(runtime);
    expect(among(atStart, dearOverHttp)).toEqual([]);
    outcomeOf(await runtime.invoke(eventFor({ target: '/text/1000' })), 'response');
    const afterRequest = await loadedBy(runtime);
    expect(among(afterRequest, dearOverHttp)).toEqual([]);
    expect(afterRequest.filter((name) => !atStart.includes(name))).toEqual([]);
  });

  test('for an https backend: TLS, and still neither HTTP/2 nor fetch nor web streams', async () => {
    await using runtime = await start(demo.httpsUrl);
    outcomeOf(await runtime.invoke(eventFor({ target: '/text/1000' })), 'response');
    const loaded = await loadedBy(runtime);
    expect(loaded).toEqual(expect.arrayContaining(['tls', 'https']));
    expect(among(loaded, dear)).toEqual([]);
  });

  test('and over https a hundred requests one after the other take one handshake', async () => {
    await using runtime = await start(demo.httpsUrl);
    const before = demo.tlsHandshakes;
    for (let count = 0; count < 100; count += 1) {
      outcomeOf(await runtime.invoke(eventFor({ target: '/text/1000' })), 'response');
    }
    expect(demo.tlsHandshakes - before).toBe(1);
  });
});

test('a start reads one file of the bundle, and the parts that are loaded later import from it', async () => {
  const entry = await readFile('dist/index.mjs', 'utf8');
  expect(entry.match(/(?:\bfrom|\bimport)\s*["']\.\//g) ?? []).toEqual([]);
  expect(entry).toMatch(/\bimport\(["']\.\/lazy-\w+\.mjs["']\)/);
});

test('the entry is ASCII, so that V8 keeps one byte for each character of its source', async () => {
  const entry = await readFile('dist/index.mjs');
  expect(entry.findIndex((byte) => byte > 0x7f)).toBe(-1);
});
