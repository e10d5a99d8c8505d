import { afterEach, describe, expect, test } from '@jest/globals';
import { type App, startNodeApp } from './node-app.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

let app: App;
afterEach(() => app.stop());

/** Logs in by a form that answers with a redirect, and comes back later. */
const logIn: Journey = async (page, site) => {
  await page.goto(site);
  await page.fill('input', 'ada');
  await page.click('button');
  const arrived = `${page.url()} shows ${await page.textContent('h1')}`;
  await page.goto(`${site}/`);
  return [arrived, `later: ${await page.textContent('h1')}`, `believes to be ${await page.textContent('p')}`];
};

describe('A session of Express', () => {
  test('works with trust proxy as it does without the proxy, with a cookie that is secure', async () => {
    app = await startNodeApp('express/app.js', [], { TRUST_PROXY: '1' });
    const direct = await visitDirectly(app.url, logIn);
    expect(direct).toEqual(['[site]/ shows ada', 'later: ada', 'believes to be [site]']);
    const { seen } = await visitThroughProxy(app.url, async (page, site) => {
      const observed = await logIn(page, site);
      await page.goto(`${site}/cookie`);
      const { secure } = JSON.parse((await page.textContent('pre')) ?? '') as { secure: boolean };
      return [...observed, `secure: ${secure}`];
    });
    expect(seen).toEqual([...direct, 'secure: true']);
  });

  test('works where Express was told of no proxy', async () => {
    app = await startNodeApp('express/app.js');
    const { seen } = await visitThroughProxy(app.url, logIn);
    expect(seen.slice(0, 2)).toEqual(['[site]/ shows ada', 'later: ada']);
  });

  test('works where its cookie has a Domain that cannot hold under the public name', async () => {
    app = await startNodeApp('express/app.js', [], { TRUST_PROXY: '1', COOKIE_DOMAIN: 'intra.example' });
    const { seen } = await visitThroughProxy(app.url, logIn);
    expect(seen).toEqual(['[site]/ shows ada', 'later: ada', 'believes to be [site]']);
  });
});
