import { afterEach, expect, test } from '@jest/globals';
import { type App, startNodeApp } from './node-app.ts';
import { type Journey, visitDirectly, visitThroughProxy } from './visit.ts';

let app: App;
afterEach(() => app.stop());

const talk: Journey = async (page, site) => {
  await page.goto(site);
  await page.waitForFunction('said.textContent !== ""');
  return [(await page.textContent('#said')) ?? ''];
};

test('Socket.IO talks by polling where it cannot by WebSocket', async () => {
  app = await startNodeApp('socket-io/app.js');
  expect((await visitDirectly(app.url, talk))[0]).toMatch(/^grüß dich by /);
  const { seen } = await visitThroughProxy(app.url, talk);
  expect(seen[0]).toBe('grüß dich by polling');
});
