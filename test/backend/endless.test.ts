import { afterEach, describe, expect, test } from '@jest/globals';
import { useAwsLambda } from '../helpers/deliveries.ts';
import { eventFor, fronts } from '../helpers/events.ts';
import { accessLine, expectFailure, expectResponse, handlerFor, invoke, type Outcome } from '../helpers/failures.ts';
import { bodyText, lambdaContext } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import {
  closed,
  httpResponse,
  type Script,
  type ScriptedBackend,
  scriptedBackend,
  send,
} from '../helpers/scripted-backend.ts';
import { invokeStreamed } from '../helpers/streamed-outcome.ts';
import { streamHandlerWith } from '../helpers/streams.ts';

useAwsLambda();

let backend: ScriptedBackend;
afterEach(() => backend.close());

/** Bytes that the backend has got rid of. */
let written: number;

const loadBalancer = fronts.find(({ source }) => source === 'alb');

/** Sends the first bytes, and then these for as long as the connection takes them. */
const endless =
  (first: string, more: string): Script =>
  (socket) => {
    const bytes = Buffer.from(more.repeat(Math.ceil(65_536 / more.length)), 'latin1');
    written = 0;
    const push = () => {
      while (!socket.destroyed) {
        written += bytes.length;
        if (!socket.write(bytes)) return;
      }
    };
    socket.on('drain', push);
    socket.write(first, 'latin1');
    push();
  };

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`;
const malformed = { status: 502, error: 'http_protocol_error', code: 'response_malformed' } as const;
const tooManyFields = {
  status: 502,
  error: 'http_response_header_section_size',
  code: 'response_headers_too_large',
} as const;
const tooLarge = { status: 413, error: 'http_response_body_size', code: 'response_too_large' } as const;

/** Expects the 413 of a body that is too large, which is logged as a warning. */
function expectTooLarge(outcome: Outcome): void {
  const { statusCode, headers } = outcome.result;
  const warning = outcome.lines.find(({ level }) => level === 'WARN');
  expect([statusCode, headers['proxy-status']]).toEqual([tooLarge.status, `lambda-rproxy; error=${tooLarge.error}`]);
  expect(warning).toMatchObject({
    error: { type: tooLarge.code },
    reason: expect.stringMatching(/more than|declares/),
  });
  expect(accessLine(outcome)).toMatchObject({ error: { type: tooLarge.code } });
}

/** A timeout that none of these must reach, and the most that a backend may get rid of meanwhile. */
const settings = { REQUEST_TIMEOUT: '60' };
const mostWritten = 32_000_000;

describe('a backend that never comes to an end', () => {
  test.each([
    ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n', malformed],
    ['102 Processing', 'HTTP/1.1 102 Processing\r\n\r\n', malformed],
    ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n', malformed],
    ['an unregistered 1xx', 'HTTP/1.1 199 Odd\r\n\r\n', malformed],
    ['1xx with large header sections', `HTTP/1.1 103 Early Hints\r\nX-A: ${'a'.repeat(10_000)}\r\n\r\n`, malformed],
    ['empty lines before the response', '\r\n', malformed],
    ['header fields', 'X-A: 1\r\n', tooManyFields],
  ])('is a 502 long before the timeout, and its connection is closed: %s [L9]', async (name, more, documented) => {
    backend = await scriptedBackend(endless(name === 'header fields' ? head : '', more), httpResponse('next'));
    const handler = handlerFor(backend.url, settings);
    expectFailure(await invoke(handler), documented, backend.port);
    await closed(backend.sockets[0]);
    expect(written).toBeLessThan(mostWritten);
    expectResponse(await invoke(handler), 200, 'next');
    expect(backend.connections).toBe(2);
  });

  const bodies = [
    ['trailers', `${chunked}2\r\nok\r\n0\r\n`, 'X-T: 1\r\n', tooManyFields],
    ['one chunk extension', `${chunked}2;`, 'a', malformed],
    ['zeros before a chunk size', chunked, '0', malformed],
    ['a large extension on each chunk of one byte', chunked, `1;${'e'.repeat(10_000)}\r\na\r\n`, malformed],
    ['chunks of one byte', chunked, '1\r\na\r\n', tooLarge],
    ['a body in chunks', chunked, `1000\r\n${'a'.repeat(4096)}\r\n`, tooLarge],
    ['a body up to the end of the connection', `${head}\r\n`, 'a', tooLarge],
    ['a body of a huge declared length', `${head}Content-Length: 9007199254740991\r\n\r\n`, 'a', tooLarge],
  ] as const;

  test.each(bodies)(
    'is refused long before the timeout, and its connection is closed: %s [L9]',
    async (_name, first, more, documented) => {
      backend = await scriptedBackend(endless(first, more), httpResponse('next'));
      // Millions of chunks of one byte take seconds here, with the backend in the same process.
      const quota = more.startsWith('1\r\n') ? { PAYLOAD_QUOTA: '100000' } : {};
      const handler = handlerFor(backend.url, { ...settings, ...quota });
      const outcome = await invoke(handler);
      if (documented === tooLarge) expectTooLarge(outcome);
      else expectFailure(outcome, documented, backend.port);
      await closed(backend.sockets[0]);
      expect(written).toBeLessThan(64_000_000);
      expectResponse(await invoke(handler), 200, 'next');
      expect(backend.connections).toBe(2);
    },
  );

  test.each(bodies.filter(([, , , { code }]) => code !== 'response_too_large'))(
    'ends a streamed response as a failure: %s [L9]',
    async (_name, first, more, { code }) => {
      backend = await scriptedBackend(endless(first, more), httpResponse('next'));
      const handler = streamHandlerWith({ REMOTE_URL: backend.url, ...settings });
      const outcome = await invokeStreamed(handler);
      expect(accessLine(outcome)).toMatchObject({ error: { type: code } });
      expect(outcome.thrown).toBeInstanceOf(Error);
      await closed(backend.sockets[0]);
      expectResponse(await invokeStreamed(handler), 200, 'next');
    },
  );

  test.each([
    ['a body that shrinks in a content coding', `${chunked}`, `10000\r\n${'a'.repeat(65_536)}\r\n`],
    ['such a body up to the end of the connection', `${head}\r\n`, 'all work and no play makes jack a dull boy\n'],
  ])('is a 413 before the timeout, and what is read of it is bounded: %s [L10]', async (_name, first, more) => {
    backend = await scriptedBackend(endless(first, more), httpResponse('next'));
    const handler = handlerFor(backend.url, settings);
    const startedAt = performance.now();
    // A load balancer carries 1 MB, and so the least is compressed here.
    const event = eventFor({ headers: { 'accept-encoding': 'gzip, br' } }, loadBalancer);
    const { value: result, lines } = await logsOf(() => handler(event, lambdaContext()));
    expectTooLarge({ result, lines, took: performance.now() - startedAt });
    await closed(backend.sockets[0]);
    expect(written).toBeLessThan(60_000_000);
  });

  test.each([
    ['a header section', 'HTTP/1.1 200 OK\r\nX-A: ', 'response_timeout', 504],
    ['an informational response every now and then', 'HTTP/1.1 102 Processing\r\n\r\n', 'response_timeout', 504],
  ] as const)('but only drips %s is a 504 at the timeout [L9]', async (_name, bytes, code, status) => {
    const drip: Script = (socket) => {
      socket.write(bytes);
      const timer = setInterval(() => socket.write(bytes.startsWith('HTTP/1.1 1') ? bytes : 'a'), 20);
      socket.once('close', () => clearInterval(timer));
    };
    backend = await scriptedBackend(drip, httpResponse('next'));
    const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: '0.5' });
    expectFailure(await invoke(handler), { status, error: 'http_response_timeout', code }, backend.port);
    await closed(backend.sockets[0]);
    expectResponse(await invoke(handler), 200, 'next');
  });
});

describe('what is unusual, but has an end', () => {
  test.each([
    [
      '100, 102 and 103',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
    ],
    ['a hundred informational responses', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)],
    ['twenty large ones', `HTTP/1.1 103 Early Hints\r\nLink: ${'a'.repeat(10_000)}\r\n\r\n`.repeat(20)],
  ])('%s before the response: it is delivered [R2 L9]', async (_name, informational) => {
    backend = await scriptedBackend(send(`${informational}${head}Content-Length: 2\r\n\r\nok`));
    const handler = handlerFor(backend.url);
    for (const _ of [1, 2]) expectResponse(await invoke(handler), 200, 'ok');
    expect(backend.connections).toBe(1);
  });

  test.each([
    ['one byte', '1\r\na\r\n', 100_000],
    ['one byte with a short extension', '1;n=12345678\r\na\r\n', 50_000],
    [
      'four kilobytes, each with a signature',
      `1000;chunk-signature=${'f'.repeat(64)}\r\n${'a'.repeat(4096)}\r\n`,
      1000,
    ],
  ])('a body in chunks of %s is delivered, buffered and streamed [L9]', async (_name, chunk, count) => {
    backend = await scriptedBackend(send(`${chunked}${chunk.repeat(count)}0\r\n\r\n`));
    const length = (chunk.match(/(a+)\r\n$/)?.[1]?.length ?? 0) * count;
    const buffered = await invoke(handlerFor(backend.url, settings));
    expect(bodyText(buffered.result)).toBe('a'.repeat(length));
    const streamed = await invokeStreamed(streamHandlerWith({ REMOTE_URL: backend.url, ...settings }));
    expect([streamed.thrown, streamed.result.body.length]).toEqual([undefined, length]);
  });
});
