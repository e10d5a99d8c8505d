import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { type App, startNodeApp } from './node-app.ts';
import { type Journey, visitThroughProxy } from './visit.ts';

const project = join(import.meta.dirname, 'sveltekit');
const vite = join(import.meta.dirname, 'node_modules/vite/bin/vite.js');
beforeAll(() => {
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'error'], { cwd: project });
});

let app: App;
afterEach(() => app.stop());

const sign: Journey = async (page, site) => {
  await page.goto(site);
  const believed = await page.textContent('#origin');
  await page.fill('input', 'ada');
  await page.click('button');
  const signed = await page.textContent('#signed');
  await page.click('a');
  return [`${believed}`, `${signed}`, `moved to ${page.url()}`];
};

test('A form of SvelteKit passes its check of Origin with default settings of both, which no other Host would', async () => {
  app = await startNodeApp('sveltekit/build/index.js', [], { HOST: '127.0.0.1' });
  const { seen } = await visitThroughProxy(app.url, sign);
  expect(seen).toEqual(['[site]', 'Signed by ada', 'moved to [site]/']);
});

test('A form of SvelteKit passes under the Host of the backend where SvelteKit reads X-Forwarded-Host', async () => {
  const env = { HOST: '127.0.0.1', HOST_HEADER: 'x-forwarded-host' };
  app = await startNodeApp('sveltekit/build/index.js', [], env);
  const { seen } = await visitThroughProxy(app.url, sign, { HOST_HEADER: 'backend' });
  expect(seen).toEqual(['[site]', 'Signed by ada', 'moved to [site]/']);
});
