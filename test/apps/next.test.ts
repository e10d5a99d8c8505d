import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';
import { send } from '../helpers/http-client.ts';
import { inProcess } from '../helpers/proxies.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

const project = join(import.meta.dirname, 'next');
const next = join(import.meta.dirname, 'node_modules/next/dist/bin/next');
const env = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const;
beforeAll(() => {
  execFileSync(process.execPath, [next, 'build'], { cwd: project, env: { ...process.env, ...env }, stdio: 'pipe' });
}, 180_000);

let end: () => Promise<void>;
afterEach(() => end());

/** Next's own server of a built project. */
async function startNext(): Promise<string> {
  const port = await freePort();
  const child = await start(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', String(port)], port, {
    cwd: project,
    env,
  });
  end = () => stop(child);
  return `http://127.0.0.1:${port}`;
}

/** Posts a form to a server action, one that redirects, and follows a link and an absolute redirect. */
const sign: Journey = async (page, site) => {
  const seen: string[] = [];
  await page.goto(site, { waitUntil: 'networkidle' });
  await page.fill('input[name=name]', 'ada');
  await page.click('text=Sign');
  seen.push(`${await page.textContent('#signed')}`);
  await page.click('text=Left');
  await page.waitForURL('**/left');
  await page.click('text=Home');
  await page.waitForSelector('#signed');
  await page.click('text=Leave');
  await page.waitForURL('**/left');
  seen.push(`action redirected to ${page.url()}: ${await page.textContent('h1')}`);
  await page.goto(`${site}/moved`);
  seen.push(`moved to ${page.url()}`);
  return seen;
};

/** The same form in a browser without scripts. */
const signWithoutScripts: Journey = async (page, site) => {
  await page.route('**/*.js', (route) => route.abort());
  await page.goto(site);
  await page.fill('input[name=name]', 'ada');
  await page.click('text=Sign');
  return [`${await page.textContent('#signed')}`];
};

describe('Next', () => {
  test('runs server actions, their redirects and those of a route as it does without the proxy', async () => {
    const backend = await startNext();
    const direct = await visitDirectly(backend, sign);
    expect(direct).toEqual(['Signed by ada', 'action redirected to [site]/left: Come back', 'moved to [site]/left']);
    expect((await visitThroughProxy(backend, sign)).seen).toEqual(direct);
    // Next compares Origin with X-Forwarded-Host before Host.
    expect((await visitThroughProxy(backend, sign, { HOST_HEADER: 'backend' })).seen).toEqual(direct);
  });

  test('redirects to localhost where a route builds the URL from request.url, with the proxy and without', async () => {
    const backend = await startNext();
    const location = async (address: string, headers: Record<string, string>) =>
      (await send(address, { target: '/absolute', headers })).headers['location'];
    const localhost = `//localhost:${new URL(backend).port}/left`;
    expect(await location(backend, {})).toBe(`http:${localhost}`);
    const endpoint = await inProcess({ REMOTE_URL: backend });
    try {
      // With X-Forwarded-Proto, Next puts the client's scheme in front of its own name.
      expect(await location(endpoint.url, { 'x-forwarded-proto': 'https' })).toMatch(localhost);
    } finally {
      await endpoint.close();
    }
  });

  test('accepts a form of a browser that runs no scripts', async () => {
    const backend = await startNext();
    expect((await visitThroughProxy(backend, signWithoutScripts)).seen).toEqual(['Signed by ada']);
  });
});
