import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { asWebFunction, inProcess } from '../helpers/proxies.ts';
import { walk } from '../helpers/walk.ts';

describe("the original's test walk", () => {
  let demo: DemoBackend;
  beforeAll(async () => {
    demo = await startDemoBackend();
  });
  afterAll(() => demo.close());

  const bytesPath = (size: number) => `/bytes/${size}`;

  test(
    'every feature works in front of the demo backend over http',
    () => walk(inProcess, { url: demo.httpUrl, bytesPath }),
    30_000,
  );

  test(
    'every feature works as a Web Function, which has no limit on bodies of its own',
    () => walk(asWebFunction, { url: demo.httpUrl }),
    30_000,
  );

  test(
    'every feature works in front of the demo backend over https with a self-signed certificate',
    () => walk(inProcess, { url: demo.httpsUrl, bytesPath }),
    30_000,
  );
});
