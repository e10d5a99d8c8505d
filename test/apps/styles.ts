import type { Page } from 'playwright-core';

/** The setting that has browsers load over https what a page names by http. */
export const upgrade = { RESPONSE_HEADERS: 'Content-Security-Policy: upgrade-insecure-requests' } as const;

/** Returns the style sheets of a page, each with the scheme that the page names and whether its rules can be read. */
export async function stylesOf(page: Page): Promise<string[]> {
  const found = await page.evaluate<string[]>(`[...document.querySelectorAll('link[rel~=stylesheet]')].map((link) => {
    const { protocol } = new URL(link.href);
    try {
      return protocol + (link.sheet.cssRules.length > 0 ? ' loaded' : ' empty');
    } catch {
      return protocol + ' blocked';
    }
  })`);
  return [...new Set(found)].sort();
}
