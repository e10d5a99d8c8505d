import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { publicName } from './endpoint.ts';
import { type App, startNodeApp } from './node-app.ts';
import { type Journey, visitThroughProxy } from './visit.ts';

const project = join(import.meta.dirname, 'astro');
const astro = join(import.meta.dirname, 'node_modules/astro/bin/astro.mjs');
let folder: string;
beforeAll(async () => {
  // Inside the project, because the built server looks for its packages upwards.
  folder = await mkdtemp(join(project, 'dist-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let app: App;
afterEach(() => app.stop());

/** Builds the project and starts its own server. */
async function startAstro(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const out = join(folder, name);
  execFileSync(process.execPath, [astro, 'build'], {
    cwd: project,
    env: { ...process.env, NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1', OUT_DIR: out, ...env },
    stdio: 'pipe',
  });
  app = await startNodeApp(join('astro', out.slice(project.length), 'server/entry.mjs'), [], { HOST: '127.0.0.1' });
  return app.url;
}

const sign: Journey = async (page, site) => {
  await page.goto(site);
  const believed = await page.textContent('#origin');
  await page.fill('input', 'ada');
  await page.click('button');
  const signed = await page.textContent('body');
  await page.goto(site);
  await page.click('a');
  return [`${believed}`, signed?.match(/Signed by ada|Cross-site[^\n]*/)?.[0] ?? `${signed}`, `moved to ${page.url()}`];
};

describe('Astro', () => {
  test('accepts a form whose Origin it checks where security.allowedDomains has the public host', async () => {
    const backend = await startAstro('allowed', { ALLOWED_HOST: publicName });
    const { seen } = await visitThroughProxy(backend, sign);
    expect(seen).toEqual(['[site]', 'Signed by ada', 'moved to [site]/']);
    // Astro reads X-Forwarded-Host before Host.
    expect((await visitThroughProxy(backend, sign, { HOST_HEADER: 'backend' })).seen).toEqual(seen);
  });

  test('without security.allowedDomains refuses the form with 403', async () => {
    const backend = await startAstro('closed', {});
    const { seen } = await visitThroughProxy(backend, sign);
    expect(seen).toContain('403 for POST /');
  });
});
