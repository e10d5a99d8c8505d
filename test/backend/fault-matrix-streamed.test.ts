import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { accessLine, expectFailure, expectResponse, type Outcome } from '../helpers/failures.ts';
import { type Fault, faults, requests } from '../helpers/faults.ts';
import { logsOf } from '../helpers/logs.ts';
import { httpResponse, type Script, type ScriptedBackend, scriptedBackend } from '../helpers/scripted-backend.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';
import { streamedResult } from '../helpers/ways.ts';

let uninstall: () => void;
beforeAll(() => {
  uninstall = installAwsLambda();
});
afterAll(() => uninstall());

interface StreamedOutcome extends Outcome {
  /** What the handler threw. */
  readonly thrown: unknown;
}

/** Invokes the streaming handler as a browser would, and keeps its log. */
async function invoke(
  handler: ReturnType<typeof streamHandlerWith>,
  request: (typeof requests)[number] = { method: 'GET' },
): Promise<StreamedOutcome> {
  const startedAt = performance.now();
  const { value, lines } = await logsOf(async () => {
    const { out, over } = startStream(handler, { ...request, headers: { accept: 'text/html' } });
    const thrown = await over;
    expect(out.killed).toBe(false);
    return { result: streamedResult(out), thrown };
  });
  return { ...value, lines, took: performance.now() - startedAt };
}

/** Expects what came before the fault, and both lines that tell of it: to the client nothing more can be said. */
function expectBreak(outcome: StreamedOutcome, code: string | undefined): void {
  // What Node's parser refuses ends the body at once, and what came in the same packet may be lost with it.
  const bodies = code === 'response_malformed' ? ['half', ''] : ['half'];
  expect(outcome.result.statusCode).toBe(200);
  expect(bodies).toContain(outcome.result.body);
  expect(String(outcome.thrown)).toBe(`BrokenOff: The response broke off: ${code}`);
  const line = outcome.lines.find(({ message }) => message === 'response broke off');
  expect([line?.['error'], accessLine(outcome)['error']]).toMatchObject([{ type: code }, { type: code }]);
}

describe('every fault, with every kind of request, on a fresh and on a reused connection, ends as documented when the answer is streamed [E9-E20 E31 T1-T3]', () => {
  let backend: ScriptedBackend;
  afterEach(() => backend.close());

  const cases = Object.entries(faults).flatMap(([name, fault]) =>
    requests.flatMap((request) =>
      ['fresh', 'reused'].map((state) => ({ name, fault: fault as Fault, request, state, method: request.method })),
    ),
  );

  test.each(cases)('$name, $method, $state', async ({ fault, request, state }) => {
    const survived = fault.withoutAByte && state === 'reused' && request.method === 'GET';
    const before: Script[] = state === 'reused' ? [httpResponse('before')] : [];
    const scripts: Script[] = [...before, fault.script, httpResponse('after'), httpResponse('and on')];
    backend = await scriptedBackend(...(scripts as [Script, ...Script[]]));
    const handler = streamHandlerWith({ REMOTE_URL: backend.url, REQUEST_TIMEOUT: '0.2' });
    if (state === 'reused') expectResponse(await invoke(handler), 200, 'before');

    const outcome = await invoke(handler, request);
    if (survived) expectResponse(outcome, 200, 'after');
    else if (fault.documented === undefined) expectResponse(outcome, 200, 'fine');
    else if (fault.inBody) expectBreak(outcome, fault.documented.code);
    else expectFailure(outcome, fault.documented, backend.port);
    expect(accessLine(outcome)).toMatchObject({ backend: { attempts: survived ? 2 : 1 } });

    // An end that follows an answer is on its way still; Lambda takes longer than this between two requests.
    if (fault.documented === undefined) await new Promise((resolve) => setTimeout(resolve, 30));
    // The environment is as healthy as before: the next requests get their own answers, in order.
    expectResponse(await invoke(handler, request), 200, survived ? 'and on' : 'after');
    expectResponse(await invoke(handler), 200, 'and on');
    expect(backend.requests).toHaveLength(scripts.length + (survived ? 1 : 0));
  });
});
