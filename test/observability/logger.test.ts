import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { debugsEverything, logger, switchToDebug } from '../../src/observability/logger.ts';
import { type Environment, startEnvironment } from '../helpers/environment.ts';
import { eventFor } from '../helpers/events.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';

describe('the logger', () => {
  let backend: RecordingBackend;
  let environment: Environment | undefined;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());
  afterEach(() => environment?.stop());

  test.each([
    [{}, 'lambda-rproxy'],
    [{ POWERTOOLS_SERVICE_NAME: 'greenhouse' }, 'greenhouse'],
    [{ POWERTOOLS_SERVICE_NAME: '' }, 'lambda-rproxy'],
  ])('with %j gives its lines the service %s', async (variables, service) => {
    environment = await startEnvironment({ REMOTE_URL: backend.url }, variables as Record<string, string>);
    const { lines } = await environment.invoke(eventFor());
    expect(lines).toMatchObject([{ message: 'request', service }]);
  });

  test('writes each line as one JSON object with the level and the timestamp by which Lambda filters', async () => {
    environment = await startEnvironment({ REMOTE_URL: await refusedUrl() });
    await environment.invoke(eventFor({ target: '/?trace_connection=y' }));
    const texts = environment.output().trim().split('\n');
    expect(texts).toHaveLength(5);
    for (const text of texts) {
      expect(JSON.parse(text)).toMatchObject({
        level: expect.stringMatching(/^(?:DEBUG|INFO|ERROR)$/),
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
    }
  });
});

describe('the short way to write a line', () => {
  const attributes = {
    http: { request: { method: 'GET', body: { size: 0 } } },
    url: { path: '/"\u2028ä' },
    none: undefined,
  };

  test.each([
    ['as it is', () => undefined],
    ['with an id and a key of its own', () => logger.appendKeys({ correlation_id: 'abc', tenant: { id: 7 } })],
  ])('writes what `info` writes, %s', async (_, prepare) => {
    prepare();
    try {
      const { lines } = await logsOf(async () => {
        logger.info('request', attributes);
        logger.plain('request', attributes);
      });
      const [usual, short] = lines.map(({ timestamp, ...line }) => ({
        line,
        isTime: !Number.isNaN(Date.parse(String(timestamp))),
      }));
      expect(usual).toMatchObject({ isTime: true, line: { message: 'request', level: 'INFO', url: attributes.url } });
      expect(short).toEqual(usual);
    } finally {
      logger.removeKeys(['correlation_id', 'tenant']);
    }
  });
});

describe('switchToDebug', () => {
  test('is enabled, and what it returns restores the level', () => {
    const before = logger.getLevelName();
    const { enabled, restore } = switchToDebug();
    expect([enabled, logger.getLevelName()]).toEqual([true, 'DEBUG']);
    restore();
    expect(logger.getLevelName()).toBe(before);
    expect(before).toBe('INFO');
  });
});

describe('debugsEverything', () => {
  test('is what the level says where Lambda controls no level', () => {
    expect(debugsEverything({})).toBe(false);
    const { restore } = switchToDebug();
    expect(debugsEverything({})).toBe(true);
    restore();
  });

  test('is what POWERTOOLS_LOG_LEVEL says where Lambda lets debug lines through', () => {
    const { restore } = switchToDebug();
    const meant = (level: string | undefined) =>
      debugsEverything({
        AWS_LAMBDA_LOG_LEVEL: 'DEBUG',
        ...(level === undefined ? {} : { POWERTOOLS_LOG_LEVEL: level }),
      });
    expect([undefined, '', 'DEBUG', 'debug', 'TRACE', 'INFO', 'WARN'].map(meant)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    restore();
  });
});
