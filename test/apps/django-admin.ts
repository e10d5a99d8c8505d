import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { start } from '../debian/process.ts';
import type { Journey } from './visit.ts';

/**
 * Starts Django's development server with its admin and one superuser.
 *
 * @param folder for its database
 * @param port of 127.0.0.1
 * @param env variables that switch settings of the site on
 */
export const startAdmin = (folder: string, port: number, env: Record<string, string> = {}): Promise<ChildProcess> =>
  start('/usr/bin/python3', [join(import.meta.dirname, 'django/site.py'), String(port)], port, {
    env: { DATABASE: join(folder, `${port}.sqlite`), ...env },
  });

/** Logs in, adds a user, and logs out. */
export const administer: Journey = async (page, origin) => {
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
