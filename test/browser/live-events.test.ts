import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { npmStart, type Run } from '../helpers/npm-start.ts';
import { launch } from './browser.ts';

let run: Run;
let browser: Browser;
beforeAll(async () => {
  run = npmStart({}, ['--stream']);
  browser = await launch();
}, 30_000);
afterAll(async () => {
  await browser?.close();
  run?.child.kill('SIGTERM');
  await run?.exit;
});

test('npm start -- --stream shows a live event stream: events appear while the stream continues [R36]', async () => {
  const page = await browser.newPage();
  await page.goto(`${await run.url()}/sse.html`);
  const events = page.locator('li');
  await events.nth(1).waitFor();
  // Ten events are sent, half a second apart; a buffered response would show them all together.
  expect(await events.count()).toBeLessThan(9);
  expect(run.output()).not.toMatch(/"path":"\/sse"/);
  await events.nth(9).waitFor();
  await page.close();
}, 30_000);
