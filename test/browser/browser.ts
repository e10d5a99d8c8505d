import axe from 'axe-core';
import { type Browser, chromium, type Page, type Request } from 'playwright-core';

/** Debian's Chromium; elsewhere CHROMIUM names another. */
export const executablePath = process.env['CHROMIUM'] || '/usr/bin/chromium';

/** Flags for a container without network: no sandbox as root, and no requests of Chromium itself. */
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
 * Collects the complaints of a page from now on: script errors, failed requests, and violations of its
 * Content-Security-Policy.
 *
 * @param page the page
 */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  // Chromium counts a response without content, whose content nobody read, as aborted.
  const isNoFailure = (request: Request) => request.method() === 'HEAD';
  page.on('requestfailed', (request) => {
    if (!isNoFailure(request)) complaints.push(`${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

/** Returns how many pixels a page overflows sideways. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/**
 * Runs axe-core on a page, with the rules of WCAG 2.0 to 2.2 at level AA and its own best practices.
 *
 * @param page the page; axe bypasses its Content-Security-Policy, which stays in force
 */
export async function violationsOn(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const options = JSON.stringify({ runOnly: tags, resultTypes: ['violations'] });
  const violations = (await page.evaluate(`axe.run(${options}).then(({ violations }) => violations)`)) as axe.Result[];
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
}
