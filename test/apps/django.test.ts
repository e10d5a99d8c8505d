import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { administer, startAdmin } from './django-admin.ts';
import { visitDirectly, visitThroughProxy } from './visit.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-django-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let site: ChildProcess;
/** Django's development server with its admin and one superuser. */
async function startDjango(env: Record<string, string> = {}): Promise<string> {
  const port = await freePort();
  site = await startAdmin(folder, port, env);
  return `http://127.0.0.1:${port}`;
}

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
