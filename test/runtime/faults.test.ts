import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventFor } from '../helpers/events.ts';
import { faults, requests } from '../helpers/faults.ts';
import { bodyText, type Result } from '../helpers/lambda.ts';
import { httpResponse, type Script, type ScriptedBackend, scriptedBackend } from '../helpers/scripted-backend.ts';
import { outcomeOf } from './outcome.ts';
import { type Runtime, startRuntime } from './runtime.ts';

// In the bundle, got's request is another kind of stream than in the sources (build/got-stream.ts).
describe('in the built bundle, too, every fault ends as documented and harms no later request', () => {
  const cases = Object.entries(faults).flatMap(([name, fault]) =>
    requests.map((request) => ({ name, fault, request, method: request.method })),
  );

  let backend: ScriptedBackend;
  let runtime: Runtime;
  beforeAll(async () => {
    const scripts = cases.flatMap(({ fault }) => [fault.script, httpResponse('after')]);
    backend = await scriptedBackend(...([httpResponse('first'), ...scripts] as [Script, ...Script[]]));
    const env = { REMOTE_URL: backend.url, REQUEST_TIMEOUT: '0.2' };
    runtime = await startRuntime({ taskRoot: `${process.cwd()}/dist`, handler: 'index.handler', env });
    expect(await sendRequest()).toMatchObject({ status: 200, body: 'first' });
  });
  afterAll(async () => {
    await runtime.stop();
    await backend.close();
  });

  async function sendRequest(request: Parameters<typeof eventFor>[0] = {}) {
    const { payload } = outcomeOf(await runtime.invoke(eventFor(request)), 'response');
    const result: Result = JSON.parse(payload.toString());
    return { status: result.statusCode, told: result.headers['proxy-status'], body: bodyText(result) };
  }

  test.each(cases)('$name, $method', async ({ fault, request }) => {
    const outcome = await sendRequest(request);
    // A reused connection may have been closed before: a GET is then sent again.
    const survived = fault.withoutAByte && request.method === 'GET';
    if (fault.documented === undefined || survived) {
      expect(outcome).toMatchObject({ status: 200, told: undefined, body: survived ? 'after' : 'fine' });
    } else {
      const { status, error } = fault.documented;
      expect(outcome).toMatchObject({ status, told: `lambda-rproxy; error=${error}` });
    }
    // An end that follows a response is on its way still; Lambda takes longer than this between two requests.
    if (fault.documented === undefined) await new Promise((resolve) => setTimeout(resolve, 30));
    if (!survived) expect(await sendRequest(request)).toMatchObject({ status: 200, body: 'after' });
  });
});
