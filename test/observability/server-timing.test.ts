import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { httpsBackend } from '../helpers/backends.ts';
import { startEnvironment } from '../helpers/environment.ts';
import { eventFor } from '../helpers/events.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';

const key = 'a-key-of-20-characters-or-more';
const namesIn = (field = '') => field.split(', ').map((metric) => metric.split(';', 1)[0]);

describe('Server-Timing', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend((response, { target }) => {
      if (target.startsWith('/timed')) response.setHeader('server-timing', 'db;dur=53');
      response.end('fine');
    });
  });
  afterAll(() => backend.close());

  const fieldFor = async (target: string, env: Record<string, string> = {}, headers = {}) => {
    const event = eventFor({ target, headers });
    const { value } = await logsOf(() => handlerWith({ REMOTE_URL: backend.url, ...env })(event));
    return value.headers['server-timing'];
  };

  test('has the phases of a traced request, in milliseconds [D10]', async () => {
    const field = await fieldFor('/?trace_connection=y');
    expect(namesIn(field)).toEqual(['dns', 'connect', 'first-byte', 'total', 'proxy']);
    for (const metric of field?.split(', ') ?? []) expect(metric).toMatch(/^[\w-]+;desc="[\w ,]+";dur=\d+(?:\.\d)?$/);
  });

  test('has the TLS handshake of an https backend [D10]', async () => {
    const secure = await httpsBackend((_request, response) => response.end('fine'));
    expect(namesIn(await fieldFor('/?trace_connection=y', { REMOTE_URL: secure.backend.url }))).toContain('tls');
    await secure.backend.close();
  });

  test('follows what the backend says itself [D10]', async () => {
    expect(await fieldFor('/timed?trace_connection=y')).toMatch(/^db;dur=53, dns;/);
    expect(await fieldFor('/timed')).toBe('db;dur=53');
  });

  test.each([
    ['no trace is asked for', '/', {}],
    ['the key is wrong', '/?trace_connection=y', { DEBUG_KEY: key }],
    ['debug queries are off', '/?trace_connection=y', { DEBUG_QUERIES: 'off' }],
  ])('is not there when %s [D10]', async (_, target, env) => {
    expect(await fieldFor(target, env as Record<string, string>)).toBeUndefined();
  });

  test('is there with the right key [D10]', async () => {
    expect(await fieldFor(`/?trace_connection=${key}`, { DEBUG_KEY: key })).toMatch(/total/);
  });

  test('is not there where the operator traces every request [D10]', async () => {
    const environment = await startEnvironment({ REMOTE_URL: backend.url }, { POWERTOOLS_LOG_LEVEL: 'DEBUG' });
    const { result, lines } = await environment.invoke(eventFor());
    expect(lines.map(({ message }) => message)).toContain('trace: backend');
    expect(result.headers).not.toHaveProperty('server-timing');
    await environment.stop();
  });

  test('is on a page of the proxy too [D10]', async () => {
    const headers = { accept: 'text/html' };
    expect(namesIn(await fieldFor('/?trace_connection=y', { REMOTE_URL: await refusedUrl() }, headers))).toEqual(
      expect.arrayContaining(['total', 'proxy']),
    );
    expect(namesIn(await fieldFor('/?trace_connection=y&dump_request=y', {}, headers))).toEqual(['total', 'proxy']);
  });

  test('is on a streamed response, as far as the times are known by then [D10]', async () => {
    const uninstall = installAwsLambda();
    const handler = streamHandlerWith({ REMOTE_URL: backend.url });
    const { value } = await logsOf(async () => {
      const streamed = startStream(handler, { target: '/?trace_connection=y' });
      await streamed.over;
      return streamed.out.response.prelude as { headers: Record<string, string> };
    });
    uninstall();
    expect(namesIn(value.headers['server-timing'])).toEqual(expect.arrayContaining(['first-byte', 'total', 'proxy']));
  });
});
