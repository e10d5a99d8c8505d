import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { createCertificate } from '../../src/local/demo/certificate.ts';
import { freePort } from '../helpers/free-port.ts';
import { inProcess } from '../helpers/proxies.ts';
import { browserArguments, executablePath } from './browser.ts';

/** A name that is no exception to the rules for mixed content, as localhost is. */
const host = 'site.example';

const cleanUps: (() => unknown)[] = [];

/** TLS in front of a proxy, as AWS's front doors have it. */
async function behindTls(url: string): Promise<number> {
  const { key, cert } = await createCertificate();
  const server = createServer({ key, cert }, (socket) => {
    const inner = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => inner.destroy()).pipe(inner);
    inner.on('error', () => socket.destroy()).pipe(socket);
    socket.on('close', () => inner.destroy());
    cleanUps.push(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('a page whose application believes that it is reached by http', () => {
  let browser: Browser;
  let folder: string;
  let nginxPort: number;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: [...browserArguments, `--host-resolver-rules=MAP ${host} 127.0.0.1`],
    });
    folder = await mkdtemp(join(tmpdir(), 'nginx-'));
    // Its workers run as another user.
    await chmod(folder, 0o755);
    nginxPort = await freePort();
    await writeFile(join(folder, 'style.css'), 'h1 { color: rgb(0, 128, 0); }');
    await writeFile(join(folder, 'script.js'), 'document.title = "The script has run";');
    // As WordPress and others do: absolute addresses by the Host and a fixed scheme.
    await writeFile(
      join(folder, 'index.html'),
      '<!doctype html><title>No script</title><link rel="stylesheet" href="http://HOST/style.css"><h1>Page</h1><script src="http://HOST/script.js"></script>',
    );
    await writeFile(
      join(folder, 'nginx.conf'),
      `daemon off; pid ${folder}/pid; error_log stderr; worker_processes 1; events {}
http { access_log off; types { text/html html; text/css css; text/javascript js; }
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${nginxPort}; root ${folder}; sub_filter_once off; sub_filter HOST $http_x_test_authority; } }`,
    );
    const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
    const failed = once(nginx, 'error').then(([error]) => {
      throw error;
    });
    cleanUps.push(() => nginx.kill());
    const listening = async () => {
      while (!(await fetch(`http://127.0.0.1:${nginxPort}/`).then(Boolean, () => false))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await Promise.race([listening(), failed]);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
    await rm(folder, { recursive: true });
  });

  /** Opens the page through a proxy, and returns its title, and the colour of its heading. */
  async function seen(env: Record<string, string>) {
    const proxy = await inProcess({ REMOTE_URL: `http://127.0.0.1:${nginxPort}`, ...env });
    cleanUps.push(() => proxy.close());
    const port = await behindTls(proxy.url);
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      extraHTTPHeaders: { 'x-test-authority': `${host}:${port}` },
    });
    const page = await context.newPage();
    await page.goto(`https://${host}:${port}/`);
    const colour = await page.evaluate("getComputedStyle(document.querySelector('h1')).color");
    const title = await page.title();
    await context.close();
    return [title, colour];
  }

  test('is blocked in part, and whole with one line in RESPONSE_HEADERS [O14]', async () => {
    expect(await seen({})).toEqual(['No script', 'rgb(0, 0, 0)']);
    const RESPONSE_HEADERS = 'Content-Security-Policy: upgrade-insecure-requests';
    expect(await seen({ RESPONSE_HEADERS })).toEqual(['The script has run', 'rgb(0, 128, 0)']);
  }, 30_000);
});
