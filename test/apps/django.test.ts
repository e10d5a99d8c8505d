import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

const script = join(import.meta.dirname, 'django/site.py');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-django-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let site: ChildProcess;
/** Django's development server with its admin and one superuser. */
async function startDjango(env: Record<string, string> = {}): Promise<string> {
  const port = await freePort();
  site = await start('/usr/bin/python3', [script, String(port)], port, {
    env: { DATABASE: join(folder, `${port}.sqlite`), ...env },
  });
  return `http://127.0.0.1:${port}`;
}

/** Logs in, adds a user, and logs out. */
const administer: Journey = async (page, origin) => {
  const seen: string[] = [];
  await page.goto(`${origin}/admin/auth/user/`);
  seen.push(`log-in page at ${page.url()}: ${await page.title()}`);
  await page.fill('#id_username', 'root');
  await page.fill('#id_password', 'correct horse');
  await page.click('input[type=submit]');
  seen.push(`after log-in at ${page.url()}: ${await page.title()}`);
  await page.click('.object-tools a.addlink');
  await page.fill('#id_username', `visitor${Date.now()}`);
  await page.fill('#id_password1', 'battery staple');
  await page.fill('#id_password2', 'battery staple');
  await page.click('input[name=_save]');
  seen.push(`after saving: ${(await page.textContent('.messagelist'))?.replace(/visitor\d+/, 'visitor').trim()}`);
  seen.push(
    `cookies: ${(await page.context().cookies()).map(({ name, domain }) => `${name} ${domain === new URL(origin).hostname}`).sort()}`,
  );
  await page.goto(`${origin}/admin/logout/`);
  seen.push(`logged out: ${await page.textContent('#content h1')}`);
  return seen;
};

describe("Django's admin in front of the proxy's users", () => {
  test('works with default settings of both, as it does without the proxy', async () => {
    const backend = await startDjango();
    try {
      const direct = await visitDirectly(backend, administer);
      expect(direct).toContain('logged out: Logged out');
      expect((await visitThroughProxy(backend, administer)).seen).toEqual(direct);
    } finally {
      await stop(site);
    }
  });

  test('works with SECURE_PROXY_SSL_HEADER and secure cookies', async () => {
    const backend = await startDjango({ BEHIND_TLS: '1' });
    try {
      const { seen } = await visitThroughProxy(backend, administer);
      expect(seen).toContain('logged out: Logged out');
      expect(seen.filter((line) => /^[45]\d\d /.test(line))).toEqual([]);
    } finally {
      await stop(site);
    }
  });
});
