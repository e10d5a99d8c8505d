import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { failures } from '../../src/failures.ts';
import { measurementsOf } from '../../src/observability/metrics.ts';
import type { Exchange } from '../../src/types.ts';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { rawBackend } from '../helpers/backends.ts';
import { type Environment, startEnvironment } from '../helpers/environment.ts';
import { eventFor } from '../helpers/events.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';

/** A line in CloudWatch's embedded metric format. */
interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [name: string]: unknown;
}

/** A metric as CloudWatch would make it of a line. */
interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly value: unknown;
  readonly dimensions: readonly Record<string, unknown>[];
  readonly namespace: string;
  readonly requestId: unknown;
}

const metricsIn = (lines: readonly object[]): Metric[] =>
  (lines as readonly Emf[])
    .filter((line) => '_aws' in line)
    .flatMap((line) =>
      line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Metrics.map(({ Name, Unit }) => ({
          name: Name,
          unit: Unit,
          value: line[Name],
          dimensions: Dimensions.map((names) => Object.fromEntries(names.map((name) => [name, line[name]]))),
          namespace: Namespace,
          requestId: line['request_id'],
        })),
      ),
    );

const service = { service: 'lambda-rproxy' };

describe('METRICS', () => {
  let backend: RecordingBackend;
  let down: string;
  let environment: Environment | undefined;
  let flaky = 0;
  let waiting: (() => void)[] = [];
  beforeAll(async () => {
    down = await refusedUrl();
    backend = await recordingBackend((response, { target }) => {
      const status = Number(/^\/(\d{3})/.exec(target)?.[1] ?? 200);
      if (target === '/flaky' && flaky++ === 0) response.socket?.destroy();
      else if (target.startsWith('/together')) {
        waiting.push(() => response.end('fine'));
        if (waiting.length === 8) for (const resume of waiting) resume();
      } else response.writeHead(status).end('an answer');
    });
  });
  afterAll(() => backend.close());
  afterEach(() => environment?.stop());

  const start = async (settings: Record<string, string> = {}, variables: Record<string, string> = {}) => {
    environment = await startEnvironment(
      { REMOTE_URL: backend.url, METRICS: 'on', ...settings },
      { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand', ...variables },
    );
    return environment;
  };

  /** The metrics of requests for these targets, one after the other. */
  async function metricsOf(targets: readonly string[], ...parameters: Parameters<typeof start>): Promise<Metric[]> {
    const { invoke, lines, stop } = await start(...parameters);
    for (const target of targets) await invoke(eventFor({ target }), { marked: true });
    await stop();
    return metricsIn(lines());
  }

  const named = (metrics: readonly Metric[], name: string) => metrics.filter((metric) => metric.name === name);

  test('off writes none and loads nothing that could', async () => {
    const { invoke, lines } = await start({ METRICS: 'off' });
    const { loaded } = await invoke(eventFor());
    expect(metricsIn(lines())).toEqual([]);
    expect(loaded.filter((url) => /emf|powertools\/metrics/.test(url))).toEqual([]);
  });

  test('on gives the latency of every response, under the service alone, and names its request beside it', async () => {
    const metrics = named(await metricsOf(['/', '/404', '/']), 'BackendLatency');
    expect(metrics).toHaveLength(3);
    for (const metric of metrics) {
      expect(metric).toEqual({
        name: 'BackendLatency',
        unit: 'Milliseconds',
        value: expect.any(Number),
        dimensions: [service],
        namespace: 'lambda-rproxy',
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      });
    }
  });

  test('counts errors of the backend, in all and by code', async () => {
    const own = named(await metricsOf(['/500', '/503', '/507', '/404', '/200']), 'BackendErrors');
    expect(own.map(({ dimensions, value, unit }) => [dimensions, value, unit])).toEqual(
      ['500', '503', '5xx'].map((error_type) => [[service, { ...service, error_type }], 1, 'Count']),
    );
    const refused = await metricsOf(['/'], { REMOTE_URL: down });
    expect(named(refused, 'BackendErrors').map(({ dimensions }) => dimensions)).toEqual([
      [service, { ...service, error_type: 'connection_refused' }],
    ]);
    expect(named(refused, 'BackendLatency')).toEqual([]);
  });

  test('counts refused requests, too large responses and retries', async () => {
    const refused = await metricsOf(['/closed'], { FILTERED_PATH: '/closed' });
    expect(refused.map(({ name, value, dimensions }) => [name, value, dimensions])).toEqual([
      ['ColdStart', 1, [{ ...service, function_name: 'rproxy' }]],
      ['Rejected', 1, [service]],
    ]);
    const large = await metricsOf(['/'], { PAYLOAD_QUOTA: '3' });
    expect(named(large, 'TooLarge')).toMatchObject([{ value: 1, dimensions: [service] }]);
    expect(named(large, 'BackendErrors')).toMatchObject([
      { dimensions: [service, { error_type: 'response_too_large' }] },
    ]);
    const retried = await metricsOf(['/', '/flaky']);
    expect(named(retried, 'Retries')).toMatchObject([{ value: 1, unit: 'Count', dimensions: [service] }]);
  });

  test('counts a cold start once per environment', async () => {
    const metrics = named(await metricsOf(['/', '/', '/']), 'ColdStart');
    expect(metrics).toMatchObject([{ value: 1, unit: 'Count', dimensions: [{ ...service, function_name: 'rproxy' }] }]);
  });

  test('follows Powertools’ variables for namespace and service', async () => {
    const metrics = await metricsOf(
      ['/'],
      {},
      { POWERTOOLS_METRICS_NAMESPACE: 'Shop', POWERTOOLS_SERVICE_NAME: 'front' },
    );
    expect(named(metrics, 'BackendLatency')).toMatchObject([{ namespace: 'Shop', dimensions: [{ service: 'front' }] }]);
  });

  test('keeps apart what runs at once in one environment', async () => {
    waiting = [];
    const { invoke, lines } = await start({ FILTERED_PATH: '/closed' }, { AWS_LAMBDA_MAX_CONCURRENCY: '10' });
    const targets = Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? '/closed' : `/together/${index}`));
    const outcomes = await Promise.all(targets.map((target) => invoke(eventFor({ target }), { marked: true })));
    const metrics = metricsIn(lines());
    expect(named(metrics, 'ColdStart')).toHaveLength(1);
    for (const [index, { requestId }] of outcomes.entries()) {
      const own = metrics.filter((metric) => metric.requestId === requestId).map(({ name }) => name);
      expect(own).toEqual([targets[index] === '/closed' ? 'Rejected' : 'BackendLatency']);
    }
  });

  test('waits for the end of a streamed response, and knows that it broke off', async () => {
    const breaking = await rawBackend((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')),
    );
    const uninstall = installAwsLambda();
    const handler = streamHandlerWith({ REMOTE_URL: breaking.url, METRICS: 'on' });
    const { lines } = await logsOf(() => startStream(handler).over);
    uninstall();
    await breaking.close();
    expect(named(metricsIn(lines), 'BackendErrors').at(-1)?.dimensions).toEqual([
      service,
      { ...service, error_type: 'response_incomplete' },
    ]);
  });

  test('has dimensions from a closed list, whatever fails and whatever the backend answers', () => {
    const exchange: Exchange = { startedAt: 0, requestId: 'id', traced: false };
    const backendReport = { attempts: 1, reusedSocket: false, timings: undefined };
    const codes = Object.keys(failures) as (keyof typeof failures)[];
    const errors = new Set([
      ...codes.map((failure) => measurementsOf({ ...exchange, failure }).backendError),
      ...Array.from(
        { length: 700 },
        (_, statusCode) =>
          measurementsOf({ ...exchange, backendReport: { ...backendReport, statusCode } }).backendError,
      ),
    ]);
    const known = ['500', '502', '503', '504', '5xx', ...codes.filter((code) => failures[code].fault === 'backend')];
    expect([...errors].filter((error) => error !== undefined).sort()).toEqual(known.sort());
  });
});
