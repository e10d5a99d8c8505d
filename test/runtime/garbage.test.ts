import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { eventFor } from '../helpers/events.ts';
import { startRuntime } from './runtime.ts';

let demo: DemoBackend;
beforeAll(async () => {
  demo = await startDemoBackend();
});
afterAll(() => demo.close());

/** A garbage collection as V8's --trace-gc tells it. */
const collection = /ms: (?:Scavenge|Mark-Compact) /;

// What outlives them waits for a major one, and makes V8 choose a nursery far larger than a processor's own cache.
test('hardly anything of a request outlives a minor garbage collection', async () => {
  await using runtime = await startRuntime({
    taskRoot: `${process.cwd()}/dist`,
    handler: 'index.handler',
    nodeOptions: ['--trace-gc'],
    env: { REMOTE_URL: demo.httpUrl, POWERTOOLS_LOG_LEVEL: 'ERROR' },
  });
  const event = eventFor({ target: '/bytes/1000' });
  const requests = 4000;
  // V8 has optimised by then what a request runs through; before that everything is otherwise.
  for (let count = 0; count < 3000; count += 1) await runtime.invoke(event);
  runtime.log.length = 0;
  for (let count = 0; count < requests; count += 1) await runtime.invoke(event);
  const collections = runtime.log.filter((line) => collection.test(line));
  expect(collections.length).toBeGreaterThan(5);
  // With some 20 KB of each request among the old objects there are seven and more.
  expect(collections.filter((line) => line.includes('Mark-Compact')).length).toBeLessThan(4);
}, 120_000);
