import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { inProcess, type RunningProxy } from '../helpers/proxies.ts';
import { complaintsOf, launch } from './browser.ts';

describe('a browser in front of the proxy', () => {
  let demo: DemoBackend;
  let proxy: RunningProxy;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    demo = await startDemoBackend();
    proxy = await inProcess({ REMOTE_URL: demo.httpsUrl, FILTERED_PATH: '/closed', APP_NAME: 'Greenhouse' });
    browser = await launch();
    context = await browser.newContext({ baseURL: proxy.url });
    page = await context.newPage();
    problems = complaintsOf(page);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await demo?.close();
  });

  test('the demo site works like its backend, images, style and script included', async () => {
    const response = await page.goto('/');
    expect(response?.status()).toBe(200);
    expect(
      await page
        .locator('img')
        .first()
        .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
    ).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  test('every link of the home page that is not broken on purpose gets a response from the backend', async () => {
    await page.goto('/');
    const links = await page
      .locator('a[href]')
      .evaluateAll((anchors) => anchors.map((a) => a.getAttribute('href') ?? ''));
    expect(links.length).toBeGreaterThan(15);
    for (const link of links.filter(
      (href) => href.startsWith('./') && !/broken|delay|drip|sse|bytes|status/.test(href),
    )) {
      const response = await context.request.get(link, { maxRedirects: 0 });
      expect([link, response.headers()['proxy-status']]).toEqual([link, undefined]);
    }
  });

  test('a form is posted and echoed', async () => {
    await page.goto('/forms/post');
    const field = page.locator('input[type=text], input:not([type]), textarea').first();
    await field.fill('Jürgen & Söhne');
    await page.locator('form button, form input[type=submit]').first().click();
    await page.waitForURL('**/post');
    const echo = JSON.parse(await page.locator('body').innerText());
    expect(Object.values(echo.form)).toContain('Jürgen & Söhne');
  });

  test('cookies are kept and sent back', async () => {
    await page.goto('/cookies/set/flavour/dark');
    expect(page.url()).toBe(`${proxy.url}/cookies`);
    expect(JSON.parse(await page.locator('body').innerText()).cookies).toMatchObject({ flavour: 'dark' });
  });

  test('a redirect to the backend stays on the public address', async () => {
    await page.goto('/absolute-redirect/3');
    expect(page.url()).toBe(`${proxy.url}/get`);
  });

  test('the request dump is a page', async () => {
    await page.goto('/headers?dump_request=y&token=s3cret');
    expect(await page.locator('h1').innerText()).toBe('Request dump');
    expect(await page.content()).not.toContain('s3cret');
  });

  test.each([
    ['/closed', 403, 'Filtered URL.'],
    ['/broken/reset', 502, 'closed the connection'],
    ['/bytes/4800000', 413, 'Payload Too Large'],
  ])('the page for %s says what happened', async (path, status, words) => {
    const response = await page.goto(path);
    expect(response?.status()).toBe(status);
    expect(await page.locator('main').innerText()).toContain(words);
    expect(await page.locator('main').innerText()).toContain('Greenhouse');
    expect(problems.filter((problem) => !problem.includes(path))).toEqual([]);
  });
});
