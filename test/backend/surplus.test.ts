import { afterEach, describe, expect, test } from '@jest/globals';
import { createCertificate } from '../../src/local/demo/certificate.ts';
import { secureBackend } from '../helpers/backends.ts';
import { deliveries, useAwsLambda } from '../helpers/deliveries.ts';
import { expectResponse, handlerFor, invoke } from '../helpers/failures.ts';
import {
  closed,
  httpResponse,
  type Script,
  type ScriptedBackend,
  scriptedBackend,
  send,
} from '../helpers/scripted-backend.ts';

useAwsLambda();

let backend: ScriptedBackend;
afterEach(() => backend.close());

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
const whole = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nevil';
const long = 'o'.repeat(100_000);

/** Complete responses, what a client gets of each, and what the backend sends behind them in the same segment. */
const cases: readonly [name: string, bytes: string, surplus: string, status: number, body: string][] = [
  ['more than the declared length', `${head}Content-Length: 2\r\n\r\nok`, 'ay', 200, 'ok'],
  ['one line break too many', `${head}Content-Length: 2\r\n\r\nok`, '\r\n', 200, 'ok'],
  ['another response', `${head}Content-Length: 2\r\n\r\nok`, whole, 200, 'ok'],
  ['two other responses', `${head}Content-Length: 2\r\n\r\nok`, whole + whole, 200, 'ok'],
  ['an informational response', `${head}Content-Length: 2\r\n\r\nok`, 'HTTP/1.1 103 Early Hints\r\n\r\n', 200, 'ok'],
  [
    'a switch of protocols',
    `${head}Content-Length: 2\r\n\r\nok`,
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    200,
    'ok',
  ],
  ['the start of another response', `${head}Content-Length: 2\r\n\r\nok`, 'HTTP/1.1 2', 200, 'ok'],
  ['bytes that are no text', `${head}Content-Length: 2\r\n\r\nok`, '\0\xff\x16\x03', 200, 'ok'],
  ['a large surplus', `${head}Content-Length: 2\r\n\r\nok`, 'x'.repeat(200_000), 200, 'ok'],
  ['a large response and a surplus', `${head}Content-Length: ${long.length}\r\n\r\n${long}`, 'x', 200, long],
  [
    'a large response and the start of another',
    `${head}Content-Length: ${long.length}\r\n\r\n${long}`,
    'HTTP/1.1 2',
    200,
    long,
  ],
  [
    'the start of another response behind the last chunk',
    `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    'HTTP/1.1 2',
    200,
    'ok',
  ],
  ['a surplus behind Connection: close', `${head}Connection: close\r\nContent-Length: 2\r\n\r\nok`, 'ay', 200, 'ok'],
  ['a response behind Connection: close', `${head}Connection: close\r\nContent-Length: 2\r\n\r\nok`, whole, 200, 'ok'],
  [
    'a surplus in HTTP/1.0',
    `HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok`,
    'ay',
    200,
    'ok',
  ],
  ['bytes behind the last chunk', `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`, 'ay', 200, 'ok'],
  [
    'a chunk behind the last chunk',
    `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    '2\r\nay\r\n0\r\n\r\n',
    200,
    'ok',
  ],
  [
    'a response behind the trailers',
    `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n`,
    whole,
    200,
    'ok',
  ],
  [
    'a page behind a redirect of length 0',
    'HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n',
    '<html>moved</html>',
    302,
    '',
  ],
  [
    'a page behind a chunked redirect without content',
    'HTTP/1.1 302 Found\r\nLocation: /next\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    '<html>moved</html>',
    302,
    '',
  ],
  [
    'a page behind an error of length 0',
    'HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n',
    '<html>oops</html>',
    500,
    '',
  ],
];

describe.each(Object.entries(deliveries))('a complete response with bytes behind its end, %s', (_delivery, open) => {
  for (const state of ['fresh', 'reused']) {
    test.each(cases)(
      `is delivered as declared on a ${state} connection, which is closed; the surplus reaches nobody: %s [X5]`,
      async (_name, bytes, surplus, status, body) => {
        const before: Script[] = state === 'reused' ? [httpResponse('before')] : [];
        const scripts = [...before, send(bytes + surplus), httpResponse('next'), httpResponse('and on')];
        backend = await scriptedBackend(...(scripts as [Script, ...Script[]]));
        const request = open(backend.url);
        if (state === 'reused') expectResponse(await request(), 200, 'before');
        expectResponse(await request(), status, body);
        expectResponse(await request(), 200, 'next');
        expectResponse(await request(), 200, 'and on');
        expect(backend.connections).toBe(2);
      },
    );
  }

  test.each(['POST', 'PUT'])('is delivered to a %s as well [X5]', async (method) => {
    backend = await scriptedBackend(send(`${head}Content-Length: 2\r\n\r\nokay`), httpResponse('next'));
    const request = open(backend.url);
    expectResponse(await request({ method, body: 'content' }), 200, 'ok');
    expectResponse(await request({ method, body: 'content' }), 200, 'next');
    expect(backend.connections).toBe(2);
  });

  test('is delivered, and the connection closed, when the surplus comes in a later segment [X5]', async () => {
    const inTwo: Script = (socket) => {
      socket.setNoDelay(true);
      socket.write(`${head}Content-Length: 2\r\n\r\nok`, () => setTimeout(() => socket.write('ay'), 20));
    };
    backend = await scriptedBackend(inTwo, httpResponse('next'));
    const request = open(backend.url);
    expectResponse(await request(), 200, 'ok');
    await closed(backend.sockets[0]);
    expectResponse(await request(), 200, 'next');
    expect(backend.connections).toBe(2);
  });
});

test('a surplus that comes while a slow client still reads closes the connection too [X5]', async () => {
  const size = 3_000_000;
  const inTwo: Script = (socket) => {
    socket.write(`${head}Content-Length: ${size}\r\n\r\n${'o'.repeat(size)}`, () =>
      setTimeout(() => socket.write('ay'), 20),
    );
  };
  backend = await scriptedBackend(inTwo, httpResponse('next'));
  const request = deliveries.streamed(backend.url);
  expectResponse(await request(), 200, 'o'.repeat(size));
  await closed(backend.sockets[0]);
  expectResponse(await request(), 200, 'next');
  expect(backend.connections).toBe(2);
});

test('a surplus over TLS is handled alike, in the same record and in the next one [X5]', async () => {
  const { key, cert } = await createCertificate();
  const surpluses = [['okay'], ['ok', 'ay'], ['ok']];
  let closing: Promise<unknown> | undefined;
  const secure = await secureBackend({ key, cert }, (socket) => {
    const [first = '', next] = surpluses.shift() ?? [];
    closing = closed(socket);
    socket.once('data', () => {
      socket.write(`${head}Content-Length: 2\r\n\r\n${first}`);
      if (next !== undefined) socket.write(next);
    });
  });
  backend = secure as unknown as ScriptedBackend;
  const handler = handlerFor(secure.url);
  for (const isLast of [false, false, true]) {
    expectResponse(await invoke(handler), 200, 'ok');
    if (!isLast) await closing;
  }
  expect(secure.connections).toBe(3);
});
