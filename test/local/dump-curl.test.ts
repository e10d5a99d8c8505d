import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { buffered } from '../../src/delivery/buffered.ts';
import { fronts } from '../../src/local/fronts.ts';
import { localInvoke } from '../../src/local/invoke.ts';
import { type LocalServer, startServer } from '../../src/local/server.ts';
import { createProxy } from '../../src/proxy.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';
import '../helpers/quiet-logs.ts';

const run = promisify(execFile);

describe('the curl command of a dump runs where the dump was made, and the backend gets the same request [D8]', () => {
  let backend: RecordingBackend;
  let server: LocalServer | undefined;
  beforeAll(async () => {
    backend = await recordingBackend((response) => response.end('hello from the backend'));
  });
  afterEach(() => server?.close());
  afterAll(() => backend.close());

  test.each(fronts)('by way of $title', async (front) => {
    const handler = buffered(createProxy({ REMOTE_URL: backend.url })) as (
      event: unknown,
      context: Context,
    ) => Promise<unknown>;
    server = await startServer({ invoke: await localInvoke(handler), front });
    const headers = {
      'x-kept': "it's 1",
      'x-empty': '',
      'user-agent': 'test/1.0',
      'accept-encoding': 'gzip',
      accept: 'application/json',
    };
    const target = '/caf%C3%A9/a?b=1&c=%5B%5D';
    const request = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'n=1&m=%20x',
    };
    const dumped = await fetch(`${server.url}${target}&dump_request=y&dump_body=y`, request);
    const { curl } = (await dumped.json()) as { curl: string };
    expect(curl).toContain(`${server.url}/`);
    const { stdout } = await run('sh', ['-c', curl]);
    expect(stdout).toBe('hello from the backend');
    const replayed = backend.requests.at(-1);
    await fetch(`${server.url}${target}`, request);
    const original = backend.requests.at(-1);
    const compared = (received: typeof original) => {
      const { 'x-request-id': _id, 'x-amzn-trace-id': _trace, ...rest } = received?.headers ?? {};
      return { ...received, headers: rest };
    };
    const browserOnly = ['accept-language', 'sec-fetch-mode'];
    const { headers: sent, ...other } = compared(replayed);
    expect(other).toEqual((({ headers: _, ...rest }) => rest)(compared(original)));
    for (const [name, value] of Object.entries(compared(original).headers)) {
      if (!browserOnly.includes(name)) expect([name, sent[name]]).toEqual([name, value]);
    }
  });

  test('in the page too, whose other addresses stay those of the event', async () => {
    const handler = buffered(createProxy({ REMOTE_URL: backend.url })) as (
      event: unknown,
      context: Context,
    ) => Promise<unknown>;
    server = await startServer({ invoke: await localInvoke(handler) });
    const page = await (await fetch(`${server.url}/a?dump_request=y`, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain(`${server.url}/a&#39;`);
    expect(page).toContain(`<dt>Host</dt><dd>${fronts[0].domainName}</dd>`);
  });
});
