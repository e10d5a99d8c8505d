import { type ChildProcess, execFileSync } from 'node:child_process';
import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { stylesOf, upgrade } from './styles.ts';
import { type Journey, visitThroughProxy } from './visit.ts';

/** The line that WordPress's manual has for a proxy that ends TLS. */
const forwardedProto = "if (($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https') $_SERVER['HTTPS'] = 'on';";

/** WordPress's configuration. */
const configuration = (databasePort: number, prefix: string, proto: string) => `<?php
${proto}
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', '127.0.0.1:${databasePort}');
define('DB_CHARSET', 'utf8mb4');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = '${prefix}';
define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`;

let folder: string;
const servers: ChildProcess[] = [];
let site: string;
let unaware: string;

/** Starts a WordPress of its own tables; returns its address. */
async function startWordPress(databasePort: number, prefix: string, proto: string): Promise<string> {
  const documents = join(folder, prefix);
  const port = await freePort();
  await cp('/usr/share/wordpress', documents, { recursive: true, dereference: true });
  await writeFile(join(documents, 'wp-config.php'), configuration(databasePort, prefix, proto));
  servers.push(
    await start('php', ['-S', `127.0.0.1:${port}`, '-t', documents], port, { env: { PHP_CLI_SERVER_WORKERS: '4' } }),
  );
  return `http://127.0.0.1:${port}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-wordpress-'));
  // MariaDB will not run as root, and makes its files itself.
  await chmod(folder, 0o777);
  const data = join(folder, 'database');
  execFileSync('mariadb-install-db', [
    '--no-defaults',
    '--user=mysql',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const databasePort = await freePort();
  const database = await start(
    'mariadbd',
    [
      '--no-defaults',
      '--user=mysql',
      `--datadir=${data}`,
      `--socket=${folder}/database.sock`,
      `--pid-file=${folder}/database.pid`,
      '--bind-address=127.0.0.1',
      `--port=${databasePort}`,
      '--innodb-flush-log-at-trx-commit=0',
    ],
    databasePort,
  );
  servers.push(database);
  execFileSync('mariadb', [
    '--no-defaults',
    '--host=127.0.0.1',
    `--port=${databasePort}`,
    '--user=root',
    '--execute=CREATE DATABASE wordpress',
  ]);
  site = await startWordPress(databasePort, 'wp_', forwardedProto);
  unaware = await startWordPress(databasePort, 'plain_', '');
}, 60_000);
afterAll(async () => {
  await Promise.all(servers.map(stop));
  await rm(folder, { recursive: true, force: true });
});

/** Installs WordPress; returns the heading of the last page. */
async function install(page: Page, origin: string): Promise<string | null> {
  await page.goto(`${origin}/wp-admin/install.php?step=1&language=en_US`);
  await page.fill('#weblog_title', 'Greenhouse');
  await page.fill('#user_login', 'ada');
  await page.fill('#pass1', 'correct horse battery staple');
  await page.fill('#admin_email', 'ada@example.org');
  await page.click('#submit');
  await page.waitForSelector('.step a');
  return page.textContent('h1');
}

/** Installs WordPress, logs in, writes a post, reads it, and comments on it. */
const blog: Journey = async (page, origin) => {
  const seen = [`installed: ${await install(page, origin)}`];
  await page.goto(`${origin}/wp-login.php`);
  await page.fill('#user_login', 'ada');
  await page.fill('#user_pass', 'correct horse battery staple');
  await page.click('#wp-submit');
  await page.waitForSelector('#wpadminbar');
  seen.push(`logged in at ${page.url()}`);
  const nonce = await page.evaluate('fetch("/wp-admin/admin-ajax.php?action=rest-nonce").then((r) => r.text())');
  const post = `fetch("/index.php?rest_route=/wp/v2/posts", { method: "POST", headers: { "content-type": "application/json", "x-wp-nonce": ${JSON.stringify(nonce)} }, body: JSON.stringify({ title: "Grüße", content: "First frost.", status: "publish" }) }).then((r) => r.json()).then(({ link }) => link)`;
  const link = String(await page.evaluate(post));
  seen.push(`posted: ${link.replace(/\d+$/, 'N')}`);
  await page.goto(link);
  seen.push(`reads: ${await page.textContent('h1')}`);
  await page.fill('#comment', 'A cold one.');
  await page.click('#submit');
  await page.waitForSelector('.wp-block-comment-content, .comment-content');
  seen.push(`comment shown at the public address: ${page.url().startsWith(`${origin}/`)}`);
  // Everything that the page names is at the address under which it was asked for.
  const foreign = await page.evaluate(
    `[...document.querySelectorAll('link[href],script[src],img[src],a[href],form[action]')].map((e) => e.href || e.src || e.action).filter((url) => /127\\.0\\.0\\.1|^http:\\/\\//.test(String(url)) && !String(url).startsWith(${JSON.stringify(origin)}) && !/wordpress\\.org|gravatar/.test(String(url)))`,
  );
  seen.push(`addresses elsewhere: ${JSON.stringify(foreign)}`);
  return seen;
};

test('WordPress is installed, logged in to, written and commented under the public address', async () => {
  const { seen } = await visitThroughProxy(site, blog);
  expect(seen).toEqual([
    'installed: Success!',
    'logged in at [site]/wp-admin/',
    'posted: [site]/?p=N',
    'reads: Grüße',
    'comment shown at the public address: true',
    'addresses elsewhere: []',
  ]);
});

test('WordPress that does not know of https has its styles with upgrade-insecure-requests, and not without', async () => {
  const begin: Journey = async (page, origin) => [`installed: ${await install(page, origin)}`];
  const logIn: Journey = async (page, origin) => {
    await page.goto(`${origin}/wp-login.php`);
    return stylesOf(page);
  };
  expect((await visitThroughProxy(unaware, begin, upgrade)).seen).toEqual(['installed: Success!']);
  expect((await visitThroughProxy(unaware, logIn)).seen).toEqual(['http: blocked']);
  expect((await visitThroughProxy(unaware, logIn, upgrade)).seen).toEqual(['http: loaded']);
}, 60_000);
