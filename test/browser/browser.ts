import { mkdir } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium; elsewhere CHROMIUM names another. */
const executablePath = process.env['CHROMIUM'] || '/usr/bin/chromium';

/** Flags for a container without network: no sandbox as root, and none of Chromium's own calls to its makers. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser. */
export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args });

/** Keeps a picture of a page where a person can look at it: test/browser/screenshots, which git ignores. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = 'test/browser/screenshots';
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
