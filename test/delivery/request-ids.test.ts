import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { buffered } from '../../src/delivery/buffered.ts';
import { localInvoke } from '../../src/local/invoke.ts';
import { createProxy } from '../../src/proxy.ts';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { eventFor, fronts, type TestRequest } from '../helpers/events.ts';
import { bodyText, handlerWith, lambdaContext, type Result } from '../helpers/lambda.ts';
import { type LogLine, logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';

const own = '0d1f2a3b-0000-4000-8000-00000000abcd';
const given = 'shop-7f3a9c';

describe('X-Request-Id', () => {
  let backend: RecordingBackend;
  let down: string;
  beforeAll(async () => {
    down = await refusedUrl();
    backend = await recordingBackend((response, { target, headers }) => {
      if (target === '/named') response.setHeader('x-request-id', `the "backend's"`);
      if (target === '/echo') response.setHeader('x-request-id', String(headers['x-request-id']));
      response.end('fine');
    });
  });
  afterAll(() => backend.close());

  /** What became of a request: the response, the log, and what the backend saw. */
  async function ask(request: TestRequest = {}, settings: Record<string, string> = {}, front = fronts[0]) {
    const handler = handlerWith({ REMOTE_URL: backend.url, ...settings });
    const { value, lines } = await logsOf(() => handler(eventFor(request, front), lambdaContext(30_000, own)));
    return { result: value, lines, sent: backend.requests.at(-1)?.headers ?? {} };
  }

  const withId = (id: string, request: TestRequest = {}): TestRequest => ({
    ...request,
    headers: { ...request.headers, 'x-request-id': id },
  });

  for (const front of fronts) {
    test(`from ${front.source}: a well-formed one is kept, else Lambda's, for client, backend and log [H44 R47]`, async () => {
      for (const [request, id, correlation] of [
        [{}, own, undefined],
        [withId(given), given, given],
        [withId('not an id'), own, undefined],
        [withId('a'.repeat(200)), own, undefined],
      ] as const) {
        const { result, lines, sent } = await ask(request, {}, front);
        expect([result.headers['x-request-id'], sent['x-request-id']]).toEqual([id, id]);
        for (const line of lines) {
          expect([line['function_request_id'], line['correlation_id']]).toEqual([own, correlation]);
        }
      }
    });
  }

  test('is on every response, whatever its ending, and the page shows the one that is Lambda’s [R47 P10]', async () => {
    const endings: [TestRequest, Record<string, string>, number][] = [
      [{}, {}, 200],
      [{ method: 'HEAD' }, {}, 200],
      [{ target: '/?dump_request=y' }, {}, 200],
      [{ method: 'OPTIONS', headers: { 'max-forwards': '0' } }, {}, 200],
      [{}, { FILTERED_PATH: '/' }, 403],
      [{ method: 'TRACE' }, {}, 405],
      [{}, { PAYLOAD_QUOTA: '1' }, 413],
      [{}, { REMOTE_URL: 'nonsense' }, 500],
      [{}, { REMOTE_URL: down }, 502],
    ];
    for (const accept of ['text/html', 'application/json', 'text/plain']) {
      for (const [request, settings, status] of endings) {
        const asked = { ...request, headers: { ...request.headers, accept } };
        const { result, lines } = await ask(withId(given, asked), settings);
        expect([result.statusCode, result.headers['x-request-id']]).toEqual([status, given]);
        expect(new Set(lines.map((line) => line['correlation_id']))).toEqual(new Set([given]));
        if (status < 400) continue;
        expect(bodyText(result)).toContain(own);
        expect(bodyText(result)).not.toContain(given);
      }
    }
  });

  test('is on the response to an event that cannot be read, and nothing is left over from the request before', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url });
    await handler(eventFor(withId(given)));
    const { value, lines } = await logsOf(() => handler({ Records: [] }, lambdaContext(30_000, own)));
    expect([value.statusCode, value.headers['x-request-id']]).toEqual([400, own]);
    for (const line of lines) expect(line).not.toHaveProperty('correlation_id');
  });

  test('is on a streamed response [R47]', async () => {
    const uninstall = installAwsLambda();
    const { out, over } = startStream(streamHandlerWith({ REMOTE_URL: backend.url }), withId(given));
    expect(await over).toBeUndefined();
    uninstall();
    expect(out.response.prelude?.headers).toMatchObject({ 'x-request-id': given });
  });

  test('reaches the backend once, under its own name alone, NO_HEADERS or not [H16 H44 H40]', async () => {
    for (const settings of [{}, { NO_HEADERS: 'true' }]) {
      const { sent } = await ask({ headers: { 'x-request-id': given, x_request_id: 'forged' } }, settings);
      expect(sent['x-request-id']).toBe(given);
      expect(sent).not.toHaveProperty('x_request_id');
    }
  });

  test('of the backend’s own passes, and is in the log when it is another [R47]', async () => {
    const named = await ask(withId(given, { target: '/named' }));
    expect(named.result.headers['x-request-id']).toBe(`the "backend's"`);
    expect(named.lines.at(-1)).toMatchObject({
      correlation_id: given,
      backend: { request_id: `the "backend's"` },
    });
    const echoed = await ask(withId(given, { target: '/echo' }));
    expect(echoed.result.headers['x-request-id']).toBe(given);
    expect(echoed.lines.at(-1)?.['backend']).not.toHaveProperty('request_id');
  });

  test('is shown by the dump as it is sent', async () => {
    const { result } = await ask(withId('not an id', { target: '/?dump_request=y' }));
    const { request, backend: shown } = JSON.parse(bodyText(result));
    expect([request.headers['x-request-id'], shown.headers['x-request-id']]).toEqual(['not an id', own]);
  });

  test('counts for what the endpoint can carry', async () => {
    for (const front of fronts) {
      let measured = 0;
      const response = { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'fine' };
      const handler = buffered(async (_request, { capacity }) => {
        measured = capacity.measure(response);
        return response;
      });
      const result = await handler(eventFor(withId('i'.repeat(128)), front), lambdaContext());
      expect(JSON.stringify(result)).toContain('i'.repeat(128));
      expect(measured).toBe(Buffer.byteLength(JSON.stringify(result)));
    }
  });

  test('stays with its own request among 20 that are under way at once', async () => {
    process.env['AWS_LAMBDA_MAX_CONCURRENCY'] = '64';
    const waiting: (() => void)[] = [];
    const echo = await recordingBackend((response, { headers }) => {
      waiting.push(() => response.end(String(headers['x-request-id'])));
      if (waiting.length === 20) for (const resume of waiting.toReversed()) resume();
    });
    try {
      const handler = buffered(createProxy({ REMOTE_URL: echo.url }));
      const invoke = await localInvoke(handler as (event: unknown, context: Context) => Promise<unknown>);
      const ids = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? `caller-${index}` : undefined));
      const { value: responses, lines } = await logsOf(() =>
        Promise.all(
          ids.map((id, index) => invoke(eventFor(id ? withId(id, { target: `/${index}` }) : { target: `/${index}` }))),
        ),
      );
      ids.forEach((id, index) => {
        const result = responses[index] as Result;
        const line = lines.find(({ url }) => (url as { path: string }).path === `/${index}`) as LogLine;
        expect(line['correlation_id']).toBe(id);
        const expected = id ?? line['function_request_id'];
        expect([result.headers['x-request-id'], bodyText(result)]).toEqual([expected, expected]);
      });
    } finally {
      delete process.env['AWS_LAMBDA_MAX_CONCURRENCY'];
      await echo.close();
    }
  });
});

describe('W3C Trace Context', () => {
  test('passes untouched, tracestate too, and its trace id is in the log [H45]', async () => {
    const backend = await recordingBackend();
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    for (const [traceparent, logged] of [
      [`00-${trace}-00f067aa0ba902b7-01`, trace],
      ['whatever it is', undefined],
    ] as const) {
      const headers = { traceparent, tracestate: 'congo=t61rcWkgMzE, rojo=00f067aa0ba902b7', baggage: 'a=1' };
      const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: backend.url })(eventFor({ headers })));
      expect(backend.requests.at(-1)?.headers).toMatchObject(headers);
      expect(lines.at(-1)?.['trace_id']).toBe(logged);
    }
    await backend.close();
  });
});
