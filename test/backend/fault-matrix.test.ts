import { afterEach, describe, expect, test } from '@jest/globals';
import { accessLine, expectFailure, expectResponse, handlerFor, invoke } from '../helpers/failures.ts';
import { faults, requests } from '../helpers/faults.ts';
import { httpResponse, type Script, type ScriptedBackend, scriptedBackend } from '../helpers/scripted-backend.ts';

describe('every fault, with every kind of request, on a fresh and on a reused connection, ends as documented [E9-E20 E31 T1-T3]', () => {
  let backend: ScriptedBackend;
  afterEach(() => backend.close());

  const cases = Object.entries(faults).flatMap(([name, fault]) =>
    requests.flatMap((request) =>
      ['fresh', 'reused'].map((state) => ({ name, fault, request, state, method: request.method })),
    ),
  );

  test.each(cases)('$name, $method, $state', async ({ fault, request, state }) => {
    const survived = fault.withoutAByte && state === 'reused' && request.method === 'GET';
    const before: Script[] = state === 'reused' ? [httpResponse('before')] : [];
    const scripts: Script[] = [...before, fault.script, httpResponse('after'), httpResponse('and on')];
    backend = await scriptedBackend(...(scripts as [Script, ...Script[]]));
    const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: fault.documented?.status === 504 ? '0.2' : '5' });
    if (state === 'reused') expectResponse(await invoke(handler), 200, 'before');

    const outcome = await invoke(handler, request);
    if (survived) expectResponse(outcome, 200, 'after');
    else if (fault.documented === undefined) expectResponse(outcome, 200, 'fine');
    else expectFailure(outcome, fault.documented, backend.port);
    expect(accessLine(outcome)).toMatchObject({ backend: { attempts: survived ? 2 : 1 } });

    // An end that follows a response is on its way still; Lambda takes longer than this between two requests.
    if (fault.documented === undefined) await new Promise((resolve) => setTimeout(resolve, 30));
    // The environment is as healthy as before: the next requests get their own responses, in order.
    expectResponse(await invoke(handler, request), 200, survived ? 'and on' : 'after');
    expectResponse(await invoke(handler), 200, 'and on');
    expect(backend.requests).toHaveLength(scripts.length + (survived ? 1 : 0));
  });
});
