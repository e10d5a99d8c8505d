import { afterEach, describe, expect, test } from '@jest/globals';
import type { Backend } from '../helpers/backends.ts';
import { eventFor } from '../helpers/events.ts';
import { accessLine, expectFailure, expectResponse, handlerFor, invoke } from '../helpers/failures.ts';
import {
  hangUp,
  httpResponse,
  reset,
  type Script,
  scriptedBackend,
  send,
  sendAndEnd,
  sendAndReset,
} from '../helpers/scripted-backend.ts';

let backend: Backend;
afterEach(() => backend.close());

const terminated = { status: 502, error: 'connection_terminated', code: 'connection_terminated' } as const;
const methodsOf = (requests: readonly string[]) => requests.map((wire) => wire.split(' ', 1)[0]);

/** Opens a connection with one good exchange, and then has the backend follow the scripts. */
async function afterOneGoodRequest(...scripts: [Script, ...Script[]]) {
  const scripted = await scriptedBackend(httpResponse('first'), ...scripts);
  backend = scripted;
  const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: '1' });
  expectResponse(await invoke(handler), 200, 'first');
  return { handler, scripted };
}

describe('a reused connection that dies without a byte', () => {
  test.each([
    ['GET', 'a reset', reset],
    ['GET', 'an end', hangUp],
    ['HEAD', 'a reset', reset],
    ['HEAD', 'an end', hangUp],
    ['OPTIONS', 'a reset', reset],
    ['OPTIONS', 'an end', hangUp],
  ] satisfies [string, string, Script][])(
    '%s after %s is sent once more on a fresh one [T1]',
    async (method, _how, script) => {
      const { handler, scripted } = await afterOneGoodRequest(script, httpResponse(method === 'HEAD' ? '' : 'second'));
      const outcome = await invoke(handler, { method });
      expectResponse(outcome, 200, method === 'HEAD' ? '' : 'second');
      expect(methodsOf(scripted.requests)).toEqual(['GET', method, method]);
      expect(backend.connections).toBe(2);
      expect(accessLine(outcome)).toMatchObject({ backend: { attempts: 2, reused_socket: false } });
    },
  );

  test('GET takes its body along when it is sent once more [T1]', async () => {
    const { handler, scripted } = await afterOneGoodRequest(reset, httpResponse('second'));
    expectResponse(await invoke(handler, { body: 'a body' }), 200, 'second');
    expect(scripted.requests.map((wire) => wire.endsWith('\r\n\r\na body'))).toEqual([false, true, true]);
  });

  test.each([
    ['POST', reset],
    ['POST', hangUp],
    ['PUT', reset],
    ['PATCH', reset],
    ['DELETE', reset],
    ['PROPFIND', reset],
  ] satisfies [string, Script][])('%s is never sent twice [T2 T3]', async (method, script) => {
    const { handler, scripted } = await afterOneGoodRequest(script, httpResponse('next'));
    const outcome = await invoke(handler, { method });
    expectFailure(outcome, terminated, backend.port);
    expect(accessLine(outcome)).toMatchObject({ backend: { attempts: 1, reused_socket: true } });
    expect(methodsOf(scripted.requests)).toEqual(['GET', method]);
    expectResponse(await invoke(handler, { method }), 200, 'next');
  });

  test('GET is sent once more and no more than that [T1]', async () => {
    const { handler, scripted } = await afterOneGoodRequest(reset, reset, httpResponse('too late'));
    const outcome = await invoke(handler);
    expectFailure(outcome, terminated, backend.port);
    expect(scripted.requests).toHaveLength(3);
    expect(accessLine(outcome)).toMatchObject({ backend: { attempts: 2, reused_socket: false } });
  });

  test('the second attempt is on a fresh connection even when another idle one is at hand [T1]', async () => {
    const served = new WeakSet<object>();
    // The first two connections serve one request each and break at the next.
    const scripted = await scriptedBackend((socket) => {
      if (served.has(socket)) socket.resetAndDestroy();
      else setTimeout(() => httpResponse('fine')(socket), 20);
      served.add(socket);
    });
    backend = scripted;
    const handler = handlerFor(backend.url);
    await Promise.all([handler(eventFor()), handler(eventFor())]);
    expect(backend.connections).toBe(2);
    expectResponse(await invoke(handler), 200, 'fine');
    expect(backend.connections).toBe(3);
  });

  test('both attempts share one deadline [T7]', async () => {
    const { handler, scripted } = await afterOneGoodRequest(
      (socket) => setTimeout(() => socket.resetAndDestroy(), 600),
      (socket) => setTimeout(() => httpResponse('too late')(socket), 700),
    );
    const outcome = await invoke(handler);
    expectFailure(outcome, { status: 504, error: 'http_response_timeout', code: 'response_timeout' }, backend.port);
    expect(scripted.requests).toHaveLength(3);
    expect(outcome.took).toBeLessThan(1250);
  });
});

describe('no second attempt', () => {
  const half = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
  const incomplete = { status: 502, error: 'http_response_incomplete', code: 'response_incomplete' } as const;
  const malformed = { status: 502, error: 'http_protocol_error', code: 'response_malformed' } as const;

  test.each([
    ['when the header section had begun, and a reset followed [T1]', sendAndReset(half), incomplete],
    ['when the header section had begun, and an end followed [T1]', sendAndEnd(half), incomplete],
    ['when an informational response had come [T1]', sendAndEnd('HTTP/1.1 100 Continue\r\n\r\n'), incomplete],
    ['when the body had begun [T1]', sendAndReset(`${half}Content-Length: 9\r\n\r\nhalf`), incomplete],
    ['after a response that is not HTTP [T5]', send('nonsense\r\n\r\n'), malformed],
    [
      'after a timeout [T5]',
      () => undefined,
      { status: 504, error: 'http_response_timeout', code: 'response_timeout' } as const,
    ],
  ] satisfies [string, Script, object][])('%s', async (_name, script, documented) => {
    const { handler, scripted } = await afterOneGoodRequest(script, httpResponse('next'));
    expectFailure(await invoke(handler), documented, backend.port);
    expect(scripted.requests).toHaveLength(2);
    expectResponse(await invoke(handler), 200, 'next');
  });

  test('on a fresh connection, which cannot have been gone before [T1 T4]', async () => {
    const scripted = await scriptedBackend(reset, httpResponse('next'));
    backend = scripted;
    const outcome = await invoke(handlerFor(backend.url));
    expectFailure(outcome, terminated, backend.port);
    expect(accessLine(outcome)).toMatchObject({ backend: { attempts: 1, reused_socket: false } });
    expect(scripted.requests).toHaveLength(1);
  });

  test.each([408, 413, 429, 500, 502, 503, 504, 521])(
    'after status %i, whatever Retry-After says [T5 T6]',
    async (status) => {
      const scripted = await scriptedBackend(
        send(
          `HTTP/1.1 ${status} Later\r\nContent-Type: text/plain\r\nRetry-After: 0\r\nContent-Length: 5\r\n\r\nlater`,
        ),
      );
      backend = scripted;
      for (const method of ['GET', 'PUT'])
        expectResponse(await invoke(handlerFor(backend.url), { method }), status, 'later');
      expect(scripted.requests).toHaveLength(2);
    },
  );
});

describe('connections', () => {
  test('one serves any number of requests [N1]', async () => {
    backend = await scriptedBackend(httpResponse('again'));
    const handler = handlerFor(backend.url);
    for (const method of ['GET', 'POST', 'PUT', 'GET', 'DELETE', 'OPTIONS']) {
      expectResponse(await invoke(handler, { method, body: method === 'GET' ? '' : 'x' }), 200, 'again');
    }
    expect(backend.connections).toBe(1);
  });

  test('one that the backend will close serves no other request', async () => {
    const closing = send(
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
    );
    backend = await scriptedBackend(closing);
    const handler = handlerFor(backend.url);
    for (const _ of [1, 2]) expectResponse(await invoke(handler, { method: 'POST' }), 200, 'ok');
    expect(backend.connections).toBe(2);
  });

  test.each([
    ['an end', 'GET', (socket) => socket.end()],
    ['a reset', 'GET', (socket) => socket.resetAndDestroy()],
    ['an end', 'POST', (socket) => socket.end()],
    ['a reset', 'POST', (socket) => socket.resetAndDestroy()],
  ] satisfies [string, string, Script][])(
    '%s that came while the sandbox was frozen does not fail a %s [N2 T3]',
    async (_how, method, close) => {
      const scripted = await scriptedBackend(httpResponse('first'), httpResponse('second'));
      backend = scripted;
      const handler = handlerFor(backend.url);
      expectResponse(await invoke(handler), 200, 'first');
      // Nothing that this process does lies between the closing and the request, so it cannot have been noticed.
      for (const socket of scripted.sockets) close(socket);
      expectResponse(await invoke(handler, { method }), 200, 'second');
      expect(backend.connections).toBe(2);
      // Seen by looking first: a POST is not sent to a connection that is over, and not sent again.
      if (method === 'POST') expect(methodsOf(scripted.requests)).toEqual(['GET', 'POST']);
    },
  );

  test.each([
    ['NTLM', '401 Unauthorized', 'WWW-Authenticate: NTLM TlRMTVNTUAAC'],
    ['Negotiate among others', '401 Unauthorized', 'WWW-Authenticate: Basic realm="x", Negotiate'],
    ['Negotiate on a line of its own', '401 Unauthorized', 'WWW-Authenticate: Basic\r\nWWW-Authenticate: negotiate'],
    ['Negotiate in a success', '200 OK', 'WWW-Authenticate: Negotiate oYG2'],
  ])('one that a response logs in serves no other request: %s [N3]', async (_name, status, field) => {
    backend = await scriptedBackend(
      send(`HTTP/1.1 ${status}\r\n${field}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno`),
    );
    const handler = handlerFor(backend.url);
    for (const _ of [1, 2, 3]) expectResponse(await invoke(handler), Number(status.slice(0, 3)), 'no');
    expect(backend.connections).toBe(3);
  });

  test.each(['NTLM TlRMTVNTUAAD', 'Negotiate YIIF', 'negotiate YIIF'])(
    'one that a request logs in serves no other request: %s [N3]',
    async (authorization) => {
      backend = await scriptedBackend(httpResponse('fine'));
      const handler = handlerFor(backend.url);
      expectResponse(await invoke(handler), 200, 'fine');
      expectResponse(await invoke(handler, { headers: { authorization } }), 200, 'fine');
      expect(backend.connections).toBe(2);
      expectResponse(await invoke(handler), 200, 'fine');
      // The third went on the first connection and not on the one that was logged in.
      expect(backend.connections).toBe(2);
    },
  );

  test.each(['Basic dXNlcg==', 'Bearer negotiate', 'Digest username="ntlm"'])(
    'one that only the request was logged in on goes on serving: %s [N1 N3]',
    async (authorization) => {
      backend = await scriptedBackend(httpResponse('fine'));
      const handler = handlerFor(backend.url);
      for (const _ of [1, 2]) expectResponse(await invoke(handler, { headers: { authorization } }), 200, 'fine');
      expect(backend.connections).toBe(1);
    },
  );
});
