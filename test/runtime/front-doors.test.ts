import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor, fronts, sourceFor } from '../helpers/events.ts';
import { resultOf } from '../helpers/lambda.ts';
import { outcomeOf } from './outcome.ts';
import { type Runtime, startRuntime } from './runtime.ts';

let backend: Backend;
let size: number;
beforeAll(async () => {
  backend = await httpBackend((_request, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.setHeader('date', 'Sun, 22 Nov 2026 00:00:00 GMT');
    response.setHeader('content-type', 'text/plain').end(Buffer.alloc(size, 'x'));
  });
});
afterAll(() => backend.close());

let runtime: Runtime;
afterEach(() => runtime.stop());

const start = async (handler: string) => {
  runtime = await startRuntime({ taskRoot: `${process.cwd()}/dist`, handler, env: { REMOTE_URL: backend.url } });
};

describe("Under AWS's runtime client", () => {
  test.each(fronts)(
    'the largest answer that $source carries passes, and one byte more is the 413 page [R37 L1]',
    async (front) => {
      await start('index.handler');
      const ask = async (bytes: number) => {
        size = bytes;
        return outcomeOf(await runtime.invoke(eventFor({}, front)), 'response').payload;
      };
      const { maxResponseBytes } = sourceFor(front);
      const shell = (await ask(1000)).length - 1000;
      const largest = await ask(maxResponseBytes - shell);
      expect([largest.length, resultOf(JSON.parse(largest.toString())).statusCode]).toEqual([maxResponseBytes, 200]);
      const refused = resultOf(JSON.parse((await ask(maxResponseBytes - shell + 1)).toString()));
      expect([refused.statusCode, refused.headers['proxy-status']]).toEqual([
        413,
        'lambda-rproxy; error=http_response_body_size',
      ]);
    },
    30_000,
  );

  test.each(fronts)('streamHandler answers $source in the form that it takes', async (front) => {
    await start('index.streamHandler');
    size = 1000;
    const outcome = outcomeOf(await runtime.invoke(eventFor({}, front)), 'stream');
    const bytes = Buffer.concat(outcome.chunks.map(({ bytes }) => bytes));
    const warnings = (runtime.logged() as { message: string }[]).filter(
      ({ message }) => message === 'front door cannot stream',
    );
    if (sourceFor(front).streaming) {
      expect(outcome.contentType).toBe('application/vnd.awslambda.http-integration-response');
      expect(outcome.prelude).toMatchObject({ statusCode: 200, cookies: ['a=1', 'b=2'] });
      expect(bytes).toHaveLength(1000);
      expect(warnings).toHaveLength(0);
    } else {
      expect([outcome.contentType, outcome.prelude]).toEqual(['application/json', undefined]);
      expect(resultOf(JSON.parse(bytes.toString()))).toMatchObject({ statusCode: 200, body: 'x'.repeat(1000) });
      // Once in an environment, and not for each request.
      await runtime.invoke(eventFor({}, front));
      expect(warnings).toHaveLength(1);
    }
  });
});
