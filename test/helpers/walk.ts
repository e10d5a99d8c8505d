import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect } from '@jest/globals';
import { type BackendResponse, send } from './http-client.ts';
import type { RunningProxy, StartProxy } from './proxies.ts';

/** A backend with httpbin's paths. */
export interface WalkBackend {
  readonly url: string;
  /** Path of a binary body of so many bytes, from a backend that serves megabytes. */
  readonly bytesPath?: (size: number) => string;
}

/** Names the step in which an expectation failed: the walk is one test with many of them. */
async function step(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const json = ({ text }: BackendResponse) => JSON.parse(text);

/** Bytes of every value, so that no text conversion goes unnoticed. */
const everyByte = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

async function walkPages({ url }: RunningProxy): Promise<void> {
  await step('the home page', async () => {
    const home = await send(`${url}/`, { headers: browser });
    expect(home.status).toBe(200);
    expect(home.headers['content-type']).toMatch(/^text\/html/);
    expect(home.text).toMatch(/<html/i);
  });
  await step('a cookie is set and comes back', async () => {
    const set = await send(`${url}/cookies/set/name/value`);
    expect(set.status).toBe(302);
    expect(set.headers.location).toBe('/cookies');
    expect(set.headers['set-cookie']).toEqual([expect.stringMatching(/^name=value(;|$)/)]);
    const headers = await send(`${url}/headers`, { headers: { cookie: 'name=value' } });
    expect(json(headers).headers.Cookie).toBe('name=value');
  });
  await step('gzip and brotli bodies pass undecoded', async () => {
    const gzip = await send(`${url}/gzip`, { headers: { 'accept-encoding': 'gzip' } });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(gzip.body).toString()).gzipped).toBe(true);
    const brotli = await send(`${url}/brotli`, { headers: { 'accept-encoding': 'br' } });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(JSON.parse(brotliDecompressSync(brotli.body).toString()).brotli).toBe(true);
  });
  await step('an image arrives byte for byte', async () => {
    const image = await send(`${url}/image/png`);
    expect(image.headers['content-type']).toBe('image/png');
    expect(image.body.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  });
  await step('a redirect is passed on, not followed', async () => {
    const redirect = await send(`${url}/redirect/1`);
    expect([redirect.status, redirect.headers.location]).toEqual([302, '/get']);
    const absolute = await send(`${url}/absolute-redirect/1`);
    expect([absolute.status, absolute.headers.location]).toEqual([302, `${url}/get`]);
  });
}

async function walkBodies({ url }: RunningProxy): Promise<void> {
  const post = (type: string, body: string | Buffer) =>
    send(`${url}/post`, { method: 'POST', headers: { 'content-type': type }, body });

  await step('a form', async () => {
    const echo = await post('application/x-www-form-urlencoded', 'name=J%C3%BCrgen&size=large');
    expect(json(echo).form).toEqual({ name: 'Jürgen', size: 'large' });
  });
  await step('JSON with non-ASCII text', async () => {
    const echo = await post('application/json', '{"price":"5 €"}');
    expect(json(echo).json).toEqual({ price: '5 €' });
  });
  await step('a multipart upload', async () => {
    const body = Buffer.concat([
      Buffer.from('--edge\r\ncontent-disposition: form-data; name="field"\r\n\r\nvalue\r\n'),
      Buffer.from('--edge\r\ncontent-disposition: form-data; name="file"; filename="b.bin"\r\n'),
      Buffer.from('content-type: application/octet-stream\r\n\r\n'),
      everyByte,
      Buffer.from('\r\n--edge--\r\n'),
    ]);
    const echo = json(await post('multipart/form-data; boundary=edge', body));
    expect(echo.form).toEqual({ field: 'value' });
    expect(echo.files.file).toBe(`data:application/octet-stream;base64,${everyByte.toString('base64')}`);
  });
  await step('a binary body', async () => {
    const echo = await post('application/octet-stream', everyByte);
    expect(json(echo).data).toBe(`data:application/octet-stream;base64,${everyByte.toString('base64')}`);
  });
  await step('every method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const echo = await send(`${url}/anything/x?a=1&a=2`, { method });
      expect([method, echo.status, json(echo).method]).toEqual([method, 200, method]);
      expect(json(echo).args).toEqual({ a: ['1', '2'] });
    }
    const head = await send(`${url}/get`, { method: 'HEAD' });
    expect([head.status, head.body.length]).toEqual([200, 0]);
    const options = await send(`${url}/get`, { method: 'OPTIONS' });
    expect([options.status, options.headers.allow]).toEqual([200, expect.stringContaining('GET')]);
  });
  await step('statuses as they are', async () => {
    for (const status of [204, 304, 404, 418, 500, 503]) {
      expect((await send(`${url}/status/${status}`)).status).toBe(status);
    }
  });
}

async function walkQuota({ url }: RunningProxy, bytesPath: (size: number) => string): Promise<void> {
  await step('a binary body of 4.6 MB passes', async () => {
    const passes = await send(`${url}${bytesPath(4_600_000)}`);
    expect([passes.status, passes.body.length]).toEqual([200, 4_600_000]);
  });
  await step('a binary body of 4.8 MB is the quota page', async () => {
    const page = await send(`${url}${bytesPath(4_800_000)}`, { headers: browser });
    expect(page.status).toBe(413);
    expect(page.text).toContain('Payload Too Large');
  });
}

async function walkDebugging(proxy: RunningProxy): Promise<void> {
  await step('the request dump', async () => {
    const dump = await send(`${proxy.url}/headers?dump_request=y`, { headers: { ...browser, cookie: 'name=s3cret' } });
    expect(dump.status).toBe(200);
    expect(dump.text).toContain('Request dump');
    expect(dump.text).toContain('/headers');
    expect(dump.text).not.toContain('s3cret');
  });
  await step('the connection trace', async () => {
    const before = proxy.logged().length;
    const traced = await send(`${proxy.url}/headers?trace_connection=y&kept=1`, { headers: { cookie: 'name=s3cret' } });
    expect(json(traced).headers.Cookie).toBe('name=s3cret');
    // A streamed answer is with the client before its lines are in the log; the access line is the last of them.
    const lines = () => proxy.logged().slice(before);
    while (!lines().some(({ message }) => message === 'trace: response returned')) await sleep(5);
    while (lines().at(-1)?.message !== 'request') await sleep(5);
    const debug = lines().filter(({ level }) => level === 'DEBUG');
    expect(debug.map(({ message }) => message)).toEqual([
      'trace: request received',
      'trace: request sent to the backend',
      'trace: backend',
      'trace: response returned',
    ]);
    expect(debug[2]?.['backend']).toMatchObject({ status_code: 200, total_ms: expect.any(Number) });
    expect(JSON.stringify(debug)).not.toContain('s3cret');
    const next = proxy.logged().length;
    await send(`${proxy.url}/headers`);
    const after = () => proxy.logged().slice(next);
    while (!after().some(({ message }) => message === 'request')) await sleep(5);
    expect(after().map(({ level }) => level)).toEqual(['INFO']);
  });
}

async function walkFilter(start: StartProxy, backend: WalkBackend): Promise<void> {
  const proxy = await start({ REMOTE_URL: backend.url, FILTERED_PATH: '/foobar|/baz' });
  try {
    for (const path of ['/foobar', '/baz', '/foobar/below', '//BAZ', '/%66oobar?x=1']) {
      await step(`${path} is filtered`, async () => {
        const page = await send(`${proxy.url}${path}`, { headers: browser });
        expect(page.status).toBe(403);
        expect(page.text).toContain('Filtered URL.');
      });
    }
    await step('the others are not', async () => {
      expect((await send(`${proxy.url}/get?path=/foobar`)).status).toBe(200);
    });
  } finally {
    await proxy.close();
  }
}

async function walkFailures(start: StartProxy, backend: WalkBackend): Promise<void> {
  const slow = await start({ REMOTE_URL: backend.url, REQUEST_TIMEOUT: '0.5' });
  await step('a backend that is too slow', async () => {
    const page = await send(`${slow.url}/delay/3`, { headers: browser });
    expect([page.status, page.headers['proxy-status']]).toEqual([504, 'lambda-rproxy; error=http_response_timeout']);
  }).finally(slow.close);

  const down = await start({ REMOTE_URL: 'http://127.0.0.1:9', APP_NAME: 'Greenhouse' });
  await step('a backend that is down', async () => {
    const page = await send(`${down.url}/`, { headers: browser });
    expect([page.status, page.headers['proxy-status']]).toEqual([502, 'lambda-rproxy; error=connection_refused']);
    expect(page.text).toContain('Greenhouse');
    expect(page.text).not.toContain('127.0.0.1:9');
  }).finally(down.close);
}

/**
 * The walk that every release of the original was tested by, and a little further: each feature once, by HTTP, as its
 * people use it.
 *
 * @param start how to start the proxy
 * @param backend a backend with httpbin's paths
 */
export async function walk(start: StartProxy, backend: WalkBackend): Promise<void> {
  const proxy = await start({ REMOTE_URL: backend.url });
  try {
    await walkPages(proxy);
    await walkBodies(proxy);
    if (backend.bytesPath) await walkQuota(proxy, backend.bytesPath);
    await walkDebugging(proxy);
  } finally {
    await proxy.close();
  }
  await walkFilter(start, backend);
  await walkFailures(start, backend);
}
