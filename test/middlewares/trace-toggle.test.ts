import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { traceToggle } from '../../middlewares/trace-toggle.ts';
import { buffered } from '../../src/delivery/buffered.ts';
import { localInvoke } from '../../src/local/invoke.ts';
import { logger, switchToDebug } from '../../src/observability/logger.ts';
import { createProxy } from '../../src/proxy.ts';
import { httpsBackend } from '../helpers/backends.ts';
import { type Environment, startEnvironment } from '../helpers/environment.ts';
import { eventFor } from '../helpers/events.ts';
import { configWith } from '../helpers/http-fixtures.ts';
import { bodyText, handlerWith, type Result } from '../helpers/lambda.ts';
import { type LogLine, logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';

/** Number of fields that CloudWatch Logs discovers in a line; it looks at the first 200 and no more. */
const fieldsOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, part) => sum + fieldsOf(part), 0)
    : 1;

const debugLines = (lines: readonly LogLine[]) => lines.filter(({ level }) => level === 'DEBUG');
const messages = (lines: readonly LogLine[]) => lines.map(({ level, message }) => `${level} ${message}`);

const traced = [
  'DEBUG trace: request received',
  'DEBUG trace: request sent to the backend',
  'DEBUG trace: backend',
  'DEBUG trace: response returned',
  'INFO request',
];

describe('trace_connection', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend((response, { target }) => {
      if (target.startsWith('/cookies')) {
        const many = Array.from({ length: 120 }, (_, index) => `c${index}=s3cret; Path=/`);
        response.setHeader('set-cookie', many);
        for (let index = 0; index < 40; index += 1) response.setHeader(`x-field-${index}`, 'v');
      } else if (target.startsWith('/odd')) {
        response.setHeader('set-cookie', ['', '=', 'nameless', ';;', 'a=b; Path']);
      }
      response.writeHead(201, { location: 'https://other.example/?token=s3cret' }).end('the s3cret answer');
    });
  });
  afterAll(() => backend.close());

  const ask = (target: string, request: { method?: string; body?: string; headers?: Record<string, string> } = {}) =>
    logsOf(() => handlerWith({ REMOTE_URL: backend.url })(eventFor({ target, ...request })));

  test('logs what came in, what went out, how long it took and what went back [D6]', async () => {
    const { value, lines } = await ask('/p?a=1&trace_connection=y&b=2', {
      method: 'POST',
      body: 'hello',
      headers: { 'x-custom': 'kept' },
    });
    expect(value.statusCode).toBe(201);
    expect(messages(lines)).toEqual(traced);
    const [received, sent, backendReport, returned] = lines;
    expect(received).toMatchObject({
      event: {
        method: 'POST',
        path: '/p',
        query: 'a=1&b=2',
        headers: expect.stringContaining('"x-custom":"kept"'),
        body_size: 5,
        client: { ip: '198.51.100.7' },
        source: 'function-url',
      },
    });
    expect(sent).toMatchObject({
      backend: {
        request: {
          method: 'POST',
          target: '/p?a=1&b=2',
          headers: expect.stringContaining('"x-forwarded-for":"198.51.100.7"'),
          body_size: 5,
        },
      },
    });
    expect(backendReport).toMatchObject({
      backend: {
        dns_ms: expect.any(Number),
        connect_ms: expect.any(Number),
        first_byte_ms: expect.any(Number),
        total_ms: expect.any(Number),
        reused_socket: false,
        attempts: 1,
        status_code: 201,
        http_version: '1.1',
        body_size: 17,
      },
    });
    expect(returned).toMatchObject({
      response: { status_code: 201, headers: expect.stringContaining('"location":"https://other.example/') },
    });
  });

  test('is taken out of the query, and every other byte goes to the backend', async () => {
    await ask('/p?a=%2f&&trace%5Fconnection=1&c=d+e&trace_connection=n&=');
    expect(backend.requests.at(-1)?.target).toBe('/p?a=%2f&&c=d+e&=');
  });

  test('with a wrong key or a value other than yes is an ordinary parameter [D1, D2]', async () => {
    for (const [settings, value] of [
      [{}, 'n'],
      [{ DEBUG_KEY: 'key' }, 'y'],
      [{ DEBUG_QUERIES: 'off' }, 'y'],
    ] as const) {
      const target = `/?trace_connection=${value}`;
      const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: backend.url, ...settings })(eventFor({ target })));
      expect(messages(lines)).toEqual(['INFO request']);
      expect(backend.requests.at(-1)?.target).toBe(target);
    }
  });

  test('says that a socket was reused, and gives it no connection phases', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url });
    await handler(eventFor());
    const { lines } = await logsOf(() => handler(eventFor({ target: '/?trace_connection=y' })));
    const backendReport = lines.find(({ message }) => message === 'trace: backend')?.['backend'];
    expect(backendReport).toMatchObject({ reused_socket: true, first_byte_ms: expect.any(Number) });
    expect(backendReport).not.toHaveProperty('dns_ms');
    expect(backendReport).not.toHaveProperty('connect_ms');
  });

  test('gives the time of the TLS handshake', async () => {
    const secure = await httpsBackend((_request, response) => response.end('hello'));
    const handler = handlerWith({ REMOTE_URL: secure.backend.url, REMOTE_TLS: `sha256:${secure.fingerprint}` });
    const { lines } = await logsOf(() => handler(eventFor({ target: '/?trace_connection=y' })));
    await secure.backend.close();
    expect(lines.find(({ message }) => message === 'trace: backend')).toMatchObject({
      backend: { tls_ms: expect.any(Number) },
    });
  });

  test('never logs a body, and masks what is secret', async () => {
    const { lines } = await ask('/cookies?password=s3cret&trace_connection=y', {
      method: 'POST',
      body: 'a s3cret body',
      headers: { authorization: 'Bearer s3cret', cookie: 'sid=s3cret; theme=s3cret', 'x-auth-token': 's3cret' },
    });
    expect(messages(lines)).toEqual(traced);
    const written = JSON.stringify(lines);
    expect(written).not.toContain('s3cret');
    for (const name of ['password=[redacted', 'sid=[redacted', 'c0=[redacted']) expect(written).toContain(name);
  });

  test('names the cookies that are set, and writes no line of more than 60 fields', async () => {
    const headers = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`x-h${index}`, 'v']));
    const { lines } = await ask('/cookies?trace_connection=y', { headers });
    const returned = lines.find(({ message }) => message === 'trace: response returned');
    expect(JSON.stringify(returned)).toContain('c0, c1, c2');
    for (const line of lines) expect([line.message, fieldsOf(line) <= 60]).toEqual([line.message, true]);
  });

  test('changes nothing in the response but Server-Timing, odd cookies included', async () => {
    for (const path of ['/odd', '/cookies', '/']) {
      const plain = await ask(path, { headers: { cookie: ';;=;a' } });
      const tracing = await ask(`${path}?trace_connection=y`, { headers: { cookie: ';;=;a' } });
      expect(messages(tracing.lines)).toEqual(traced);
      const { date: _a, 'x-request-id': _c, ...expected } = plain.value.headers;
      const { date: _b, 'x-request-id': _d, 'server-timing': _e, ...actual } = tracing.value.headers;
      expect({ ...tracing.value, headers: actual }).toEqual({ ...plain.value, headers: expected });
    }
  });

  test('traces requests that fail as well', async () => {
    const url = await refusedUrl();
    const { value, lines } = await logsOf(() =>
      handlerWith({ REMOTE_URL: url })(eventFor({ target: '/x?trace_connection=y' })),
    );
    expect(value.statusCode).toBe(502);
    const notSent = 'DEBUG trace: request not sent to the backend';
    expect(messages(lines)).toEqual([traced[0], notSent, traced[2], 'ERROR request failed', 'INFO request']);
    expect(lines[2]).toMatchObject({ backend: { attempts: 1, reused_socket: false, total_ms: expect.any(Number) } });
  });

  test('warns, with a remedy, when a log level of Lambda’s own keeps the logger from debug', async () => {
    const setLogLevel = logger.setLogLevel;
    logger.setLogLevel = () => undefined;
    try {
      const { lines } = await ask('/?trace_connection=y');
      expect(messages(lines)).toEqual(['WARN debug lines are suppressed', 'INFO request']);
      expect(lines[0]).toMatchObject({
        reason: "Lambda's log-level control (AWS_LAMBDA_LOG_LEVEL) drops debug lines",
        remedy: "set the function's ApplicationLogLevel to DEBUG, and POWERTOOLS_LOG_LEVEL to INFO",
      });
    } finally {
      logger.setLogLevel = setLogLevel;
    }
  });

  test('logs nothing of a request that did not ask and did not fail, where debug lines are let through for those that do', async () => {
    const closed = handlerWith({ REMOTE_URL: backend.url, FILTERED_PATH: '/' });
    Object.assign(process.env, { AWS_LAMBDA_LOG_LEVEL: 'DEBUG', POWERTOOLS_LOG_LEVEL: 'INFO' });
    const setLogLevel = logger.setLogLevel;
    logger.setLogLevel('DEBUG');
    // As where Lambda's level is DEBUG: Powertools would set its own again at the beginning of each invocation.
    logger.setLogLevel = () => undefined;
    try {
      expect(messages((await ask('/')).lines)).toEqual(['INFO request']);
      const refused = await logsOf(() => closed(eventFor()));
      expect(messages(refused.lines)).toEqual(['WARN request refused', 'INFO request']);
      expect(messages((await ask('/?trace_connection=y')).lines)).toEqual(traced);
    } finally {
      delete process.env['AWS_LAMBDA_LOG_LEVEL'];
      delete process.env['POWERTOOLS_LOG_LEVEL'];
      logger.setLogLevel = setLogLevel;
      logger.setLogLevel('INFO');
    }
  });

  test('traces requests that are refused, and those that are dumped', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url, FILTERED_PATH: '/closed' });
    const refused = await logsOf(() => handler(eventFor({ target: '/closed?trace_connection=y' })));
    expect(messages(refused.lines)).toEqual([traced[0], 'WARN request refused', 'INFO request']);
    const dumped = await logsOf(() => handler(eventFor({ target: '/?trace_connection=y&dump_request=y' })));
    expect(messages(dumped.lines)).toEqual([traced[0], 'INFO request']);
    expect(bodyText(dumped.value)).not.toContain('trace_connection');
  });

  test('leaves the request after it quiet, however it ended', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url, FILTERED_PATH: '/closed' });
    const failing = handlerWith({ REMOTE_URL: await refusedUrl() });
    for (const [first, target] of [
      [handler, '/'],
      [handler, '/closed'],
      [handler, '/?dump_request=y'],
      [failing, '/'],
    ] as const) {
      const loud = await logsOf(() =>
        first(eventFor({ target: `${target}${target.includes('?') ? '&' : '?'}trace_connection=y` })),
      );
      expect(debugLines(loud.lines).length).toBeGreaterThan(0);
      expect(logger.getLevelName()).toBe('INFO');
      const quiet = await logsOf(() => handler(eventFor({ target: '/after' })));
      expect(messages(quiet.lines)).toEqual(['INFO request']);
    }
  });

  test('20 interleaved invocations in one environment mix nothing: responses, lines, request ids, levels', async () => {
    process.env['AWS_LAMBDA_MAX_CONCURRENCY'] = '64';
    const waiting: (() => void)[] = [];
    const release = () => {
      for (const resume of waiting.reverse()) resume();
    };
    // Responds to none until all are there, so that every invocation is in flight with every other.
    const echo = await recordingBackend((response, { target, headers, body }) => {
      waiting.push(() =>
        response.setHeader('set-cookie', `${headers.cookie}`).end(`${target} ${headers.cookie} ${body}`),
      );
      if (waiting.length === 15) release();
    });
    try {
      const handler = buffered(createProxy({ REMOTE_URL: echo.url, FILTERED_PATH: '/closed' }));
      const invoke = await localInvoke(handler as (event: unknown, context: Context) => Promise<unknown>);
      const invocations = Array.from({ length: 20 }, (_, index) => {
        const path = index % 4 === 3 ? `/closed/n${index}n` : `/n${index}n`;
        return {
          path,
          isTraced: index % 5 === 0 || index === 3,
          cookie: `k${index}=n${index}n`,
          body: `body n${index}n`,
        };
      });
      const { value: responses, lines } = await logsOf(() =>
        Promise.all(
          invocations.map(({ path, isTraced, cookie, body }) => {
            const target = isTraced ? `${path}?trace_connection=y` : path;
            return invoke(eventFor({ method: 'POST', target, headers: { cookie, accept: 'application/json' }, body }));
          }),
        ),
      );
      invocations.forEach(({ path, isTraced, cookie, body }, index) => {
        const result = responses[index] as Result;
        const refused = path.startsWith('/closed');
        if (!refused) {
          expect(bodyText(result)).toBe(`${path} ${cookie} ${body}`);
          expect(result.cookies).toEqual([cookie]);
        }
        const access = lines.filter(
          ({ message, url }) => message === 'request' && (url as { path: string }).path === path,
        );
        expect(access).toHaveLength(1);
        const requestId = access[0]?.['function_request_id'];
        if (refused) expect(JSON.parse(bodyText(result))).toMatchObject({ instance: `urn:uuid:${requestId}` });
        const own = lines.filter(({ function_request_id }) => function_request_id === requestId);
        const expected = [
          ...(isTraced ? (refused ? traced.slice(0, 1) : traced.slice(0, 4)) : []),
          ...(refused ? ['WARN request refused'] : []),
          'INFO request',
        ];
        expect(messages(own)).toEqual(expected);
        const marks = new Set(JSON.stringify(own).match(/n\d+n/g));
        expect([...marks]).toEqual([`n${index}n`]);
      });
      expect(new Set(lines.map(({ function_request_id }) => function_request_id)).size).toBe(20);
    } finally {
      delete process.env['AWS_LAMBDA_MAX_CONCURRENCY'];
      await echo.close();
    }
  });

  describe('in an environment with log levels of its own', () => {
    let environment: Environment | undefined;
    afterEach(() => environment?.stop());

    const linesOf = async (variables: Record<string, string>, target: string) => {
      environment = await startEnvironment({ REMOTE_URL: backend.url }, variables);
      const { result, lines } = await environment.invoke(eventFor({ target }));
      expect(result.statusCode).toBe(201);
      return lines;
    };

    test('AWS_LAMBDA_LOG_LEVEL=INFO makes the toggle warn that debug lines are suppressed', async () => {
      const lines = await linesOf({ AWS_LAMBDA_LOG_LEVEL: 'INFO' }, '/?trace_connection=y');
      expect(lines.find(({ message }) => message === 'debug lines are suppressed')).toMatchObject({
        level: 'WARN',
        reason: expect.stringContaining('AWS_LAMBDA_LOG_LEVEL'),
        remedy: expect.stringContaining('ApplicationLogLevel'),
      });
      expect(debugLines(lines)).toEqual([]);
      expect(messages(lines).at(-1)).toBe('INFO request');
      const quiet = await environment?.invoke(eventFor());
      expect(messages(quiet?.lines ?? [])).toEqual(['INFO request']);
    });

    test('with AWS_LAMBDA_LOG_LEVEL=DEBUG and POWERTOOLS_LOG_LEVEL=INFO only traced requests are loud', async () => {
      const variables = { AWS_LAMBDA_LOG_LEVEL: 'DEBUG', POWERTOOLS_LOG_LEVEL: 'INFO' };
      expect(messages(await linesOf(variables, '/?trace_connection=y'))).toEqual(traced);
      for (let request = 0; request < 2; request += 1) {
        const quiet = await environment?.invoke(eventFor());
        expect(messages(quiet?.lines ?? [])).toEqual(['INFO request']);
      }
    });

    test.each([
      { POWERTOOLS_LOG_LEVEL: 'DEBUG' },
      { POWERTOOLS_LOG_LEVEL: 'TRACE' },
      { AWS_LAMBDA_LOG_LEVEL: 'DEBUG' },
      { AWS_LAMBDA_LOG_LEVEL: 'DEBUG', POWERTOOLS_LOG_LEVEL: '' },
    ])('%j traces every request', async (variables) => {
      expect(messages(await linesOf(variables as Record<string, string>, '/'))).toEqual(traced);
      const again = await environment?.invoke(eventFor());
      expect(messages(again?.lines ?? [])).toEqual(traced);
    });

    test('Powertools’ sampling of debug logs traces the sampled requests', async () => {
      const lines = await linesOf({ POWERTOOLS_LOGGER_SAMPLE_RATE: '1' }, '/');
      expect(messages(lines)).toEqual(expect.arrayContaining(traced));
    });

    test('POWERTOOLS_LOGGER_LOG_EVENT cannot bring body and credentials into the log', async () => {
      environment = await startEnvironment({ REMOTE_URL: backend.url }, { POWERTOOLS_LOGGER_LOG_EVENT: 'true' });
      const headers = { authorization: 'Bearer s3cret-1', cookie: 'sid=s3cret-2' };
      await environment.invoke(eventFor({ method: 'POST', headers, body: 's3cret-3' }));
      expect(environment.output()).not.toContain('s3cret');
      expect(environment.output()).not.toContain('"data":[');
    });
  });
});

test('a traced request that failed while its content was still coming is told without a size', async () => {
  const backendRequest = { method: 'POST', target: '/', headers: {}, body: Readable.from([]) };
  const open = { attempts: 1, timings: { start: 1, connect: 2, phases: {} } };
  for (const [backendReport, verb] of [
    [undefined, 'not sent'],
    [open, 'sent'],
  ]) {
    const context = { exchange: { traced: true, backendRequest, backendReport }, config: configWith() };
    const { restore } = switchToDebug();
    const { lines } = await logsOf(async () => traceToggle().onError?.({ context } as never)).finally(restore);
    expect(lines[0]).toMatchObject({
      message: `trace: request ${verb} to the backend`,
      backend: { request: { target: '/' } },
    });
    expect(lines[0]).not.toHaveProperty('backend.request.body_size');
  }
});
