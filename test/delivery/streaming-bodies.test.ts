import type http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import { type LogLine, logsOf } from '../helpers/logs.ts';
import { recordingBackend } from '../helpers/recording-backend.ts';
import { httpResponse, type Script, scriptedBackend } from '../helpers/scripted-backend.ts';
import { startStream, streamHandlerOf, streamHandlerWith } from '../helpers/streams.ts';

let uninstall: () => void;
beforeAll(() => {
  uninstall = installAwsLambda();
});
afterAll(() => uninstall());

let backend: Backend;
afterEach(() => backend?.close());

const handlerFor = (settings: Record<string, string> = {}) =>
  streamHandlerWith({ REMOTE_URL: backend.url, REQUEST_TIMEOUT: '5', ...settings });

/** A backend whose responses the test ends itself. */
async function heldBackend(contentType = 'text/event-stream'): Promise<{ response: () => http.ServerResponse }> {
  let held: http.ServerResponse | undefined;
  backend = await httpBackend((_request, response) => {
    held = response;
    response.writeHead(200, { 'content-type': contentType }).write('first');
  });
  return {
    response: () => {
      if (held === undefined) throw new Error('nobody has asked');
      return held;
    },
  };
}

const chunked = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';

const lineOf = (lines: readonly LogLine[], message: string) => lines.filter((line) => line.message === message);

describe('A streamed body', () => {
  test('is with the client before the backend has finished, event by event [R36]', async () => {
    const { response } = await heldBackend();
    const { out, over, until } = startStream(handlerFor());
    await until('first');
    expect(out.response.prelude).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/event-stream' } });
    for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      response().write(event);
      await until(event);
      expect(out.ended).toBe(false);
    }
    response().end();
    expect(await over).toBeUndefined();
    expect(out.ended).toBe(true);
  });

  test('has its status and fields with the client before its first byte', async () => {
    backend = await httpBackend((_request, response) =>
      response.writeHead(201, { 'content-type': 'text/event-stream' }).flushHeaders(),
    );
    const { out, over } = startStream(handlerFor({ REQUEST_TIMEOUT: '0.5' }));
    while (out.response.prelude === undefined) await sleep(5);
    expect(out.response.prelude.statusCode).toBe(201);
    await over;
  });

  test('is asked of the backend without content coding, which the Function URL would undo [A7]', async () => {
    const recording = await recordingBackend();
    backend = recording;
    await startStream(handlerFor(), { headers: { 'accept-encoding': 'gzip, br' } }).over;
    await startStream(handlerFor({ NO_HEADERS: 'true' })).over;
    expect(recording.requests.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity', 'identity']);
  });

  test('without a type has the one that a browser sees, and an empty one has none', async () => {
    backend = await scriptedBackend(
      httpResponse('x'),
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\0'),
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    );
    const handler = handlerFor();
    const types = [];
    for (let count = 0; count < 3; count += 1) {
      const { out, over } = startStream(handler);
      await over;
      types.push(out.response.prelude?.headers['content-type']);
    }
    expect(types).toEqual(['text/plain', 'application/octet-stream', undefined]);
  });

  test('that its reader does not take is not taken from the backend either', async () => {
    const size = 100_000_000;
    let sent = 0;
    backend = await httpBackend((_request, response) => {
      async function* body() {
        for (const chunk = Buffer.alloc(65_536, 'x'); sent < size; sent += chunk.length) yield chunk;
      }
      pipeline(Readable.from(body(), { objectMode: false }), response).catch(() => undefined);
    });
    const { out, over } = startStream(handlerFor());
    out.full = true;
    // As long as anything moves: what the buffers of both ends hold.
    for (let before = -1; before < sent; await sleep(300)) before = sent;
    expect(sent).toBeLessThan(size / 4);
    out.full = false;
    out.emit('drain');
    expect(await over).toBeUndefined();
    expect(out.response.body.length).toBe(sent);
  }, 30_000);

  test.each<[string, Script]>([
    ['closes', (socket) => socket.end(`${chunked}5\r\nfirst\r\n`)],
    [
      'resets',
      (socket) => socket.write(`${chunked}5\r\nfirst\r\n`, () => setTimeout(() => socket.resetAndDestroy(), 50)),
    ],
    [
      'sends no HTTP',
      (socket) => socket.write(`${chunked}5\r\nfirst\r\n`, () => setTimeout(() => socket.end('no chunk\r\n'), 50)),
    ],
  ])(
    'ends with an error when the backend %s in its middle, and the next response is whole [R11 E13]',
    async (_, script) => {
      backend = await scriptedBackend(script, httpResponse('next'));
      const handler = handlerFor();
      const { value, lines } = await logsOf(async () => {
        const { out, over } = startStream(handler);
        return { out, error: await over };
      });
      const { out, error } = value;
      expect(out.response).toMatchObject({ prelude: { statusCode: 200 }, body: Buffer.from('first') });
      expect([out.ended, out.killed]).toEqual([false, false]);
      const type = expect.stringMatching(/^response_(?:incomplete|malformed)$/);
      expect(error).toMatchObject({ name: 'BrokenOff', message: expect.stringMatching(/: response_/) });
      expect(lineOf(lines, 'response broke off')).toMatchObject([{ level: 'ERROR', error: { type } }]);
      expect(lineOf(lines, 'request')).toMatchObject([
        { error: { type }, http: { response: { status_code: 200, body: { size: 5 } } } },
      ]);

      const next = startStream(handler);
      expect(await next.over).toBeUndefined();
      expect(next.out.response.body.toString()).toBe('next');
    },
  );

  test('without a byte is counted as such, whole or broken off', async () => {
    backend = await scriptedBackend(
      (socket) => socket.write(`${chunked}0\r\n\r\n`),
      (socket) => socket.write(chunked, () => setTimeout(() => socket.resetAndDestroy(), 50)),
    );
    const handler = handlerFor();
    for (const error of [undefined, { type: 'response_incomplete' }]) {
      const { lines } = await logsOf(() => startStream(handler).over);
      expect(lineOf(lines, 'request')).toMatchObject([{ http: { response: { body: { size: 0 } } } }]);
      expect(lineOf(lines, 'request')[0]?.['error']).toEqual(error);
    }
  });

  test('that breaks off tells the runtime nothing of the request', async () => {
    backend = await scriptedBackend((socket) => socket.end(`${chunked}5\r\nfirst\r\n`));
    const { over } = startStream(handlerFor(), { headers: { authorization: 'Bearer secret' } });
    const error = (await over) as Error;
    expect(Object.keys(error)).toEqual(['name']);
    expect(error.cause).toBeUndefined();
  });

  test('that fails before it is read ends with an error', async () => {
    const body = new Readable({ read: () => undefined });
    body.on('error', () => undefined);
    body.destroy(new Error('too early'));
    const { out, over } = startStream(streamHandlerOf(async () => ({ statusCode: 200, headers: {}, body })));
    expect(await over).toMatchObject({ name: 'BrokenOff' });
    expect(out.ended).toBe(false);
  });
});

describe('The time of a streamed response', () => {
  test('is limited up to its header section as any other: 504 page [E12]', async () => {
    backend = await httpBackend(() => undefined);
    const { out, over } = startStream(handlerFor({ REQUEST_TIMEOUT: '0.2' }));
    expect(await over).toBeUndefined();
    expect(out.response.prelude?.statusCode).toBe(504);
    expect(out.ended).toBe(true);
  });

  test('is limited between chunks and not as a whole once the body is under way [E12]', async () => {
    const { response } = await heldBackend();
    const { over, until } = startStream(handlerFor({ REQUEST_TIMEOUT: '1' }));
    await until('first');
    for (let count = 0; count < 8; count += 1) {
      await sleep(200);
      response().write(`data: ${count}\n\n`);
    }
    response().end('last');
    expect(await over).toBeUndefined();
  });

  test('is up when nothing comes for REQUEST_TIMEOUT [E12]', async () => {
    await heldBackend();
    const { value: error, lines } = await logsOf(() => startStream(handlerFor({ REQUEST_TIMEOUT: '0.3' })).over);
    expect(error).toMatchObject({ message: 'The response broke off: response_stalled' });
    expect(lineOf(lines, 'response broke off')).toMatchObject([{ error: { type: 'response_stalled' } }]);
  });

  test('does not count what the client takes', async () => {
    const { response } = await heldBackend();
    const { out, over, until } = startStream(handlerFor({ REQUEST_TIMEOUT: '0.4' }));
    out.full = true;
    await until('first');
    // More than all buffers on the way hold, so that nobody asks the backend for more.
    response().write(Buffer.alloc(1_000_000, 'x'));
    await sleep(1200);
    out.full = false;
    out.emit('drain');
    response().end('last');
    await until('last');
    expect(await over).toBeUndefined();
  });

  test('is up before Lambda ends the invocation, whatever is under way [E12]', async () => {
    const { response } = await heldBackend();
    const context = lambdaContext(1200);
    const { out, over, until } = startStream(handlerFor(), {}, context);
    await until('first');
    const timer = setInterval(() => response().write('x'), 20);
    expect(await over).toMatchObject({ message: 'The response broke off: response_stalled' });
    clearInterval(timer);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
    expect([out.ended, out.killed]).toEqual([false, false]);
  });
});

describe('The size of a streamed response', () => {
  /** Responds to `/size` with so many bytes; `?declared` puts the length in front. */
  const sizedBackend = async () => {
    backend = await httpBackend((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://backend');
      const size = Number(pathname.slice(1));
      if (searchParams.has('declared')) response.setHeader('content-length', size);
      response.flushHeaders();
      response.end(Buffer.alloc(Math.min(size, 1000), 'x'));
    });
  };

  test.each([
    ['PAYLOAD_QUOTA', '/1001?declared', '1000'],
    ['what the endpoint carries', '/209715201?declared', ''],
    ['what the endpoint carries, whatever PAYLOAD_QUOTA says', '/209715201?declared', '99999999999'],
  ])('over %s is the 413 page when it is declared [L1 R37]', async (_, target, quota) => {
    await sizedBackend();
    const { out, over } = startStream(handlerFor({ PAYLOAD_QUOTA: quota }), { target });
    expect(await over).toBeUndefined();
    expect(out.response.prelude).toMatchObject({
      statusCode: 413,
      headers: { 'proxy-status': 'lambda-rproxy; error=http_response_body_size' },
    });
    expect(out.response.body.toString()).toContain('Payload Too Large');
    expect(out.ended).toBe(true);
  });

  test('over the limit ends the body with an error when it is not declared [L1]', async () => {
    await sizedBackend();
    const { value, lines } = await logsOf(async () => {
      const { out, over } = startStream(handlerFor({ PAYLOAD_QUOTA: '999' }), { target: '/1000' });
      return { out, error: await over };
    });
    expect(value.error).toMatchObject({ message: 'The response broke off: response_too_large' });
    expect(value.out.response.body.length).toBeLessThan(1000);
    expect(value.out.ended).toBe(false);
    expect(lineOf(lines, 'response broke off')).toMatchObject([
      { error: { type: 'response_too_large' }, remedy: expect.stringContaining('PAYLOAD_QUOTA') },
    ]);
  });

  test.each(['/1000', '/1000?declared'])('up to the limit passes, and its bytes are counted: %s', async (target) => {
    await sizedBackend();
    const { value, lines } = await logsOf(async () => {
      const { out, over } = startStream(handlerFor({ PAYLOAD_QUOTA: '1000' }), { target });
      return { out, error: await over };
    });
    expect(value.error).toBeUndefined();
    expect(value.out.response.body.length).toBe(1000);
    expect(lineOf(lines, 'request')).toMatchObject([{ http: { response: { body: { size: 1000 } } } }]);
  });

  test('may be more than a buffered response carries', async () => {
    backend = await httpBackend((_request, response) => response.end(Buffer.alloc(20_000_000, 'x')));
    const { out, over } = startStream(handlerFor());
    expect(await over).toBeUndefined();
    expect(out.response.body.length).toBe(20_000_000);
  });
});
