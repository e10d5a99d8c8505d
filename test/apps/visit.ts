import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { browserArguments, executablePath } from '../browser/browser.ts';
import { type Endpoint, publicName, startEndpoint } from './endpoint.ts';

/** One thing that a user saw, in words that do not name the address at which the site stands. */
export type Observation = string;

/** What a user does at a site, step by step, and sees. */
export type Journey = (page: Page, site: string) => Promise<Observation[]>;

async function travel(journey: Journey, site: string, port?: number): Promise<Observation[]> {
  const rules = port === undefined ? [] : [`--host-resolver-rules=MAP ${publicName}:443 127.0.0.1:${port}`];
  const browser = await chromium.launch({ executablePath, args: [...browserArguments, ...rules] });
  try {
    const context: BrowserContext = await browser.newContext({ ignoreHTTPSErrors: true });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const failures: Observation[] = [];
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (response.status() >= 400)
        failures.push(`${response.status()} for ${response.request().method()} ${pathname}`);
    });
    const observed = await journey(page, site);
    return [...observed, ...failures].map((text) => text.replaceAll(site, '[site]'));
  } finally {
    await browser.close();
  }
}

/** What the user saw, and what the proxy logged. */
export interface Visit {
  readonly seen: Observation[];
  readonly log: string;
}

/**
 * Travels straight to an application.
 *
 * @param backend address of the application
 * @param journey what the user does
 */
export const visitDirectly = (backend: string, journey: Journey): Promise<Observation[]> => travel(journey, backend);

/**
 * Travels to an application through the built bundle behind a Function URL.
 *
 * @param backend address of the application
 * @param journey what the user does
 * @param settings settings of the proxy beside REMOTE_URL
 */
export async function visitThroughProxy(
  backend: string,
  journey: Journey,
  settings: Readonly<Record<string, string>> = {},
): Promise<Visit> {
  const endpoint: Endpoint = await startEndpoint({ REMOTE_URL: backend, ...settings });
  try {
    return { seen: await travel(journey, `https://${publicName}`, endpoint.port), log: endpoint.log() };
  } finally {
    await endpoint.close();
  }
}
