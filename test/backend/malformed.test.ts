import { afterEach, describe, expect, test } from '@jest/globals';
import { expectFailure, expectResponse, failureLine, handlerFor, invoke } from '../helpers/failures.ts';
import { bodyText } from '../helpers/lambda.ts';
import {
  httpResponse,
  type Script,
  type ScriptedBackend,
  scriptedBackend,
  send,
  sendAndEnd,
} from '../helpers/scripted-backend.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
const chunked = (size: string, rest = '\r\nok\r\n0\r\n\r\n') =>
  `${head}Transfer-Encoding: chunked\r\n\r\n${size}${rest}`;
const withField = (field: string) => `${head}${field}\r\nContent-Length: 2\r\n\r\nok`;

let backend: ScriptedBackend;
afterEach(() => backend.close());

/** Serves one response and then a good one; returns what came of the first, and proves that the second is right. */
async function outcomeOf(script: Script, method = 'GET') {
  backend = await scriptedBackend(script, httpResponse('next'));
  const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: '1' });
  const outcome = await invoke(handler, { method });
  expectResponse(await invoke(handler), 200, 'next');
  return outcome;
}

const malformed = { status: 502, error: 'http_protocol_error', code: 'response_malformed' } as const;

describe('a response that is not valid HTTP is a 502 with http_protocol_error, and the next response is right', () => {
  test.each([
    ['no HTTP at all [E14]', 'hello, this is not HTTP\r\n\r\n'],
    ['another protocol [E14]', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['frames of HTTP/2 [E14 N7]', '\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0d'],
    ['a status line in lower case [E14]', 'http/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['a version that there is not [E14]', 'HTTP/1.9 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['a status of two digits [E14 R4]', 'HTTP/1.1 99 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['a status of four digits [E14 R4]', 'HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['lines ended by LF alone [E14]', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['a field ended by LF alone [E14]', `${head}X-A: 1\nContent-Length: 2\r\n\r\nok`],
    ['CR inside of a field [E14 X4]', withField('X-A: 1\rX-B: 2')],
    ['NUL inside of a field [E14 X4]', withField('X-A: 1\0')],
    ['a control character inside of a field [E14 X4]', withField('X-A: 1\x01')],
    ['a folded field [E14]', withField('X-A: 1\r\n  folded')],
    ['a space before the colon [E14 X7]', withField('X-A : 1')],
    ['a field without a colon [E14 X7]', withField('X-A')],
    ['a field without a name [E14 X7]', withField(': 1')],
    ['Content-Length twice, alike [E14 X1]', withField('Content-Length: 2')],
    ['Content-Length twice, contradicting [E14 X1]', withField('Content-Length: 3')],
    ['Content-Length as a list [E14 X1]', `${head}Content-Length: 2, 2\r\n\r\nok`],
    ['Content-Length with a sign [E14 X7]', `${head}Content-Length: +2\r\n\r\nok`],
    ['Content-Length with an underscore [E14 X7]', `${head}Content-Length: +1_0\r\n\r\nok`],
    ['Content-Length below zero [E14 X7]', `${head}Content-Length: -2\r\n\r\nok`],
    ['Content-Length in hexadecimal [E14 X7]', `${head}Content-Length: 0x2\r\n\r\nok`],
    ['Content-Length of two words [E14 X7]', `${head}Content-Length: 2 2\r\n\r\nok`],
    ['an empty Content-Length [E14 X7]', `${head}Content-Length: \r\n\r\nok`],
    ['Content-Length beyond 64 bits [E14 X7]', `${head}Content-Length: 99999999999999999999999\r\n\r\nok`],
    [
      'Content-Length and chunks [E14 X1]',
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ],
    [
      'chunks and Content-Length [E14 X1]',
      `${head}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ],
    ['an empty Transfer-Encoding [E14 X7]', `${head}Transfer-Encoding: \r\n\r\nok`],
    [
      'a control character before chunked [E14 X7]',
      `${head}Transfer-Encoding: \x0bchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ],
    ['chunk size 0_2 [E14 X7]', chunked('0_2')],
    ['chunk size 0x2 [E14 X7]', chunked('0x2')],
    ['chunk size +2 [E14 X7]', chunked('+2')],
    ['chunk size -2 [E14 X7]', chunked('-2')],
    ['chunk size "2 " [E14 X7]', chunked('2 ')],
    ['chunk size " 2" [E14 X7]', chunked(' 2')],
    ['chunk size "2 ;x" [E14 X7]', chunked('2 ;x')],
    ['no chunk size [E14 X7]', chunked('')],
    ['a chunk size that is no number [E14 X7]', chunked('g')],
    ['a chunk size beyond 64 bits [E14 X7]', chunked('FFFFFFFFFFFFFFFFF')],
    ['a chunk size ended by LF alone [E14 X7]', chunked('2', '\nok\r\n0\r\n\r\n')],
    ['LF inside of a chunk extension [E14 X7]', chunked('2;a\nb')],
    ['a chunk extension of 1 MB [E14 X7]', chunked(`2;${'e'.repeat(1 << 20)}`)],
    ['a chunk longer than its size [E14 X7]', chunked('2', '\r\nokX\r\n0\r\n\r\n')],
    ['a trailer with a space in its name [E14 X7]', chunked('2', '\r\nok\r\n0\r\nX T: 1\r\n\r\n')],
  ])('%s', async (_name, bytes) => {
    expectFailure(await outcomeOf(send(bytes)), malformed, backend.port);
    expect(backend.connections).toBe(2);
  });

  test.each([
    ['status 600 [E20 R4]', '600'],
    ['status 999 [E20 R4]', '999'],
    ['status 000 [E20 R4]', '000'],
  ])('%s', async (_name, status) => {
    const outcome = await outcomeOf(send(`HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\n\r\nok`));
    expectFailure(outcome, malformed, backend.port);
    expect(failureLine(outcome)['reason']).toBe(`the backend responded with status ${Number(status)}`);
  });
});

describe('a response that cannot be passed on', () => {
  test.each([
    ['gzip, chunked', sendAndEnd],
    ['gzip', sendAndEnd],
    ['chunked, identity', sendAndEnd],
    ['identity', sendAndEnd],
    ['chunked, chunked', sendAndEnd],
    ['gzip, chunked', send],
  ])('Transfer-Encoding: %s is a 502 with http_response_transfer_coding [E18 R23]', async (coding, how) => {
    const bytes = `${head}Transfer-Encoding: ${coding}\r\n\r\n2\r\nok\r\n0\r\n\r\n`;
    expectFailure(
      await outcomeOf(how(bytes)),
      { status: 502, error: 'http_response_transfer_coding', code: 'response_transfer_coding' },
      backend.port,
    );
  });

  test('a header section beyond what Node accepts is a 502 with http_response_header_section_size [E15]', async () => {
    const outcome = await outcomeOf(send(withField(`X-A: ${'a'.repeat(81_920)}`)));
    expectFailure(
      outcome,
      { status: 502, error: 'http_response_header_section_size', code: 'response_headers_too_large' },
      backend.port,
    );
  });

  test('a header section a little below what Node accepts is delivered whole [E15 L3]', async () => {
    const value = 'a'.repeat(81_920 - 200);
    const { result } = await outcomeOf(send(withField(`X-A: ${value}`)));
    expect(result.headers['x-a']).toBe(value);
  });

  test('trailers beyond what Node accepts are a 502 with http_response_header_section_size [E15]', async () => {
    const outcome = await outcomeOf(send(chunked('2', `\r\nok\r\n0\r\nX-T: ${'a'.repeat(81_920)}\r\n\r\n`)));
    expectFailure(
      outcome,
      { status: 502, error: 'http_response_header_section_size', code: 'response_headers_too_large' },
      backend.port,
    );
  });

  test('of 2,500 fields not one is lost [E16 X8]', async () => {
    const fields = Array.from({ length: 2500 }, (_, index) => `a${index.toString(36)}:`);
    const { result } = await outcomeOf(
      send(`HTTP/1.1 200 OK\r\n${fields.join('\r\n')}\r\nContent-Length: 2\r\n\r\nok`),
    );
    const names = Object.keys(result.headers).map((name) => `${name}:`);
    expect(fields.filter((field) => !names.includes(field))).toEqual([]);
  });

  test.each([
    ['as it is meant', 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['without Upgrade', '\r\n'],
    ['with bytes of the other protocol', 'Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n\0\0\x06\x04\0'],
  ])('101 Switching Protocols %s is a 502 with http_upgrade_failed at once [E19 R3 X9]', async (_name, rest) => {
    const outcome = await outcomeOf(send(`HTTP/1.1 101 Switching Protocols\r\n${rest}`));
    expectFailure(outcome, { status: 502, error: 'http_upgrade_failed', code: 'upgrade_refused' }, backend.port);
    expect(outcome.took).toBeLessThan(900);
    expect(backend.connections).toBe(2);
  });
});

describe('bytes that belong to no response', () => {
  const extra = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';

  test.each([
    ['a 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok', 'GET', 204],
    ['a chunked 204', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', 'GET', 204],
    ['a 304', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 2\r\n\r\nok', 'GET', 304],
    ['a 205', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nok', 'GET', 205],
    [
      'a chunked 205',
      'HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      'GET',
      205,
    ],
    ['a response to HEAD', `${head}Content-Length: 2\r\n\r\nok`, 'HEAD', 200],
    ['a chunked response to HEAD', `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`, 'HEAD', 200],
  ])('the body of %s is dropped with its connection [R5 R6 R7 X5]', async (_name, bytes, method, status) => {
    expectResponse(await outcomeOf(send(bytes), method), status, '');
    expect(backend.connections).toBe(2);
  });

  test.each([
    ['text', 'EXTRA'],
    ['a whole response', extra],
  ])('%s that comes with a response never reaches the next request [X5]', async (_name, bytes) => {
    const { result } = await outcomeOf(send(`${head}Content-Length: 2\r\n\r\nok${bytes}`));
    expect([result.statusCode, bodyText(result)]).toEqual([200, 'ok']);
    expect(backend.connections).toBe(2);
  });

  test.each([
    ['text', 'GET', 'EXTRA'],
    ['a whole response', 'GET', extra],
    ['a whole response', 'POST', extra],
    ['the beginning of a response', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nevil'],
  ])('%s on an idle connection never reaches the next %s [X6]', async (_name, method, bytes) => {
    backend = await scriptedBackend(httpResponse('first'), httpResponse('second'), httpResponse('third'));
    const handler = handlerFor(backend.url);
    expectResponse(await invoke(handler), 200, 'first');
    backend.sockets[0]?.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expectResponse(await invoke(handler, { method }), 200, 'second');
    expectResponse(await invoke(handler, { method }), 200, 'third');
    expect(backend.connections).toBe(2);
  });

  test.each(['GET', 'HEAD', 'POST'])(
    'an unsolicited response that arrived while the sandbox was frozen, does not reach the next %s [X6]',
    async (method) => {
      backend = await scriptedBackend(httpResponse('first'), httpResponse(method === 'HEAD' ? '' : 'second'));
      const handler = handlerFor(backend.url);
      expectResponse(await invoke(handler), 200, 'first');
      // It lies in the socket, and the event loop has not turned since: so does a thawed sandbox find it.
      backend.sockets[0]?.write(extra);
      expectResponse(await invoke(handler, { method }), 200, method === 'HEAD' ? '' : 'second');
      expect(backend.connections).toBe(2);
    },
  );
});

describe('what is odd but valid', () => {
  test.each([
    ['no reason phrase', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'],
    ['empty lines before the response', '\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['spaces around Content-Length', 'HTTP/1.1 200 OK\r\nContent-Length:   2   \r\n\r\nok'],
    ['a chunk size with a leading zero', chunked('02')],
    ['a chunk extension', chunked('2;name=value')],
    ['trailers', chunked('2', '\r\nok\r\n0\r\nX-T: 1\r\n\r\n')],
    [
      'Upgrade in a response with another status',
      `${head}Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok`,
    ],
    [
      '102, 103 and 199 before the response [R2]',
      `HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: <x>\r\n\r\nHTTP/1.1 199 M\r\n\r\n${head}Content-Length: 2\r\n\r\nok`,
    ],
  ])('%s: the response is delivered', async (_name, bytes) => {
    const outcome = await outcomeOf(send(bytes));
    expectResponse(outcome, 200, 'ok');
    expect(outcome.result.headers).not.toHaveProperty('link');
    expect(outcome.result.headers).not.toHaveProperty('x-t');
    expect(backend.connections).toBe(1);
  });
});
