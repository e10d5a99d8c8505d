import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { buffered } from '../../src/delivery/buffered.ts';
import { localInvoke } from '../../src/local/invoke.ts';
import { logger } from '../../src/observability/logger.ts';
import { createProxy } from '../../src/proxy.ts';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { rawBackend } from '../helpers/backends.ts';
import { type Environment, startEnvironment } from '../helpers/environment.ts';
import { eventFor } from '../helpers/events.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { type LogLine, logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';

const messages = (lines: readonly LogLine[]) => lines.map(({ level, message }) => `${level} ${message}`);

/** The lines of a request that the backend received, and of one whose connection was refused. */
const sent = ['DEBUG trace: request received', 'DEBUG trace: request sent to the backend', 'DEBUG trace: backend'];
const detail = sent.with(1, 'DEBUG trace: request not sent to the backend');

describe('a request that fails by no fault of its client', () => {
  let backend: RecordingBackend;
  let down: string;
  beforeAll(async () => {
    down = await refusedUrl();
    backend = await recordingBackend((response, { target }) => {
      if (target === '/503') response.writeHead(503);
      response.end('an answer');
    });
  });
  afterAll(() => backend.close());

  const asked = {
    method: 'POST',
    target: '/p;jsessionid=s3cret?name=s3cret&q',
    headers: { 'x-custom': 'kept', authorization: 'Bearer s3cret', cookie: 'sid=s3cret' },
    body: 's3cret',
  };

  test('leaves its trace in the log without having asked, before the line that says why [D7]', async () => {
    const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: down })(eventFor(asked)));
    expect(messages(lines)).toEqual([...detail, 'ERROR request failed', 'INFO request']);
    expect(lines[0]).toMatchObject({
      event: {
        method: 'POST',
        path: '/p;jsessionid=[redacted 6 chars]',
        query: 'name=[redacted 6 chars]&[redacted 1 chars]',
        headers: expect.stringContaining('"x-custom":"[redacted 4 chars]"'),
        body_size: 6,
        client: { ip: '198.51.100.7' },
        source: 'function-url',
      },
    });
    expect(lines[1]).toMatchObject({
      backend: {
        request: {
          method: 'POST',
          target: '/p;jsessionid=[redacted 6 chars]?name=[redacted 6 chars]&[redacted 1 chars]',
          headers: expect.stringContaining('"x-forwarded-for":"198.51.100.7"'),
          body_size: 6,
        },
      },
    });
    expect(lines[2]).toMatchObject({ backend: { attempts: 1, reused_socket: false, total_ms: expect.any(Number) } });
    expect(new Set(lines.map(({ function_request_id }) => function_request_id)).size).toBe(1);
  });

  test('has the time of each step, which is not when the line was written [D7]', async () => {
    const slow = await recordingBackend((response) => setTimeout(() => response.destroy(), 60));
    const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: slow.url })(eventFor({ method: 'POST' })));
    await slow.close();
    expect(messages(lines)).toEqual([...sent, 'ERROR request failed', 'INFO request']);
    const [received = '', forwarded = '', ended = ''] = lines.slice(0, 3).map(({ at }) => String(at));
    const access = lines.at(-1) as LogLine;
    expect([received, received <= forwarded, forwarded < ended]).toEqual([access['started_at'], true, true]);
    expect(Date.parse(ended) - Date.parse(forwarded)).toBeGreaterThanOrEqual(50);
    expect(Date.parse(String(access['timestamp'])) - Date.parse(received)).toBeGreaterThanOrEqual(50);
  });

  test('leaves no secret there, and no value of its query [D7]', async () => {
    const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: `${down}/?key=s3cret` })(eventFor(asked)));
    expect(messages(lines)).toEqual([...detail, 'ERROR request failed', 'INFO request']);
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });

  test('shows fields that are known to be harmless, and the length of any other [D7]', async () => {
    const headers = { accept: 'text/html', 'x-user': 's3cret', referer: 'https://h/?q=s3cret', from: 'Bearer s3cret' };
    const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: down })(eventFor({ headers })));
    const [received, sent] = lines as [LogLine, LogLine];
    const { event } = received as unknown as { event: { headers: string } };
    const { backend: call } = sent as unknown as { backend: { request: { headers: string } } };
    expect(JSON.parse(event.headers)).toMatchObject({
      accept: 'text/html',
      'x-user': '[redacted 6 chars]',
      referer: '[redacted 19 chars]',
      from: 'Bearer [redacted 6 chars]',
    });
    expect(JSON.parse(call.request.headers)).toMatchObject({ accept: 'text/html', 'x-user': '[redacted 6 chars]' });
  });

  test('has as much of a trace as it came to: none of the backend when a setting is wrong', async () => {
    const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: 'nonsense' })(eventFor()));
    expect(messages(lines)).toEqual([detail[0], 'ERROR request failed', 'INFO request']);
  });

  test('shows no more of its header section than 8 KB, so that nobody can make failures dear [D7]', async () => {
    const headers = { 'user-agent': 'h'.repeat(50_000) };
    const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: down })(eventFor({ headers })));
    for (const line of lines) expect(JSON.stringify(line).length).toBeLessThan(10_000);
    expect(lines[0]).toMatchObject({ event: { headers: expect.stringMatching(/h…$/) } });
  });

  test('leaves one when its streamed answer breaks off [D7]', async () => {
    const breaking = await rawBackend((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')),
    );
    const uninstall = installAwsLambda();
    const { lines } = await logsOf(() => startStream(streamHandlerWith({ REMOTE_URL: breaking.url })).over);
    uninstall();
    await breaking.close();
    expect(messages(lines)).toEqual([...sent, 'ERROR response broke off', 'INFO request']);
    expect(lines[2]).toMatchObject({ backend: { status_code: 200, declared_length: 10, body_size: 4 } });
  });

  test('has its trace once when it asked for it', async () => {
    const { lines } = await logsOf(() =>
      handlerWith({ REMOTE_URL: down })(eventFor({ target: '/?trace_connection=y' })),
    );
    expect(messages(lines)).toEqual([...detail, 'ERROR request failed', 'INFO request']);
  });

  test('leaves the level as it was, and those after it without a trace', async () => {
    const failing = handlerWith({ REMOTE_URL: down });
    const working = handlerWith({ REMOTE_URL: backend.url });
    await logsOf(() => failing(eventFor()));
    expect(logger.getLevelName()).toBe('INFO');
    const { lines } = await logsOf(() => working(eventFor()));
    expect(messages(lines)).toEqual(['INFO request']);
  });

  test.each([
    ['refused', { FILTERED_PATH: '/' }, '/', 'WARN request refused'],
    ['too large', { PAYLOAD_QUOTA: '3' }, '/', 'WARN request refused'],
    ["the backend's own", {}, '/503', undefined],
  ])('is not meant: an answer that is %s has no trace', async (_, settings, target, line) => {
    const env = { REMOTE_URL: backend.url, ...(settings as Record<string, string>) };
    const { lines } = await logsOf(() => handlerWith(env)(eventFor({ target })));
    expect(messages(lines)).toEqual([...(line === undefined ? [] : [line]), 'INFO request']);
  });

  test('among others that are under way leaves a trace of itself alone', async () => {
    process.env['AWS_LAMBDA_MAX_CONCURRENCY'] = '64';
    const waiting: (() => void)[] = [];
    const half = await recordingBackend((response, { target }) => {
      waiting.push(() => (target.startsWith('/fail') ? response.destroy() : response.end('fine')));
      if (waiting.length === 10) for (const resume of waiting) resume();
    });
    try {
      const handler = buffered(createProxy({ REMOTE_URL: half.url }));
      const invoke = await localInvoke(handler as (event: unknown, context: Context) => Promise<unknown>);
      const targets = Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0 ? `/fail/n${index}n` : `/fine/n${index}n`,
      );
      const { lines } = await logsOf(() =>
        Promise.all(targets.map((target) => invoke(eventFor({ method: 'POST', target })))),
      );
      const byRequest = Map.groupBy(lines, (line) => line['function_request_id']);
      expect(byRequest.size).toBe(10);
      for (const own of byRequest.values()) {
        const { path } = (own.at(-1) as LogLine)['url'] as { path: string };
        const failed = [...sent, 'ERROR request failed', 'INFO request'];
        expect([path, messages(own)]).toEqual([path, path.startsWith('/fail') ? failed : ['INFO request']]);
        expect([...new Set(JSON.stringify(own).match(/n\d+n/g))]).toHaveLength(1);
      }
      expect(logger.getLevelName()).toBe('INFO');
    } finally {
      delete process.env['AWS_LAMBDA_MAX_CONCURRENCY'];
      await half.close();
    }
  });

  describe('where the level is another', () => {
    let environment: Environment | undefined;
    afterEach(() => environment?.stop());

    test.each<[Record<string, string>, string[]]>([
      [{ POWERTOOLS_LOG_LEVEL: 'ERROR' }, [...detail, 'ERROR request failed']],
      [
        { AWS_LAMBDA_LOG_LEVEL: 'DEBUG', POWERTOOLS_LOG_LEVEL: 'INFO' },
        [...detail, 'ERROR request failed', 'INFO request'],
      ],
      [{ AWS_LAMBDA_LOG_LEVEL: 'INFO' }, ['ERROR request failed', 'INFO request']],
      [{ AWS_LAMBDA_LOG_LEVEL: 'ERROR' }, ['ERROR request failed']],
      [{ POWERTOOLS_LOG_LEVEL: 'SILENT' }, []],
    ])('%j: the log has %j', async (variables, expected) => {
      environment = await startEnvironment({ REMOTE_URL: down }, variables);
      for (let request = 0; request < 2; request += 1) {
        const { lines } = await environment.invoke(eventFor(), { marked: true });
        expect(messages(lines)).toEqual(expected);
      }
    });
  });
});
