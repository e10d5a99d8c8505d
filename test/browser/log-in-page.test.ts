import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { languageTags } from '../../src/pages/languages.ts';
import { logInWords } from '../../src/pages/log-in-words.ts';
import { logInSettings } from '../helpers/log-in-client.ts';
import { inProcess } from '../helpers/proxies.ts';
import { recordingBackend } from '../helpers/recording-backend.ts';
import { complaintsOf, launch, overflowOf, violationsOn } from './browser.ts';
import { type OwnPages, startOwnPages } from './own-pages.ts';

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1280, 320].map((width) => ({ colorScheme, width })),
);

describe('the log-in pages', () => {
  let pages: OwnPages;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    pages = await startOwnPages();
    browser = await launch();
    page = await browser.newPage();
    complaints = complaintsOf(page);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  const open = async (kind: 'log-in' | 'log-out', language = 'en') => {
    await page.setExtraHTTPHeaders({ 'accept-language': language });
    await page.goto(pages.addresses[kind] ?? '');
  };
  const enter = async (password: string) => {
    await page.fill('#username', 'user');
    await page.fill('#password', password);
    await page.click('button');
  };

  async function inEveryLook(): Promise<void> {
    for (const { colorScheme, width } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      expect([colorScheme, width, await violationsOn(page)]).toEqual([colorScheme, width, []]);
      expect([colorScheme, width, await overflowOf(page)]).toEqual([colorScheme, width, 0]);
    }
  }

  test.each(languageTags)(
    'in %s: axe-core finds nothing and nothing needs scrolling sideways, with a message too, in light and dark, at 1280 and 320 px [O30]',
    async (language) => {
      await open('log-in', language);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      await inEveryLook();
      await enter('wrong');
      expect(await page.locator('[role=alert]').innerText()).toBe(logInWords[language]?.problems.wrong);
      await inEveryLook();
      await open('log-out', language);
      await inEveryLook();
      await page.click('button');
      expect(await page.locator('h1').innerText()).toBe(logInWords[language]?.logOut.done);
      await inEveryLook();
      expect(complaints).toEqual([]);
    },
    60_000,
  );

  test('the keyboard logs in, without scripts, and leads to the page [O30]', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`${pages.addresses['log-in']}?x=1`);
    // The browser moves the focus to the first field when it first renders the page, which may be after it loaded.
    await plain.locator('#username:focus').waitFor();
    await plain.keyboard.type('user');
    await plain.keyboard.press('Tab');
    await plain.keyboard.type('passwd');
    const opened = plain.waitForResponse((response) => response.status() === 200);
    await plain.keyboard.press('Enter');
    expect((await opened).url()).toBe(`${pages.addresses['log-in']}?x=1`);
    expect((await context.cookies()).map(({ name }) => name)).toEqual(['__Host-rproxy-log-in']);
    await context.close();
  }, 30_000);

  test('a screen reader announces what is wrong, and which field is for what [O30]', async () => {
    await open('log-in');
    await enter('wrong');
    const snapshot = await page.locator('main').ariaSnapshot();
    expect(snapshot).toMatch(
      /heading "Log in" \[level=1\][\s\S]*alert: The user name or the password is not correct\./,
    );
    expect(snapshot).toMatch(/textbox "User name"[\s\S]*textbox "Password"[\s\S]*button "Log in"/);
  });

  test('a page that redirects to another site is opened all the same [O20]', async () => {
    const other = await recordingBackend((response) =>
      response.setHeader('content-type', 'text/html').end('<h1>Other</h1>'),
    );
    const location = other.url.replace('127.0.0.1', 'localhost');
    const moved = await recordingBackend((response, { headers }) =>
      headers.authorization === undefined
        ? response.writeHead(401, { 'www-authenticate': 'Basic realm="Garden"' }).end()
        : response.writeHead(302, { location }).end(),
    );
    const proxy = await inProcess({ REMOTE_URL: moved.url, ...logInSettings });
    await page.goto(`${proxy.url}/a`);
    await enter('passwd');
    await page.getByText('Other').waitFor();
    // Cookies hold for all ports of a host.
    await page.context().clearCookies();
    await Promise.all([proxy, moved, other].map((each) => each.close()));
  });

  test('the policy lets the form go to this site alone [O30]', async () => {
    await open('log-in');
    const blocked = page.waitForEvent('console', (message) => /form-action/.test(message.text()));
    await page.evaluate("document.forms[0].action = 'http://localhost:1/'; document.forms[0].submit()");
    await blocked;
    expect(page.url()).toBe(pages.addresses['log-in']);
  });
});
