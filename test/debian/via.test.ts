import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../helpers/free-port.ts';
import { send } from '../helpers/http-client.ts';
import { inProcess, type RunningProxy } from '../helpers/proxies.ts';
import { start, stop } from './process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-via-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let nginx: ChildProcess | undefined;
let proxy: RunningProxy | undefined;
afterEach(async () => {
  await proxy?.close();
  if (nginx !== undefined) await stop(nginx);
  proxy = undefined;
  nginx = undefined;
});

/** nginx with Debian's defaults and one server. */
async function startNginx(port: number, lines: string): Promise<void> {
  const config = `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 64; }
http {
  access_log off;
  include /etc/nginx/mime.types;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    ${lines}
  }
}`;
  await writeFile(join(folder, 'nginx.conf'), config);
  nginx = await start('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'user root;'], port);
}

describe('nginx with gzip on', () => {
  const page = `<p>${'frost '.repeat(200_000)}`;

  /** Requests the page through the proxy as a browser does. */
  async function request(env: Readonly<Record<string, string>>) {
    const port = await freePort();
    await writeFile(join(folder, 'page.html'), page);
    await startNginx(port, `gzip on; root ${folder};`);
    proxy = await inProcess({ REMOTE_URL: `http://127.0.0.1:${port}`, ...env });
    return send(proxy.url, { target: '/page.html', headers: { 'accept-encoding': 'gzip' } });
  }

  test('compresses a page of 1.2 MB for the proxy by default, because the request has no Via', async () => {
    const { status, headers, body } = await request({});
    expect([status, headers['content-encoding']]).toEqual([200, 'gzip']);
    expect(body.length).toBeLessThan(12_000);
    expect(gunzipSync(body).toString()).toBe(page);
  });

  test('sends it uncompressed with VIA=on', async () => {
    const { status, headers, body } = await request({ VIA: 'on' });
    expect([status, headers['content-encoding'], body.toString() === page]).toEqual([200, undefined, true]);
  });
});

describe('a loop through nginx', () => {
  /**
   * The proxy forwards to nginx, and nginx to the proxy.
   *
   * @returns the status that the client gets, and how often nginx was passed; after four times nginx ends the loop with
   *   418
   */
  async function loop(lines: string, env: Readonly<Record<string, string>> = {}): Promise<number> {
    const port = await freePort();
    proxy = await inProcess({ REMOTE_URL: `http://127.0.0.1:${port}`, ...env });
    await startNginx(
      port,
      `location / {
        if ($http_x_turns = "++++") { return 418; }
        proxy_set_header X-Turns "$http_x_turns+";
        ${lines}
        proxy_pass ${proxy.url};
      }`,
    );
    return (await send(proxy.url, { target: '/' })).status;
  }

  test('that keeps CDN-Loop, as it does by default, is 508 [H18]', async () => {
    expect(await loop('')).toBe(508);
  });

  test.each([{}, { HOST_HEADER: 'backend' }])(
    'is 508 with VIA=on where nginx drops CDN-Loop and keeps Via, with %j [H18]',
    async (env) => {
      expect(await loop('proxy_set_header CDN-Loop "";', { VIA: 'on', ...env })).toBe(508);
    },
  );

  test('is not found by default where nginx drops CDN-Loop', async () => {
    expect(await loop('proxy_set_header CDN-Loop "";')).toBe(418);
  });

  test('is not found where nginx drops both CDN-Loop and Via', async () => {
    expect(await loop('proxy_set_header CDN-Loop ""; proxy_set_header Via "";', { VIA: 'on' })).toBe(418);
  });
});
