import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { publicName } from './endpoint.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-rails-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let puma: ChildProcess;
afterEach(() => stop(puma));

/** Rails under Puma, in production. */
async function startRails(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const port = await freePort();
  const site = join(import.meta.dirname, 'rails/site.ru');
  puma = await start('/usr/bin/puma', ['--bind', `tcp://127.0.0.1:${port}`, site], port, {
    cwd: folder,
    env: { RAILS_ENV: 'production', RACK_ENV: 'production', ...env },
  });
  return `http://127.0.0.1:${port}`;
}

/** Is sent to the log-in form, logs in, reads the home page, and logs out with a form that stands for DELETE. */
const logIn: Journey = async (page, site) => {
  const seen: string[] = [];
  await page.goto(`${site}/`);
  seen.push(`sent to ${page.url()}`);
  await page.fill('input[name=name]', 'ada');
  await page.click('input[type=submit]');
  seen.push(`${page.url()} shows ${await page.textContent('h1')}`, `root_url: ${await page.textContent('p')}`);
  await page.click('text=Log out');
  seen.push(`logged out to ${page.url()}`);
  return seen;
};

describe('Rails', () => {
  test('logs in and out by forms with CSRF tokens and the check of Origin, as it does without the proxy', async () => {
    const backend = await startRails();
    const direct = await visitDirectly(backend, logIn);
    expect(direct).toEqual([
      'sent to [site]/session/new',
      '[site]/ shows ada',
      'root_url: [site]/',
      'logged out to [site]/session/new',
    ]);
    expect((await visitThroughProxy(backend, logIn)).seen).toEqual(direct);
    // Rails reads X-Forwarded-Host before Host.
    expect((await visitThroughProxy(backend, logIn, { HOST_HEADER: 'backend' })).seen).toEqual(direct);
  });

  test('with force_ssl redirects nothing to itself, and its cookie is secure', async () => {
    const backend = await startRails({ FORCE_SSL: '1', HOSTS: publicName });
    const { seen } = await visitThroughProxy(backend, async (page, site) => {
      const observed = await logIn(page, site);
      const cookies = await page.context().cookies();
      return [...observed, `secure: ${cookies.map(({ secure }) => secure)}`];
    });
    expect(seen).toEqual([
      'sent to [site]/session/new',
      '[site]/ shows ada',
      'root_url: [site]/',
      'logged out to [site]/session/new',
      'secure: true',
    ]);
  });

  test('whose config.hosts lacks the public host refuses with 403', async () => {
    const backend = await startRails({ HOSTS: 'elsewhere.example' });
    const { seen } = await visitThroughProxy(backend, async (page, site) => {
      // Chromium reports an error without a body as a failure of its own.
      await page.goto(`${site}/`).catch(() => undefined);
      return [];
    });
    expect(seen).toContain('403 for GET /');
  });
});
