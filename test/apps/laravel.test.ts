import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

let folder: string;
let php: ChildProcess;
afterEach(async () => {
  await stop(php);
  await rm(folder, { recursive: true, force: true });
});

/** Laravel under PHP's own server. */
async function startLaravel(env: Readonly<Record<string, string>> = {}): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-laravel-'));
  const port = await freePort();
  const site = join(import.meta.dirname, 'laravel/index.php');
  php = await start('/usr/bin/php', ['-S', `127.0.0.1:${port}`, site], port, { env: { FOLDER: folder, ...env } });
  return `http://127.0.0.1:${port}`;
}

/** Is sent to the log-in form, logs in, reads the home page, and logs out. */
const logIn: Journey = async (page, site) => {
  const seen: string[] = [];
  await page.goto(`${site}/`);
  seen.push(`sent to ${page.url()}`);
  await page.fill('input[name=name]', 'ada');
  await page.click('button');
  seen.push(`${page.url()} shows ${await page.textContent('h1')}`, `url(): ${await page.textContent('p')}`);
  seen.push(`form: ${await page.evaluate('document.forms[0].action')}`);
  return seen;
};

/** Logs in, and out. */
const logInAndOut: Journey = async (page, site) => {
  const seen = await logIn(page, site);
  await page.click('button');
  return [...seen, `logged out to ${page.url()}`];
};

describe('Laravel', () => {
  const complete = [
    'sent to [site]/log-in',
    '[site]/ shows ada',
    'url(): [site]/garden',
    'form: [site]/log-out',
    'logged out to [site]/log-in',
  ];

  test('with TrustProxies logs in by a form with a CSRF token as it does without the proxy', async () => {
    const backend = await startLaravel({ TRUST_PROXIES: '1' });
    expect(await visitDirectly(backend, logInAndOut)).toEqual(complete);
    expect((await visitThroughProxy(backend, logInAndOut)).seen).toEqual(complete);
    // Laravel then reads X-Forwarded-Host before Host.
    expect((await visitThroughProxy(backend, logInAndOut, { HOST_HEADER: 'backend' })).seen).toEqual(complete);
  });

  test('with TrustProxies and a secure session cookie logs in as well', async () => {
    const backend = await startLaravel({ TRUST_PROXIES: '1', SESSION_SECURE_COOKIE: '1' });
    const { seen } = await visitThroughProxy(backend, async (page, site) => {
      const observed = await logInAndOut(page, site);
      const session = (await page.context().cookies()).find(({ name }) => name === 'garden_session');
      return [...observed, `secure: ${session?.secure}`];
    });
    expect(seen).toEqual([...complete, 'secure: true']);
  });

  test('without TrustProxies logs in, and writes http: into its links and forms', async () => {
    const backend = await startLaravel();
    const { seen } = await visitThroughProxy(backend, async (page, site) => {
      // The form leads to http:, where no Function URL listens; the address in the form is put right here.
      await page.addInitScript(
        'addEventListener("submit", ({ target }) => { target.action = target.action.replace("http:", "https:"); })',
      );
      return (await logIn(page, site)).map((line) => line.replaceAll(site.replace('https:', 'http:'), '[http site]'));
    });
    expect(seen).toEqual([
      'sent to [site]/log-in',
      '[site]/ shows ada',
      'url(): [http site]/garden',
      'form: [http site]/log-out',
    ]);
  });
});
