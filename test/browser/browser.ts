import axe from 'axe-core';
import { type Browser, chromium, type Page, type Request } from 'playwright-core';

/** Debian's Chromium; elsewhere CHROMIUM names another. */
export const executablePath = process.env['CHROMIUM'] || '/usr/bin/chromium';

/** Flags for a container without network: no sandbox as root, and none of Chromium's own calls to its makers. */
export const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser. */
export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: browserArguments });

/**
 * What a page complains of from now on: errors of scripts, requests that failed, and whatever its
 * Content-Security-Policy refused.
 *
 * @param page the page
 */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  // Chromium counts an answer without content, whose content nobody read, as broken off.
  const isNoFailure = (request: Request) => request.method() === 'HEAD';
  page.on('requestfailed', (request) => {
    if (!isNoFailure(request)) complaints.push(`${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

/** How many pixels of a page are only reached by scrolling sideways. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/**
 * What axe-core finds on a page, by the rules of WCAG 2.0 to 2.2 at level AA and its own best practices.
 *
 * @param page the page; axe comes in past its Content-Security-Policy, which stays in force
 */
export async function violationsOn(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const options = JSON.stringify({ runOnly: tags, resultTypes: ['violations'] });
  const violations = (await page.evaluate(`axe.run(${options}).then(({ violations }) => violations)`)) as axe.Result[];
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
}
