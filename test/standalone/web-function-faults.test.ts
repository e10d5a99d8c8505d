import { afterEach, describe, expect, test } from '@jest/globals';
import { startWebFunctionFront } from '../../src/local/web-function.ts';
import { type Fault, faults, requests } from '../helpers/faults.ts';
import { send } from '../helpers/http-client.ts';
import { httpResponse, type Script, scriptedBackend } from '../helpers/scripted-backend.ts';
import { startTestServer } from '../helpers/web-server.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A Web Function in front of a backend that plays scripts. */
async function start(...scripts: [Script, ...Script[]]) {
  const backend = await scriptedBackend(...scripts);
  cleanUps.push(() => backend.close());
  const env = { REMOTE_URL: backend.url, REQUEST_TIMEOUT: '0.2', AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:0' };
  const server = await startTestServer(env);
  cleanUps.push(() => server.drain());
  const early: string[] = [];
  const onEarlyResponse = (target: string) => early.push(target);
  const front = await startWebFunctionFront({ host: '127.0.0.1', port: server.port }, { onEarlyResponse });
  cleanUps.push(() => front.close());
  return { front, early };
}

describe('every fault, with every kind of request, ends as documented by way of a Web Function [E9-E20 E31 T1-T3]', () => {
  const cases = Object.entries(faults).flatMap(([name, fault]) =>
    requests.map((request) => ({ name, fault: fault as Fault, request, method: request.method })),
  );

  test.each(cases)('$name, $method', async ({ fault, request }) => {
    const { front, early } = await start(httpResponse('before'), fault.script, httpResponse('after'));
    const exchange = () =>
      send(front.url, request).then(
        ({ status, headers, text }) => ({ status, told: headers['proxy-status'], text }),
        () => 'broke off',
      );
    expect(await exchange()).toMatchObject({ status: 200, text: 'before' });
    const outcome = await exchange();
    // A reused connection may have been closed before: a GET is then sent again.
    const survived = fault.withoutAByte && request.method === 'GET';
    if (fault.documented === undefined) expect(outcome).toMatchObject({ status: 200, text: 'fine' });
    else if (survived) expect(outcome).toMatchObject({ status: 200, text: 'after' });
    else if (fault.inBody) expect(outcome).toBe('broke off');
    else {
      const { status, error } = fault.documented;
      expect(outcome).toMatchObject({ status, told: `lambda-rproxy; error=${error}` });
    }
    // An end that follows a response is on its way still.
    if (fault.documented === undefined) await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await exchange()).toMatchObject({ status: 200, text: 'after' });
    expect(early).toEqual([]);
  });
});
