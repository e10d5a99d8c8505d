import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { inProcess, underRuntime } from '../helpers/proxies.ts';
import { walk } from '../helpers/walk.ts';
import { type DebianBackends, startDebianBackends } from './backends.ts';

describe.each([
  ['the handler in this process', inProcess],
  ["the bundle under AWS's runtime client", underRuntime],
])("the original's test walk, by %s", (_, start) => {
  let backends: DebianBackends;
  beforeAll(async () => {
    backends = await startDebianBackends();
  }, 30_000);
  afterAll(() => backends.close());

  test('every feature but big bodies works in front of httpbin', () => walk(start, backends.httpbin), 120_000);

  test(
    'every feature works in front of nginx with a self-signed certificate',
    () => walk(start, backends.nginx),
    120_000,
  );
});
