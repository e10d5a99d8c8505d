import { afterEach, describe, expect, test } from '@jest/globals';
import { type Backend, rawBackend } from '../helpers/backends.ts';
import { expectFailure, expectResponse, failureLine, handlerFor, invoke } from '../helpers/failures.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import { httpResponse, type Script, scriptedBackend, send } from '../helpers/scripted-backend.ts';

let backend: Backend;
afterEach(() => backend.close());

const silent = { status: 504, error: 'http_response_timeout', code: 'response_timeout' } as const;
const stalled = { status: 504, error: 'connection_read_timeout', code: 'response_stalled' } as const;

/** Time that Lambda needs between the response and its own deadline. */
const margin = 500;

/** Sends this again and again, so that no pause is ever long. */
const drip =
  (head: string, bytes: string): Script =>
  (socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(bytes), 20);
    socket.once('close', () => clearInterval(timer));
  };

describe('the deadline', () => {
  test('is REQUEST_TIMEOUT when Lambda leaves more than that [E12]', async () => {
    backend = await scriptedBackend(() => undefined);
    const outcome = await invoke(handlerFor(backend.url, { REQUEST_TIMEOUT: '0.25' }), {}, lambdaContext(10_000));
    expectFailure(outcome, silent, backend.port);
    expect(outcome.took).toBeGreaterThan(240);
    expect(outcome.took).toBeLessThan(1500);
  });

  test('is the time that Lambda leaves, less a margin, when REQUEST_TIMEOUT is longer [E12]', async () => {
    backend = await scriptedBackend(() => undefined);
    const outcome = await invoke(handlerFor(backend.url, { REQUEST_TIMEOUT: '800' }), {}, lambdaContext(margin + 300));
    expectFailure(outcome, silent, backend.port);
    expect(outcome.took).toBeGreaterThan(250);
    // The response is there before Lambda would end the invocation.
    expect(outcome.took).toBeLessThan(margin + 300);
  });

  test.each([margin, margin - 1, 1, 0, -100])(
    'leaves no time to call the backend when Lambda has %i ms left, and is still a response [E12]',
    async (remaining) => {
      backend = await scriptedBackend(httpResponse('not sent'));
      const outcome = await invoke(handlerFor(backend.url), {}, lambdaContext(remaining));
      expectFailure(outcome, silent, backend.port);
      expect(failureLine(outcome)['remedy']).toMatch(/timeout/);
      expect(backend.connections).toBe(0);
    },
  );

  test.each([
    ['a body that drips', 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n', 'x', stalled],
    ['a chunked body that drips', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n', stalled],
    ['a header section that drips', 'HTTP/1.1 200 OK\r\nX-A: ', 'x', silent],
    ['informational responses that drip', '', 'HTTP/1.1 103 Early Hints\r\n\r\n', silent],
    [
      'an endless body that is no stream of events [R36]',
      'HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n',
      'data: x\n\n',
      stalled,
    ],
  ])('also ends %s [E12 L6]', async (_name, head, bytes, documented) => {
    backend = await scriptedBackend(drip(head, bytes), httpResponse('next'));
    const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: '0.3' });
    const outcome = await invoke(handler);
    expectFailure(outcome, documented, backend.port);
    expect(outcome.took).toBeLessThan(1500);
    expectResponse(await invoke(handler), 200, 'next');
  });

  test('also ends a request that the backend never reads [E12]', async () => {
    backend = await rawBackend((socket) => socket.pause());
    const body = Buffer.alloc(24 << 20, 'x');
    const outcome = await invoke(handlerFor(backend.url, { REQUEST_TIMEOUT: '0.3' }), { method: 'POST', body });
    expectFailure(outcome, silent, backend.port);
    expect(outcome.took).toBeLessThan(2500);
  });

  test('does not reach into the next request [T7]', async () => {
    backend = await scriptedBackend(httpResponse('first'), (socket) =>
      setTimeout(() => httpResponse('second')(socket), 250),
    );
    const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: '0.4' });
    expectResponse(await invoke(handler), 200, 'first');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expectResponse(await invoke(handler), 200, 'second');
  });

  test('leaves a response alone that came in time', async () => {
    backend = await scriptedBackend((socket) => {
      setTimeout(
        () => send('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nin ')(socket),
        100,
      );
      setTimeout(() => socket.write('t'), 200);
    });
    expectResponse(await invoke(handlerFor(backend.url, { REQUEST_TIMEOUT: '1.5' })), 200, 'in t');
  });
});
