import { afterEach, expect, test } from '@jest/globals';
import { freePort } from '../helpers/free-port.ts';
import { publicName } from './endpoint.ts';
import { type App, startNodeApp } from './node-app.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

const running: App[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
});

/** Comes to the application, is sent to the provider, logs in and consents there, and comes back. */
const logIn: Journey = async (page, site) => {
  await page.goto(site);
  await page.fill('input[name=login]', 'ada');
  await page.fill('input[name=password]', 'any');
  await page.click('button[type=submit]');
  await page.click('button[type=submit]');
  await page.waitForURL(`${site}/`);
  return [`at ${page.url()}: ${await page.textContent('h1')}`];
};

test('The code flow of OpenID Connect comes back to the public address, as it does to the direct one', async () => {
  const port = await freePort();
  const provider = await startNodeApp('oidc/provider.js', [
    `http://127.0.0.1:${port}/callback`,
    `https://${publicName}/callback`,
  ]);
  running.push(provider);
  const client = await startNodeApp('oidc/client.js', [provider.url], {}, port);
  running.push(client);
  const direct = await visitDirectly(client.url, logIn);
  expect(direct).toEqual(['at [site]/: ada']);
  expect((await visitThroughProxy(client.url, logIn)).seen).toEqual(direct);
});
