import http from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { inProcess, type RunningProxy } from '../helpers/proxies.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import { complaintsOf, launch } from './browser.ts';

/** Longer than any pause between two checks. */
const aWhile = 70_000;

describe('the page for a backend that is starting', () => {
  let browser: Browser;
  let proxy: RunningProxy;
  let backendUrl: string;
  let backend: http.Server | undefined;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let probes: number;

  beforeAll(async () => {
    browser = await launch();
    backendUrl = await refusedUrl();
    proxy = await inProcess({ REMOTE_URL: backendUrl, APP_NAME: 'Greenhouse' });
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
  });

  /** Opens a window with a controlled clock and a constant Math.random. */
  const open = async (options: Parameters<Browser['newContext']>[0] = {}, random = '0.5', ownClock = true) => {
    context = await browser.newContext({ baseURL: proxy.url, ...options });
    page = await context.newPage();
    complaints = complaintsOf(page);
    probes = 0;
    page.on('request', (request) => {
      if (request.method() === 'HEAD') probes += 1;
    });
    if (options.javaScriptEnabled === false) return;
    await page.addInitScript(`Math.random = () => ${random}`);
    if (ownClock) await page.clock.install();
  };
  beforeEach(() => {
    backend = undefined;
  });
  afterEach(async () => {
    await context?.close();
    backend?.closeAllConnections();
    await new Promise((resolve) => (backend ? backend.close(resolve) : resolve(undefined)));
  });

  /** Starts the backend, with the given response. */
  const comeUp = (result: http.RequestListener = (_request, response) => response.end('<h1>Open again</h1>')) =>
    new Promise<void>((resolve) => {
      backend = http.createServer((request, response) => {
        response.setHeader('content-type', 'text/html');
        result(request, response);
      });
      backend.listen(Number(new URL(backendUrl).port), '127.0.0.1', resolve);
    });

  const heading = () => page.locator('h1').innerText();
  const countdown = () => page.locator('#wait small').innerText();
  const said = () => page.getByRole('status').innerText();

  /** Returns the seconds to the next check as the page announces them; waits while a check is in progress. */
  const nextPause = async () => {
    await page.getByText(/Next check in \d+ s/).waitFor();
    return Number(/\d+/.exec(await countdown())?.[0]);
  };

  /** Runs the page's clock until the next check, and waits for its result. */
  const runToNextCheck = async () => {
    const response = page.waitForResponse((response) => response.request().method() === 'HEAD');
    await page.clock.runFor(((await nextPause()) + 1) * 1000);
    await response;
  };

  const setHidden = (hidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} });
      document.dispatchEvent(new Event('visibilitychange'))`);

  test('opens the page by itself when the backend responds, fragment and query included [P11]', async () => {
    await open();
    const response = await page.goto('/seeds?sort=new#rare');
    expect(response?.status()).toBe(502);
    expect(await said()).toBe('This page checks by itself whether the site is back, and opens it then.');
    await runToNextCheck();
    expect(await heading()).toContain('is not running');
    await comeUp();
    await page.clock.runFor(((await nextPause()) + 1) * 1000);
    await page.getByText('Open again').waitFor();
    expect(page.url()).toBe(`${proxy.url}/seeds?sort=new#rare`);
    expect(complaints).toEqual([]);
  });

  test('checks at growing intervals, up to a minute, and never immediately [P11]', async () => {
    await open({}, '0.999999');
    await page.goto('/');
    const pauses: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      pauses.push(await nextPause());
      await runToNextCheck();
    }
    expect(pauses).toEqual([3, 5, 9, 17, 33, 61, 61, 61]);
    expect(probes).toBe(8);
  });

  test('checks at random times within these intervals, so that a crowd does not return together [P11]', async () => {
    await open({}, '0');
    await page.goto('/');
    const pauses: number[] = [];
    for (let tries = 0; tries < 4; tries += 1) {
      pauses.push(await nextPause());
      await runToNextCheck();
    }
    expect(pauses).toEqual([1, 1, 1, 1]);
  });

  test('begins with a longer interval after a reload [P11]', async () => {
    await open({}, '0.999999', false);
    await page.goto('/');
    expect(await nextPause()).toBeLessThanOrEqual(3);
    await page.reload();
    expect(await nextPause()).toBeGreaterThan(14);
  });

  test('announces that it began, and nothing while nothing changes [P11]', async () => {
    await open();
    await page.goto('/');
    expect(await page.getByRole('status').getAttribute('aria-live')).toBeNull();
    await page.evaluate(`window.said = 0;
      new MutationObserver((all) => { window.said += all.length; })
        .observe(document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true })`);
    for (let tries = 0; tries < 3; tries += 1) await runToNextCheck();
    await nextPause();
    expect(await page.evaluate('window.said')).toBe(0);
  });

  test('stops while paused, says so, and checks immediately when resumed [P11]', async () => {
    await open();
    await page.goto('/');
    await nextPause();
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.focus();
    await page.keyboard.press('Enter');
    expect(await said()).toBe('Checking is paused.');
    expect(await countdown()).toBe('');
    await comeUp();
    await page.clock.runFor(aWhile);
    expect([probes, await heading()]).toEqual([0, expect.stringContaining('is not running')]);
    await page.keyboard.press('Enter');
    await page.getByText('Open again').waitFor();
  });

  test('stops in a hidden tab, and checks immediately when the tab is visible again [P11]', async () => {
    await open();
    await page.goto('/');
    await nextPause();
    await setHidden(true);
    await comeUp();
    await page.clock.runFor(aWhile);
    expect([probes, await heading()]).toEqual([0, expect.stringContaining('is not running')]);
    await setHidden(false);
    await page.getByText('Open again').waitFor();
  });

  test('stays paused when a hidden tab becomes visible [P11]', async () => {
    await open();
    await page.goto('/');
    await page.getByRole('button', { name: 'Pause' }).click();
    await setHidden(true);
    await setHidden(false);
    await page.clock.runFor(aWhile);
    expect(probes).toBe(0);
  });

  test.each([200, 404, 405, 500, 503])('accepts the backend’s own %d as a response [P11]', async (status) => {
    await open();
    await page.goto('/');
    await comeUp((_request, response) => response.writeHead(status).end('<h1>In its own words</h1>'));
    await page.clock.runFor(((await nextPause()) + 1) * 1000);
    await page.getByText('In its own words').waitFor();
  });

  test('accepts a redirect as a response, and follows it only then [P11]', async () => {
    await open();
    await page.goto('/old');
    await comeUp((request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end();
      else response.end('<h1>Moved here</h1>');
    });
    await page.clock.runFor(((await nextPause()) + 1) * 1000);
    await page.getByText('Moved here').waitFor();
    expect(page.url()).toBe(`${proxy.url}/new`);
  });

  test.each([
    ['the proxy’s other failures', { status: 504, headers: { 'proxy-status': 'lambda-rproxy; error=dns_timeout' } }],
    ['AWS’s own refusals', { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' } }],
  ])('does not accept %s as a response [P11]', async (_, result) => {
    await open();
    await page.goto('/');
    await page.route('**/*', (route) =>
      route.request().method() === 'HEAD' ? route.fulfill(result) : route.continue(),
    );
    await comeUp();
    await runToNextCheck();
    await nextPause();
    expect([probes, await heading()]).toEqual([1, expect.stringContaining('is not running')]);
  });

  test('does not accept a network error as a response [P11]', async () => {
    await open();
    await page.goto('/');
    await context.setOffline(true);
    await page.clock.runFor(((await nextPause()) + 1) * 1000);
    await page.clock.runFor(100);
    await nextPause();
    expect(await heading()).toContain('is not running');
  });

  test('does nothing without scripts, and has a link that tries again [P11]', async () => {
    await open({ javaScriptEnabled: false });
    await page.goto('/seeds?sort=new');
    expect(await page.locator('meta[http-equiv], #wait:visible').count()).toBe(0);
    await comeUp();
    expect(await heading()).toContain('is not running');
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByText('Open again').waitFor();
    expect(page.url()).toBe(`${proxy.url}/seeds?sort=new`);
    expect(probes).toBe(0);
  });

  test('repeats nothing after a form was sent, and says to check before sending it again [P11]', async () => {
    await open();
    const methods: string[] = [];
    await page.route('**/form', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<form method="post" action="/order"><button>Buy</button></form>',
      }),
    );
    await page.goto('/form');
    await page.getByRole('button').click();
    await page.getByText('What you sent may not have arrived.').waitFor();
    page.on('request', (request) => methods.push(request.method()));
    await page.clock.runFor(aWhile);
    expect(methods).toEqual([]);
    expect(await page.locator('main a, #wait').count()).toBe(0);
    expect(await page.locator('main button').allInnerTexts()).toEqual(['Copy']);
  });
});
