import { afterEach, describe, expect, test } from '@jest/globals';
import { withContentType } from '../../src/body/content-type.ts';
import { deliveries, useAwsLambda } from '../helpers/deliveries.ts';
import { expectResponse } from '../helpers/failures.ts';
import { type ScriptedBackend, scriptedBackend, send, sendAndEnd } from '../helpers/scripted-backend.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';

const beginning = (text: string) => ({ chunks: [Buffer.from(text, 'latin1')], size: text.length, whole: true });

describe('withContentType', () => {
  test('names the type that a browser recognises [R25 R49]', () => {
    expect(withContentType({ etag: '"a"' }, beginning('<p>'))).toEqual({
      etag: '"a"',
      'content-type': 'text/html',
    });
    expect(withContentType({}, beginning('\0'))).toEqual({ 'content-type': 'application/octet-stream' });
  });

  test('names none for an empty body [R25]', () => {
    const headers = {};
    expect(withContentType(headers, { chunks: [], size: 0, whole: true })).toBe(headers);
  });

  test.each(['nosniff', 'NoSniff', ' nosniff ', 'nosniff, x', 'nosniff,'])(
    'does not look at the body with X-Content-Type-Options: %s [R49]',
    (option) => {
      const headers = { 'x-content-type-options': option };
      expect(withContentType(headers, beginning('<p>'))['content-type']).toBe('application/octet-stream');
    },
  );

  test.each(['', 'sniff', 'x, nosniff', 'nosniffer', '"nosniff"'])(
    'looks at it with X-Content-Type-Options: %s, as browsers do [R49]',
    (option) => {
      const headers = { 'x-content-type-options': option };
      expect(withContentType(headers, beginning('<p>'))['content-type']).toBe('text/html');
    },
  );
});

describe.each(Object.entries(deliveries))('A response without Content-Type, %s,', (_name, open) => {
  useAwsLambda();
  let backend: ScriptedBackend;
  afterEach(() => backend.close());

  const typeOf = async (bytes: string, method = 'GET') => {
    backend = await scriptedBackend(send(bytes));
    const { result } = await open(backend.url)({ method });
    return result.headers['content-type'];
  };
  const ok = 'HTTP/1.1 200 OK\r\n';
  const withBody = (body: string, fields = '') => `${ok}${fields}Content-Length: ${body.length}\r\n\r\n${body}`;

  test.each([
    ['<!doctype html><title>x</title>', 'text/html'],
    ['\x89PNG\r\n\x1a\n\0', 'image/png'],
    ['{"a":1}', 'text/plain'],
    ['\0\x01', 'application/octet-stream'],
  ])('that begins with %j has type %s, with a length and in chunks [R25 R49]', async (body, type) => {
    expect(await typeOf(withBody(body))).toBe(type);
    await backend.close();
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    expect(await typeOf(`${ok}Transfer-Encoding: chunked\r\n\r\n${chunk}`)).toBe(type);
  });

  test.each(['HTTP/1.0 200 OK\r\n\r\n', `${ok}Connection: close\r\n\r\n`])(
    'up to the end of the connection is looked at as well, and is whole: %j [R49]',
    async (head) => {
      const page = `<html>${'x'.repeat(100_000)}`;
      backend = await scriptedBackend(sendAndEnd(head + page));
      const outcome = await open(backend.url)();
      expectResponse(outcome, 200, page);
      expect(outcome.result.headers['content-type']).toBe('text/html');
    },
  );

  test.each([
    ['no byte, declared', 'GET', `${ok}Content-Length: 0\r\n\r\n`],
    ['no byte, in chunks', 'GET', `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['status 204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['status 304', 'GET', 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'],
    ['a HEAD request', 'HEAD', `${ok}Content-Length: 5\r\n\r\n`],
  ])('has none with %s [R5 R7 R25]', async (_what, method, bytes) => {
    expect(await typeOf(bytes, method)).toBeUndefined();
  });

  test('is bytes with nosniff [R49]', async () => {
    expect(await typeOf(withBody('<p>', 'X-Content-Type-Options: nosniff\r\n'))).toBe('application/octet-stream');
  });

  test.each(['text/plain', 'x', ''])(
    'keeps the type %j that the backend sends, whatever the body is [R25]',
    async (type) => {
      expect(await typeOf(withBody('<p>', `Content-Type: ${type}\r\n`))).toBe(type);
    },
  );

  test('keeps its bytes, however many there are [R24 R49]', async () => {
    const body = `BM${'\0\xff\x80'.repeat(100_000)}`;
    backend = await scriptedBackend(send(withBody(body)));
    const { result } = await open(backend.url)();
    const bytes = result.isBase64Encoded ? Buffer.from(result.body, 'base64').toString('latin1') : result.body;
    expect([result.headers['content-type'], bytes === body]).toEqual(['image/bmp', true]);
  });
});

describe('A streamed response without Content-Type', () => {
  useAwsLambda();

  test('leaves with its first piece, however short that is [R49]', async () => {
    const backend = await scriptedBackend((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n<');
      setTimeout(() => socket.write('html>'), 50);
    });
    const { out, until, over } = startStream(streamHandlerWith({ REMOTE_URL: backend.url }));
    await until('<');
    expect(out.response.prelude?.headers['content-type']).toBe('text/plain');
    await until('<html>');
    await backend.close();
    await over;
  });

  test('that breaks off before its first byte is a page of the proxy [R11 R49]', async () => {
    const backend = await scriptedBackend(sendAndEnd('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'));
    const { result } = await deliveries.streamed(backend.url)();
    expect([result.statusCode, result.headers['proxy-status']]).toEqual([
      502,
      'lambda-rproxy; error=http_response_incomplete',
    ]);
    await backend.close();
  });

  test('that never begins is a 504 at the timeout [R49]', async () => {
    const backend = await scriptedBackend(send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'));
    const { result } = await deliveries.streamed(backend.url, { REQUEST_TIMEOUT: '0.3' })();
    expect(result.statusCode).toBe(504);
    await backend.close();
  });
});
