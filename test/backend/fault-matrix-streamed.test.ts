import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { accessLine, expectFailure, expectResponse } from '../helpers/failures.ts';
import { type Fault, faults, requests } from '../helpers/faults.ts';
import { httpResponse, type Script, type ScriptedBackend, scriptedBackend } from '../helpers/scripted-backend.ts';
import { invokeStreamed, type StreamedOutcome } from '../helpers/streamed-outcome.ts';
import { streamHandlerWith } from '../helpers/streams.ts';

let uninstall: () => void;
beforeAll(() => {
  uninstall = installAwsLambda();
});
afterAll(() => uninstall());

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

describe('every fault, with every kind of request, on a fresh and on a reused connection, ends as documented when the response is streamed [E9-E20 E31 T1-T3]', () => {
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
    const handler = streamHandlerWith({
      REMOTE_URL: backend.url,
      REQUEST_TIMEOUT: fault.documented?.status === 504 ? '0.2' : '5',
    });
    if (state === 'reused') expectResponse(await invokeStreamed(handler), 200, 'before');

    const outcome = await invokeStreamed(handler, request);
    if (survived) expectResponse(outcome, 200, 'after');
    else if (fault.documented === undefined) expectResponse(outcome, 200, 'fine');
    else if (fault.inBody) expectBreak(outcome, fault.documented.code);
    else expectFailure(outcome, fault.documented, backend.port);
    expect(accessLine(outcome)).toMatchObject({ backend: { attempts: survived ? 2 : 1 } });

    // An end that follows a response is on its way still; Lambda takes longer than this between two requests.
    if (fault.documented === undefined) await new Promise((resolve) => setTimeout(resolve, 30));
    // The environment is as healthy as before: the next requests get their own responses, in order.
    expectResponse(await invokeStreamed(handler, request), 200, survived ? 'and on' : 'after');
    expectResponse(await invokeStreamed(handler), 200, 'and on');
    expect(backend.requests).toHaveLength(scripts.length + (survived ? 1 : 0));
  });
});
