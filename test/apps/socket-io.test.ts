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

/** Waits, without a word, until the connection has seen so many pings or has ended. */
const keepSilent =
  (pings: number): Journey =>
  async (page, site) => {
    await page.goto(site);
    await page.waitForFunction(`pings >= ${pings} || ended !== ''`);
    return [`ended: ${await page.evaluate('ended')}`];
  };

test('A silent connection of Socket.IO lasts where pingInterval is shorter than REQUEST_TIMEOUT', async () => {
  app = await startNodeApp('socket-io/app.js', [], { PING_INTERVAL: '500' });
  const { seen } = await visitThroughProxy(app.url, keepSilent(8), { REQUEST_TIMEOUT: '3' });
  expect(seen[0]).toBe('ended: ');
  expect(seen).not.toContain('504 for GET /socket.io/');
});

test('A silent connection of Socket.IO ends in 504 where pingInterval is longer than REQUEST_TIMEOUT', async () => {
  app = await startNodeApp('socket-io/app.js');
  const { seen } = await visitThroughProxy(app.url, keepSilent(8), { REQUEST_TIMEOUT: '1' });
  expect(seen[0]).toBe('ended: transport error');
  expect(seen).toContain('504 for GET /socket.io/');
});
