import { mkdir } from 'node:fs/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { launch } from './browser.ts';
import { startOwnPages } from './own-pages.ts';

/**
 * Takes the pictures of the proxy's pages for the documents. Run it with `npm run screenshots`; on Debian, the fonts come
 * from fonts-noto-core, fonts-noto-mono and fonts-noto-cjk.
 */
const folder = 'docs/screenshots';

type Media = Parameters<Page['emulateMedia']>[0];

const dark = { colorScheme: 'dark' } as const;

/** Name of the picture, kind of page, language, width in pixels, and what else is emulated. */
const pictures: readonly (readonly [name: string, kind: string, language: string, width: number, media?: Media])[] = [
  ['waiting', 'starting', 'en', 1280],
  ['waiting-dark', 'starting', 'en', 1280, dark],
  ['waiting-320', 'starting', 'en', 320],
  ['waiting-arabic-320', 'starting', 'ar', 320, dark],
  ['waiting-forced-colours', 'starting', 'en', 800, { forcedColors: 'active', colorScheme: 'dark' }],
  ['waiting-print', 'starting', 'en', 800, { media: 'print' }],
  ['broken-arabic', 'broken', 'ar', 800],
  ['broken-german-dark', 'broken', 'de', 800, dark],
  ['filtered', 'filtered', 'en', 800],
  ['helpful', 'helpful', 'en', 800],
  ['maintenance', 'maintenance', 'en', 800],
  ['maintenance-german-320', 'maintenance', 'de', 320, dark],
  ['asleep', 'asleep', 'en', 800],
  ['log-in', 'log-in', 'en', 800],
  ['log-in-german-dark', 'log-in', 'de', 800, dark],
  ['log-in-arabic-320', 'log-in', 'ar', 320],
  ['misconfigured-japanese', 'misconfigured', 'ja', 800],
  ['misconfigured-chinese-320', 'misconfigured', 'zh-Hans', 320, dark],
  ['dump', 'dump', 'en', 1280],
  ['dump-dark', 'dump', 'en', 1280, dark],
  ['dump-320', 'dump', 'en', 320],
];

/** Something to hide, and something to remove. */
const shownByTheDump = { authorization: 'Bearer hidden', 'x-real-ip': '203.0.113.99' };

await mkdir(folder, { recursive: true });
const pages = await startOwnPages();
const browser = await launch();
for (const [name, kind, language, width, media] of pictures) {
  const options: BrowserContextOptions = {
    viewport: { width, height: kind !== 'dump' ? 600 : width < 400 ? 2200 : 1000 },
    locale: language,
    extraHTTPHeaders: { 'accept-language': language, ...(kind === 'dump' ? shownByTheDump : {}) },
  };
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.emulateMedia(media ?? {});
  if (kind === 'dump') await context.addCookies([{ name: 'sid', value: 'hidden', url: pages.addresses[kind] ?? '' }]);
  await page.goto(pages.addresses[kind] ?? '');
  // A dump is long; its beginning is enough.
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: kind !== 'dump' });
  await context.close();
}
await browser.close();
await pages.close();
