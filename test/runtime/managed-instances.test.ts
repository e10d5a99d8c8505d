import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { eventFor } from '../helpers/events.ts';
import { bodyText, type Result } from '../helpers/lambda.ts';
import { outcomeOf } from './outcome.ts';
import { type Runtime, startRuntime } from './runtime.ts';

const workers = 3;
const count = 60;

interface Line {
  readonly message: string;
  readonly level: string;
  readonly function_request_id: string;
  readonly cold_start: boolean;
  readonly url: { readonly path: string };
}

const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const rootOf = (index: number) => `1-66f0a1b2-${String(index).padStart(24, '0')}`;
const isSampled = (index: number) => index % 3 === 0;

const accessLines = (runtime: Runtime) =>
  (runtime.logged() as Line[]).filter(({ message, level }) => message === 'request' && level === 'INFO');

describe.each(['index.handler', 'index.streamHandler'])('%s on Lambda Managed Instances', (handler) => {
  let demo: DemoBackend;
  let runtime: Runtime;
  beforeAll(async () => {
    demo = await startDemoBackend();
    runtime = await startRuntime({
      taskRoot: `${process.cwd()}/dist`,
      handler,
      env: {
        REMOTE_URL: demo.httpUrl,
        AWS_LAMBDA_MAX_CONCURRENCY: '64',
        AWS_LAMBDA_NODEJS_WORKER_COUNT: String(workers),
        AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:9',
      },
    });
  });
  afterAll(async () => {
    await runtime?.stop();
    await demo.close();
  });

  async function ask(index: number): Promise<{ headers: Record<string, string>; data: string }> {
    const request = {
      method: 'POST',
      target: `/anything/${index}`,
      headers: { cookie: `who=${index}`, 'content-type': 'text/plain' },
      body: `body ${index}`,
    };
    const outcome = await runtime.invoke(eventFor(request), {
      requestId: idOf(index),
      traceId: `Root=${rootOf(index)};Parent=53995c3f42cd8ad8;Sampled=${isSampled(index) ? 1 : 0}`,
    });
    if (outcome.kind === 'stream') {
      return JSON.parse(Buffer.concat(outcome.chunks.map(({ bytes }) => bytes)).toString('utf8'));
    }
    return JSON.parse(bodyText(JSON.parse(outcomeOf(outcome, 'response').payload.toString('utf8')) as Result));
  }

  test(`${count} requests at once over ${workers} workers each get their own answer, log line and trace`, async () => {
    const responses = await Promise.all(
      Array.from({ length: count }, async (_, index) => ({ index, echo: await ask(index) })),
    );
    for (const { index, echo } of responses) {
      expect([echo.headers['Cookie'], echo.data]).toEqual([`who=${index}`, `body ${index}`]);
      const trace = echo.headers['X-Amzn-Trace-Id'];
      if (isSampled(index)) expect(trace).toMatch(new RegExp(`^Root=${rootOf(index)};Parent=[\\da-f]{16};Sampled=1$`));
      else expect(trace).toBeUndefined();
    }
    // A worker's output goes through the main thread, and may arrive after the answer.
    for (let wait = 0; wait < 250 && accessLines(runtime).length < count; wait += 1) await sleep(20);
    const lines = accessLines(runtime);
    expect(lines).toHaveLength(count);
    for (const line of lines) expect(line.url.path).toBe(`/anything/${Number(line.function_request_id.slice(-12))}`);
    // Each worker loads the function for itself, and has one cold start.
    const cold = lines.filter(({ cold_start }) => cold_start).length;
    expect(cold).toBeGreaterThan(1);
    expect(cold).toBeLessThanOrEqual(workers);
  }, 30_000);
});
