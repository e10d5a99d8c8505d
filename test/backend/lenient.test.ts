import { afterEach, describe, expect, test } from '@jest/globals';
import { createCertificate } from '../../src/local/demo/certificate.ts';
import { secureBackend } from '../helpers/backends.ts';
import { deliveries, useAwsLambda } from '../helpers/deliveries.ts';
import {
  accessLine,
  expectFailure,
  expectResponse,
  failureLine,
  handlerFor,
  invoke,
  type Outcome,
} from '../helpers/failures.ts';
import { bodyText } from '../helpers/lambda.ts';
import {
  closed,
  httpResponse,
  type Script,
  type ScriptedBackend,
  scriptedBackend,
  send,
  sendAndEnd,
} from '../helpers/scripted-backend.ts';
import { invokeStreamed } from '../helpers/streamed-outcome.ts';
import { streamHandlerWith } from '../helpers/streams.ts';
import { startTestServer } from '../helpers/web-server.ts';

useAwsLambda();

let backend: ScriptedBackend;
afterEach(() => backend.close());

const lenient = { LENIENT_BACKEND: 'on' };
const malformed = { status: 502, error: 'http_protocol_error', code: 'response_malformed' } as const;

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
const withFields = (...fields: string[]) => `${head}${fields.join('\r\n')}\r\nContent-Length: 2\r\n\r\nok`;
const chunked = (chunks: string) => `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}`;
const bare = (text: string) => text.replaceAll('\r\n', '\n');

/** Mistakes that curl, nginx and Go accept, and the value of X-A where there is one. */
const mistakes: readonly (readonly [name: string, bytes: string, value: string | undefined])[] = (
  [
    ['lines without CR', bare(withFields('X-A: 1')), '1'],
    ['one field without CR', `${head}X-A: 1\nContent-Length: 2\r\n\r\nok`, '1'],
    ['a last line without CR', `${head}Content-Length: 2\r\n\nok`],
    ['a status line without CR', 'HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok'],
    ['a status line without CR and reason', 'HTTP/1.1 200\nContent-Length: 2\n\nok'],
    ['HTTP/1.0 without CR', bare('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok')],
    ['chunks without CR', bare(chunked('2\r\nok\r\n0\r\n\r\n'))],
    ['chunks without CR behind a header section with CR', chunked('2\nok\n0\n\n')],
    ['chunks without CR, with extensions and trailers', bare(chunked('2;a=b\r\nok\r\n0;c\r\nX-T: 1\r\n\r\n'))],
    ['a field folded by spaces', withFields('X-A: 1', '  folded'), '1 folded'],
    ['a field folded by a tab', withFields('X-A: 1', '\tfolded'), '1 folded'],
    ['a field folded twice', withFields('X-A: 1', ' 2', ' 3'), '1 2 3'],
    ['a field folded behind its name', withFields('X-A:', ' 1'), '1'],
    ['a field folded without CR', bare(withFields('X-A: 1', ' 2')), '1 2'],
    ['a folded field at the end', `${head}Content-Length: 2\r\nX-A: 1\r\n 2\r\n\r\nok`, '1 2'],
    ['a folded length', `${head}Content-Length:\r\n 2\r\n\r\nok`],
    ['a length with an empty fold', `${head}Content-Length: 2\r\n \r\n\r\nok`],
    ['a folded coding', `${head}Transfer-Encoding:\r\n chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
    ['a folded trailer', chunked('2\r\nok\r\n0\r\nX-T: 1\r\n 2\r\n\r\n')],
    ['two equal lengths', withFields('Content-Length: 2')],
    ['three equal lengths, apart', withFields('content-length:2', 'X-A: 1', 'CONTENT-LENGTH:  2'), '1'],
    ['a list of equal lengths', `${head}Content-Length: 2, 2\r\n\r\nok`],
    ['a space behind a chunk size', chunked('2 \r\nok\r\n0\r\n\r\n')],
    ['spaces and a tab behind each chunk size', chunked('2  \t\r\nok\r\n0   \r\n\r\n')],
    ['spaces around an extension', chunked('2 ; a = "b c"\r\nok\r\n0 ;\td\r\n\r\n')],
    ['a length before chunked', `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
    ['a length behind chunked', `${head}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
    ['a wrong length beside chunked', chunked('2\r\nok\r\n0\r\n\r\n').replace('\r\n', '\r\nContent-Length: 99\r\n')],
  ] as readonly (readonly [string, string, string?])[]
).map(([name, bytes, value]) => [name, bytes, value]);

/** Mistakes that are refused whatever the setting: where the response ends, or what a field says, is anybody's guess. */
const refused: readonly [name: string, bytes: string][] = [
  ['no HTTP at all', 'hello, this is not HTTP\r\n\r\n'],
  ['another protocol, without a line break', 'SSH-2.0-OpenSSH_9.6'],
  ['contradicting lengths', withFields('Content-Length: 3')],
  ['lengths that are equal but for a zero', withFields('Content-Length: 02')],
  ['a list of contradicting lengths', `${head}Content-Length: 2, 3\r\n\r\nok`],
  ['a length with a sign', `${head}Content-Length: +2\r\n\r\nok`],
  ['an empty length', `${head}Content-Length: \r\n\r\nok`],
  ['CR inside of a field', withFields('X-A: 1\rX-B: 2')],
  ['two CRs at the end of a line', withFields('X-A: 1\r')],
  ['lines ended by CR alone', 'HTTP/1.1 200 OK\rContent-Length: 2\r\rok\n'],
  ['NUL inside of a field', withFields('X-A: 1\0')],
  ['a control character inside of a field', withFields('X-A: 1\x01')],
  ['a space before the colon', withFields('X-A : 1')],
  ['a field without a colon', withFields('X-A')],
  ['a fold behind the status line', 'HTTP/1.1 200 OK\r\n X-A: 1\r\nContent-Length: 2\r\n\r\nok'],
  ['a length beside a coding that is unknown', `${head}Content-Length: 2\r\nTransfer-Encoding: x\r\n\r\nok`],
  ['a version that there is not', 'HTTP/1.9 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['a space before a chunk size', chunked(' 2\r\nok\r\n0\r\n\r\n')],
  ['a chunk size in hexadecimal notation', chunked('0x2\r\nok\r\n0\r\n\r\n')],
  ['a chunk size with a sign', chunked('+2\r\nok\r\n0\r\n\r\n')],
  ['two words for a chunk size', chunked('2 2\r\nok\r\n0\r\n\r\n')],
  ['a chunk longer than its size', chunked('2\r\nokay\r\n0\r\n\r\n')],
];

/** Sends bytes one at a time, so that every state of a parser meets the end of a segment. */
const inBytes =
  (bytes: string): Script =>
  async (socket) => {
    socket.setNoDelay(true);
    for (const byte of Buffer.from(bytes, 'latin1')) {
      await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
      await new Promise(setImmediate);
    }
  };

const evil = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nevil';

/** A request without the setting, by either delivery. A streamed response may break off when it is refused. */
const strictly: Readonly<Record<string, (url: string) => Promise<Outcome>>> = {
  buffered: (url) => invoke(handlerFor(url)),
  streamed: (url) => invokeStreamed(streamHandlerWith({ REMOTE_URL: url, REQUEST_TIMEOUT: '2' })),
};

/** Expects the log line of a response that is refused, which names the setting. */
function expectRefusal({ lines }: Outcome): void {
  const line = lines.find(({ level }) => level === 'ERROR');
  expect(line).toMatchObject({
    error: { type: 'response_malformed' },
    remedy: expect.stringMatching(/^set LENIENT_BACKEND=on, /),
  });
}

describe.each(Object.entries(deliveries))('LENIENT_BACKEND, %s,', (delivery, open) => {
  test.each(mistakes)(
    'delivers a response with %s, which is refused without it [E37]',
    async (_mistake, bytes, value) => {
      backend = await scriptedBackend(send(bytes), send(bytes), httpResponse('next'));
      expectRefusal((await strictly[delivery]?.(backend.url)) as Outcome);
      const request = open(backend.url, lenient);
      const outcome = await request();
      expectResponse(outcome, 200, 'ok');
      expect(outcome.result.headers['x-a']).toBe(value);
      expectResponse(await request(), 200, 'next');
    },
  );

  test.each(mistakes)(
    'delivers the same response that arrives byte by byte: %s [E37]',
    async (_mistake, bytes, value) => {
      backend = await scriptedBackend(inBytes(bytes));
      const outcome = await open(backend.url, lenient)();
      expectResponse(outcome, 200, 'ok');
      expect(outcome.result.headers['x-a']).toBe(value);
    },
  );

  test.each(['600', '799', '999'])(
    'delivers a response with status %s as an error of the server [E37 R4]',
    async (status) => {
      const bytes = `HTTP/1.1 ${status} Odd\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok`;
      backend = await scriptedBackend(send(bytes));
      const refusal = await open(backend.url)();
      expectFailure(refusal, malformed, backend.port);
      expect(failureLine(refusal)['remedy']).toContain('LENIENT_BACKEND=on');
      const outcome = await open(backend.url, lenient)();
      // AWS's front doors respond with 502 to a status above 599 (RFC 9110 §15).
      expectResponse(outcome, 500, 'ok');
      expect(accessLine(outcome)).toMatchObject({ http: { response: { status_code: 500 } } });
    },
  );

  test.each(refused)('refuses a response with %s nevertheless, immediately [E37 X7]', async (_mistake, bytes) => {
    backend = await scriptedBackend(send(bytes), httpResponse('next'));
    const request = deliveries.buffered(backend.url, lenient);
    const outcome = await request();
    expectFailure(outcome, malformed, backend.port);
    expect(outcome.took).toBeLessThan(1500);
    expectResponse(await request(), 200, 'next');
  });

  test.each([
    ['a GET', 'GET'],
    ['a POST', 'POST'],
  ])(
    'opens a connection for each request and tells the backend that it will not be used again: %s [E38]',
    async (_what, method) => {
      backend = await scriptedBackend(httpResponse('one'));
      const request = open(backend.url, lenient);
      for (let count = 1; count <= 3; count += 1) {
        expectResponse(await request({ method }), 200, 'one');
        expect(backend.connections).toBe(count);
      }
      for (const received of backend.requests) expect(received).toMatch(/\r\nConnection: close\r\n/);
      for (const socket of backend.sockets) await closed(socket);
    },
  );

  test.each([
    ['in the same segment', `${head}Content-Length: 2\r\n\r\nok${evil}`],
    ['in the same segment, without CR', bare(`${head}Content-Length: 2\r\n\r\nok${evil}`)],
    ['behind equal lengths', `${withFields('Content-Length: 2')}${evil}`],
    [
      'behind chunks with a shorter length beside them',
      `${chunked('2\r\nok\r\n0\r\n\r\n').replace('\r\n', '\r\nContent-Length: 0\r\n')}${evil}`,
    ],
    [
      'behind chunks with a longer length beside them',
      `${chunked('2\r\nok\r\n0\r\n\r\n').replace('\r\n', '\r\nContent-Length: 500\r\n')}${evil}`,
    ],
    ['behind a last chunk without CR', `${chunked('2\nok\n0\n\n')}${evil}`],
    ['behind trailers', `${chunked('2\nok\n0\nX-T: 1\n\n')}${evil}`],
  ])('lets a second response on a connection reach nobody: %s [E38 X5]', async (_where, bytes) => {
    backend = await scriptedBackend(send(bytes), httpResponse('next'), httpResponse('last'));
    const request = open(backend.url, lenient);
    expectResponse(await request(), 200, 'ok');
    expectResponse(await request(), 200, 'next');
    expectResponse(await request(), 200, 'last');
    expect(backend.connections).toBe(3);
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\nContent-Length: 2\n\n', 200],
    ['HEAD', 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nContent-Length: 2\n\n', 200],
    ['GET', 'HTTP/1.1 204 No Content\nX-A: 1\n\n', 204],
    ['GET', 'HTTP/1.1 304 Not Modified\nETag: "a"\nContent-Length: 2\nContent-Length: 2\n\n', 304],
  ])('delivers a response without content to %s: %j [E37 R5 R7]', async (method, bytes, status) => {
    backend = await scriptedBackend(send(bytes));
    expectResponse(await open(backend.url, lenient)({ method }), status, '');
  });

  test('delivers the response behind informational ones and empty lines [E37 R2]', async () => {
    const before = '\nHTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nLink: </a>\n ;rel=preload\n\n';
    backend = await scriptedBackend(send(`${before}${bare(withFields('X-A: 1'))}`));
    expectResponse(await open(backend.url, lenient)(), 200, 'ok');
  });

  test('delivers a large body, in chunks and up to the end of the connection, byte for byte [E37]', async () => {
    const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => index % 128)).toString('latin1');
    const pieces = content.match(/[\s\S]{1,7000}/g) ?? [];
    const chunks = pieces.map((piece) => `${piece.length.toString(16)} \n${piece}\n`).join('');
    const length = pieces[0]?.length;
    expect(length).toBe(7000);
    backend = await scriptedBackend(
      send(`HTTP/1.1 200 OK\nContent-Type: text/plain\nTransfer-Encoding: chunked\n\n${chunks}0\n\n`),
      sendAndEnd(`HTTP/1.1 200 OK\nContent-Type: text/plain\n\n${content}`),
      sendAndEnd(`HTTP/1.0 200 OK\nContent-Type: text/plain\nContent-Length: ${content.length}\n\n${content}`),
    );
    const request = open(backend.url, lenient);
    for (let count = 0; count < 3; count += 1) expect(bodyText((await request()).result) === content).toBe(true);
  });

  test('keeps every byte of a field beyond ASCII [E37 R46]', async () => {
    backend = await scriptedBackend(send(bare(withFields('X-A: \u00c3\u00a4\u00e4'))));
    expect((await open(backend.url, lenient)()).result.headers['x-a']).toBe('\u00c3\u00a4\u00e4');
  });
});

describe('LENIENT_BACKEND', () => {
  test('corrects what comes through TLS as well, each request on a connection of its own [E37 E38]', async () => {
    const { key, cert } = await createCertificate();
    const secure = await secureBackend({ key, cert }, (socket) => {
      socket.once('data', () => socket.write(`${bare(withFields('X-A: 1', ' 2', 'Content-Length: 2'))}${evil}`));
    });
    backend = secure as unknown as ScriptedBackend;
    for (const open of Object.values(deliveries)) {
      const request = open(secure.url, lenient);
      for (let count = 0; count < 2; count += 1) {
        const outcome = await request();
        expectResponse(outcome, 200, 'ok');
        expect(outcome.result.headers['x-a']).toBe('1 2');
      }
    }
    expect(secure.connections).toBe(4);
  });

  test.each(['POST', 'PUT'])(
    'delivers the response to an upload that is sent while it arrives: %s [E37]',
    async (method) => {
      backend = await scriptedBackend(send(bare(withFields('X-A: 1'))));
      const server = await startTestServer({ REMOTE_URL: backend.url, ...lenient });
      for (let count = 1; count <= 2; count += 1) {
        const response = await fetch(server.url, { method, body: 'x'.repeat(100_000) });
        expect([response.status, await response.text(), backend.connections]).toEqual([200, 'ok', count]);
      }
      await server.drain();
    },
  );

  test('leaves a status above 599 as it is where HTTP carries it [E37 R4]', async () => {
    backend = await scriptedBackend(send('HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok'));
    const server = await startTestServer({ REMOTE_URL: backend.url, ...lenient });
    const response = await fetch(server.url);
    expect([response.status, await response.text()]).toEqual([999, 'ok']);
    await server.drain();
  });

  test('does not take the beginning of a body for the whole [E37 R11]', async () => {
    for (const bytes of [
      'HTTP/1.1 200 OK\nContent-Length: 9\n\nok',
      bare(chunked('9\r\nok')),
      bare(chunked('2\r\nok\r\n')),
    ]) {
      backend = await scriptedBackend(sendAndEnd(bytes));
      expectFailure(
        await deliveries.buffered(backend.url, lenient)(),
        { status: 502, error: 'http_response_incomplete', code: 'response_incomplete' },
        backend.port,
      );
      await backend.close();
    }
  });

  const large = 'a'.repeat(81_920);
  test.each([
    ['a large field', `HTTP/1.1 200 OK\nX-A: ${large}\nContent-Length: 2\n\nok`],
    ['many fields', `HTTP/1.1 200 OK\n${`X-A: ${'a'.repeat(1000)}\n`.repeat(82)}Content-Length: 2\n\nok`],
    ['a field folded often', `HTTP/1.1 200 OK\nX-A: 1\n${` ${'a'.repeat(1000)}\n`.repeat(82)}Content-Length: 2\n\nok`],
    ['large trailers', bare(chunked(`2\r\nok\r\n0\r\nX-T: ${large}\r\n\r\n`))],
  ])('has the limit of the header section that there is without it: %s [E15 E37]', async (_what, bytes) => {
    backend = await scriptedBackend(send(bytes));
    expectFailure(
      await deliveries.buffered(backend.url, lenient)(),
      { status: 502, error: 'http_response_header_section_size', code: 'response_headers_too_large' },
      backend.port,
    );
  });

  test.each([
    ['a line', 'HTTP/1.1 200 OK\nX-A: ', 'a', 'response_headers_too_large'],
    ['folds', 'HTTP/1.1 200 OK\nX-A: 1\n', ' a\n', 'response_headers_too_large'],
    ['fields', 'HTTP/1.1 200 OK\n', 'X-A: 1\n', 'response_headers_too_large'],
    ['empty lines', '', '\n', 'response_malformed'],
    ['an extension', 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2 ;', 'a', 'response_malformed'],
    [
      'extensions',
      'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n',
      `1 ;${'a'.repeat(10_000)}\na\n`,
      'response_malformed',
    ],
  ])('ends a response that never ends long before the timeout: %s [E37 L9]', async (_what, first, more, code) => {
    const piece = Buffer.from(more.repeat(Math.ceil(65_536 / more.length)), 'latin1');
    const endless: Script = (socket) => {
      const push = () => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', push);
      socket.write(first, 'latin1');
      push();
    };
    backend = await scriptedBackend(endless);
    const outcome = await invoke(handlerFor(backend.url, { ...lenient, REQUEST_TIMEOUT: '60' }));
    expect(failureLine(outcome)['error']).toMatchObject({ type: code });
    await closed(backend.sockets[0]);
  });
});
