import { afterEach, describe, expect, test } from '@jest/globals';
import { accessLine, expectResponse, handlerFor, invoke } from '../helpers/failures.ts';
import { requests } from '../helpers/faults.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import {
  closed,
  early,
  httpResponse,
  type Script,
  type ScriptedBackend,
  scriptedBackend,
  send,
  silence,
} from '../helpers/scripted-backend.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';

/** What the backend has done when the client disconnects. */
const phases: Readonly<Record<string, Script>> = {
  'before the content is read': early(silence, 'unread'),
  'while the backend is silent': silence,
  'in the header section': send(head),
  'in the body': send(`${head}Content-Length: 9\r\n\r\nhalf`),
  'in a chunk': send(`${head}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf`),
  'in the body, before the content is read': early(send(`${head}Content-Length: 9\r\n\r\nhalf`), 'unread'),
};

describe('a client that disconnects ends the backend request, with every kind of request, on a fresh and on a reused connection', () => {
  let backend: ScriptedBackend;
  afterEach(() => backend.close());

  const kinds = requests.flatMap((request) =>
    ['fresh', 'reused'].map((state) => ({ request, state, method: request.method })),
  );
  const cases = Object.entries(phases).flatMap(([phase, script]) => kinds.map((kind) => ({ phase, script, ...kind })));

  test.each(cases)('$phase, $method, $state', async ({ script, request, state }) => {
    const client = new AbortController();
    const disconnect: Script = Object.assign((socket: Parameters<Script>[0]) => {
      script(socket);
      setTimeout(() => client.abort(), 20);
    }, script);
    const before: Script[] = state === 'reused' ? [httpResponse('before')] : [];
    const scripts: Script[] = [...before, disconnect, httpResponse('after'), httpResponse('and on')];
    backend = await scriptedBackend(...(scripts as [Script, ...Script[]]));
    const handler = handlerFor(backend.url);
    if (state === 'reused') expectResponse(await invoke(handler), 200, 'before');

    const outcome = await invoke(handler, request, Object.assign(lambdaContext(), { clientGone: client.signal }));
    expect(accessLine(outcome)).toMatchObject({ error: { type: 'request_incomplete' }, proxy: { fault: 'client' } });
    // Paused, it would not notice.
    backend.sockets[0]?.resume();
    await closed(backend.sockets[0]);
    expectResponse(await invoke(handler, request), 200, 'after');
    expectResponse(await invoke(handler), 200, 'and on');
    expect(backend.requests).toHaveLength(scripts.length);
  });

  test.each(kinds)('before the request is sent, $method, $state', async ({ request, state }) => {
    backend = await scriptedBackend(httpResponse('fine'));
    const handler = handlerFor(backend.url);
    if (state === 'reused') expectResponse(await invoke(handler), 200, 'fine');
    const { length } = backend.requests;
    const outcome = await invoke(handler, request, Object.assign(lambdaContext(), { clientGone: AbortSignal.abort() }));
    expect(accessLine(outcome)).toMatchObject({ error: { type: 'request_incomplete' } });
    expect(backend.requests).toHaveLength(length);
    expectResponse(await invoke(handler), 200, 'fine');
  });
});
