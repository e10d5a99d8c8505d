import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { languageTags } from '../../src/pages/languages.ts';
import { complaintsOf, launch, overflowOf, violationsOn } from './browser.ts';
import { type OwnPages, startOwnPages } from './own-pages.ts';

const themes = ['light', 'dark'] as const;
const widths = [1280, 320] as const;
const kinds = ['waiting', 'filtered', 'broken', 'misconfigured', 'helpful', 'asleep', 'maintenance'] as const;

describe('the proxy’s own pages', () => {
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

  /** Checks a page in every theme and width without a reload: only styles differ. */
  async function inEveryLook(check: (branding: string) => Promise<void>): Promise<void> {
    for (const colorScheme of themes) {
      for (const width of widths) {
        await page.emulateMedia({ colorScheme, forcedColors: 'none' });
        await page.setViewportSize({ width, height: 800 });
        await check(`${colorScheme} ${width}`);
      }
    }
  }

  const open = async (kind: string, language = 'en') => {
    await page.setExtraHTTPHeaders({ 'accept-language': language });
    await page.goto(pages.addresses[kind] ?? '');
  };

  describe.each(languageTags)('in %s', (language) => {
    test.each(kinds)(
      'for %s: axe-core finds nothing and nothing needs scrolling sideways, in light and dark, at 1280 and 320 px [P5 P13]',
      async (kind) => {
        await open(kind, language);
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        await inEveryLook(async (look) => {
          expect([look, await violationsOn(page)]).toEqual([look, []]);
          expect([look, await overflowOf(page)]).toEqual([look, 0]);
        });
        expect(complaints).toEqual([]);
      },
      30_000,
    );
  });

  test('the dump: axe-core finds nothing and only its table scrolls sideways, in light and dark, at 1280 and 320 px [P5]', async () => {
    await open('dump');
    await inEveryLook(async (look) => {
      expect([look, await violationsOn(page)]).toEqual([look, []]);
      expect([look, await overflowOf(page)]).toEqual([look, 0]);
    });
    expect(complaints).toEqual([]);
  }, 30_000);

  test('the dump on a phone has its table as a list: nothing scrolls sideways, and each value says what it is [P5]', async () => {
    await open('dump');
    await page.setViewportSize({ width: 360, height: 800 });
    const table = '.fields';
    expect(
      await page.evaluate(
        `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.scroll'))`,
      ),
    ).toBe(0);
    const label = (nth: number) =>
      page.evaluate(
        `getComputedStyle(document.querySelector('${table} .added td:nth-child(${nth})'), '::before').content`,
      );
    expect([await label(2), await label(3)]).toEqual(['"Received: "', '"To be sent: "']);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await label(2)).toBe('none');
    expect(complaints).toEqual([]);
  }, 30_000);

  test.each([...kinds, 'dump'])(
    '%s is readable in forced colours, and loads nothing but itself [P3 P5]',
    async (kind) => {
      const asked: string[] = [];
      const note = (request: { url(): string; method(): string }) => {
        if (request.method() === 'GET') asked.push(request.url());
      };
      page.on('request', note);
      await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
      await open(kind);
      page.off('request', note);
      expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([pages.addresses[kind]]);
      // The marks have the system's text colour; words and signs repeat them.
      const colours = await page.evaluate(
        "Array.from(document.querySelectorAll('.icon'), (icon) => getComputedStyle(icon).color)",
      );
      expect(colours).toEqual(kind === 'dump' ? [] : Array(3).fill('rgb(0, 0, 0)'));
      await page.emulateMedia({ forcedColors: 'none' });
    },
  );

  test.each([...kinds, 'dump'])('%s is readable at 400 % zoom [P5]', async (kind) => {
    await open(kind);
    // The effect of zoom on a window of 1280 pixels: a quarter of the viewport, four device pixels to one.
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setDeviceMetricsOverride', {
      width: 320,
      height: 256,
      deviceScaleFactor: 4,
      mobile: false,
    });
    expect(await overflowOf(page)).toBe(0);
    const text = await page.locator('main').innerText();
    expect(text.length).toBeGreaterThan(100);
    await session.send('Emulation.clearDeviceMetricsOverride');
    await session.detach();
  });

  test.each(kinds)(
    '%s prints what happened and whom to ask, on one sheet and without its buttons [P5]',
    async (kind) => {
      await open(kind);
      const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
      expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('.button:visible, button:visible, #wait:visible').count()).toBe(0);
      expect(await page.locator('footer dd:visible').count()).toBe(3);
      await page.emulateMedia({ media: null });
    },
  );

  test('a screen reader announces where the route breaks off, in its order [P5]', async () => {
    await open('waiting');
    expect(await page.locator('main').ariaSnapshot()).toMatch(
      /heading "502 Sorry The site behind this address is not running" \[level=1\][\s\S]*list "The route of your request":[\s\S]*You works[\s\S]*Proxy works[\s\S]*Site problem here/,
    );
    await open('filtered', 'ar');
    expect(await page.locator('main').ariaSnapshot()).toMatch(
      /list "مسار طلبك":[\s\S]*أنت يعمل[\s\S]*الوكيل لم يُقبل الطلب[\s\S]*الموقع لم يُتصل به/,
    );
  });

  test('the keyboard reaches every control, and focus is visible [P5]', async () => {
    await open('waiting');
    const seen: string[] = [];
    for (let stop = 0; stop < 3; stop += 1) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      seen.push(await focused.innerText());
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    expect(seen).toEqual(['Try again', 'Open this page on the site itself', 'Pause']);
  });

  test('the theme is that of the system from the first paint on, without a script [P5]', async () => {
    const context = await browser.newContext({ colorScheme: 'dark', javaScriptEnabled: false });
    const dark = await context.newPage();
    await dark.goto(pages.addresses['filtered'] ?? '');
    const session = await context.newCDPSession(dark);
    const { nodeId } = await session.send('DOM.querySelector', {
      nodeId: (await session.send('DOM.getDocument')).root.nodeId,
      selector: 'body',
    });
    await session.send('CSS.enable');
    const { computedStyle } = await session.send('CSS.getComputedStyleForNode', { nodeId });
    expect(computedStyle.find(({ name }) => name === 'background-color')?.value).toBe('rgb(23, 22, 20)');
    await context.close();
  });

  test('a button copies what to quote, beside a page that waits and one that does not [O6]', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    for (const [kind, code] of [
      ['waiting', 'connection_refused'],
      ['filtered', 'path_filtered'],
    ] as const) {
      await open(kind);
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByText('Copied.').waitFor();
      const id = await page.locator('footer dd').nth(1).innerText();
      expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
        new RegExp(`^Failure code: ${code}\nRequest id: ${id}\nTime \\(UTC\\): [-\\d :]+\n$`),
      );
    }
  });

  test('links lead to the start page, the state of the site and help [O6]', async () => {
    await open('helpful');
    const links = page.locator('.links a');
    expect(await links.allInnerTexts()).toEqual(['Go to the start page', 'See the state of the site', 'Get help']);
    await links.first().click();
    expect(await page.locator('h1').innerText()).toBe('Demo backend');
  });

  test('a button copies the command of the dump [D8]', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('dump');
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied.').waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toBe(await page.locator('#curl').textContent());
    expect(copied).toMatch(/^curl --request 'GET' \\\n/);
  });
});
