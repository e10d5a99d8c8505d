import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { inProcess, type RunningProxy } from '../helpers/proxies.ts';
import { complaintsOf, launch } from './browser.ts';

describe('a demo whose backend was stopped', () => {
  let demo: DemoBackend;
  let proxy: RunningProxy;
  let browser: Browser;
  beforeAll(async () => {
    const story = { frontDoor: 'a Lambda Function URL', streams: false, filteredPath: '/closed' };
    demo = await startDemoBackend({ story });
    proxy = await inProcess({ REMOTE_URL: demo.httpsUrl, WAKE: await demo.startWebhook(), FILTERED_PATH: '/closed' });
    browser = await launch();
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await demo?.close();
  });

  test('is woken by the waiting page, which then opens the site [O7 O9 O15]', async () => {
    const page = await browser.newPage({ baseURL: proxy.url });
    const complaints = complaintsOf(page);
    await page.goto('/');
    await page.getByRole('button', { name: 'Stop the backend' }).click();
    await page.getByRole('link', { name: 'Open the start page' }).click();
    await page.getByText('The site is asleep. This page wakes it').waitFor();
    const stoppedAt = performance.now();
    await page.getByRole('heading', { name: 'What to try' }).waitFor({ timeout: 30_000 });
    // Nobody wakes it: 20 seconds.
    expect(performance.now() - stoppedAt).toBeLessThan(19_000);
    const access = proxy.logged().filter(({ message }) => message === 'request');
    const woken = access.map((line) => (line['proxy'] as { wake?: string }).wake).filter((wake) => wake !== undefined);
    expect(woken[0]).toBe('requested');
    expect(woken.slice(1).every((wake) => wake === 'too_soon')).toBe(true);
    // Resources of the start page that was left while they loaded.
    expect(complaints.filter((complaint) => !complaint.includes('ERR_ABORTED'))).toEqual([]);
  }, 60_000);

  test('is not woken by a page of another site [O10]', async () => {
    const other = http.createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>other</title>'),
    );
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const fresh = await inProcess({ REMOTE_URL: 'http://127.0.0.1:1', WAKE: 'http://127.0.0.1:2/' });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    const send = (options: string) =>
      page.evaluate(`fetch('${fresh.url}/', ${options}).then(() => 'sent', () => 'refused')`);
    expect(await send("{ method: 'HEAD', headers: { 'x-lambda-rproxy-wake': '1' } }")).toBe('refused');
    expect(await send("{ method: 'HEAD', mode: 'no-cors', headers: { 'x-lambda-rproxy-wake': '1' } }")).toBe('sent');
    await page.goto(`${fresh.url}/`);
    const lines = fresh.logged().filter(({ message }) => message === 'request');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.map((line) => (line['proxy'] as { wake?: string }).wake)).toEqual(lines.map(() => undefined));
    await page.close();
    await fresh.close();
    other.close();
  }, 30_000);
});
