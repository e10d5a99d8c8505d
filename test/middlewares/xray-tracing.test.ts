import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Environment, startEnvironment } from '../helpers/environment.ts';
import { eventFor } from '../helpers/events.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';

/** A subsegment as the X-Ray daemon receives it. */
interface Segment {
  readonly id: string;
  readonly name: string;
  readonly trace_id: string;
  readonly parent_id: string;
  readonly end_time?: number;
  readonly in_progress?: boolean;
  readonly namespace?: string;
  readonly http?: unknown;
  readonly annotations?: Record<string, unknown>;
  readonly fault?: boolean;
  readonly cause?: unknown;
  readonly error?: boolean;
  readonly throttle?: boolean;
}

/** Trace header of the n-th trace, as Lambda hands it over. */
const traceOf = (n: number, sampled = 1) => {
  const digits = String(n).padStart(4, '0');
  const root = `1-5759e988-bd862e3fe1be46a99427${digits}`;
  const parent = `53995c3f42cd${digits}`;
  return { root, parent, header: `Root=${root};Parent=${parent};Sampled=${sampled}` };
};

describe('tracing', () => {
  let daemon: Socket;
  let received: Segment[];
  let backend: RecordingBackend;
  let environment: Environment | undefined;
  let waiting: (() => void)[];

  beforeAll(async () => {
    // Responds to `/600` with 600; `/both…` when two are waiting.
    backend = await recordingBackend((response, { target }) => {
      const status = Number(/^\/(\d{3})/.exec(target)?.[1] ?? 200);
      const result = () => response.writeHead(status).end(target);
      if (!target.startsWith('/both')) {
        result();
        return;
      }
      waiting.push(result);
      if (waiting.length === 2) for (const resume of waiting) resume();
    });
  });
  afterAll(() => backend.close());

  beforeEach(async () => {
    received = [];
    waiting = [];
    daemon = createSocket('udp4').on('message', (datagram) => {
      const [header = '', document = ''] = datagram.toString('utf8').split('\n');
      expect(JSON.parse(header)).toEqual({ format: 'json', version: 1 });
      received.push(JSON.parse(document));
    });
    daemon.bind(0, '127.0.0.1');
    await once(daemon, 'listening');
  });
  afterEach(async () => {
    await environment?.stop();
    daemon.close();
  });

  /** An environment as Lambda makes it where X-Ray is active. */
  const start = async (settings: Record<string, string> = {}, variables: Record<string, string> = {}) => {
    environment = await startEnvironment(
      { REMOTE_URL: backend.url, ...settings },
      {
        LAMBDA_TASK_ROOT: '/var/task',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
        _HANDLER: 'index.handler',
        ...variables,
      },
    );
    return environment;
  };

  /** The subsegments of a trace, once so many have arrived. */
  const segmentsOf = async ({ root }: { root: string }, count: number) => {
    const own = () => received.filter(({ trace_id }) => trace_id === root);
    while (own().length < count) await once(daemon, 'message');
    const handler = own().find(({ name }) => name === '## index.handler');
    return { handler, remote: own().find(({ namespace }) => namespace === 'remote'), all: own() };
  };

  test('loads neither the Tracer nor the X-Ray SDK while nothing is sampled, and leaves the client’s header alone', async () => {
    const { invoke } = await start();
    const header = 'Root=1-aaaaaaaa-bbbbbbbbbbbbbbbbbbbbbbbb;Parent=cccccccccccccccc;Sampled=0';
    for (const trace of [undefined, traceOf(1, 0).header]) {
      const { result, xRayModules } = await invoke(eventFor({ headers: { 'x-amzn-trace-id': header } }), { trace });
      expect(result.statusCode).toBe(200);
      expect(xRayModules).toEqual([]);
      expect(backend.requests.at(-1)?.headers['x-amzn-trace-id']).toBe(header);
    }
    const sampled = await invoke(eventFor(), { trace: traceOf(2).header });
    expect(sampled.xRayModules.length).toBeGreaterThan(0);
    await segmentsOf(traceOf(2), 2);
    expect(received).toHaveLength(2);
  });

  test('sends a subsegment for the handler and one for the backend call, without query and password', async () => {
    const trace = traceOf(1);
    const remote = backend.url.replace('//', '//user:s3cret@');
    const { invoke } = await start({ REMOTE_URL: `${remote}/base?key=s3cret`, HOST_HEADER: 'client' });
    const event = eventFor({
      method: 'PUT',
      target: '/200?token=s3cret',
      body: 's3cret',
      headers: { cookie: 's3cret' },
    });
    await invoke(event, { trace: trace.header });
    const { handler, remote: call } = await segmentsOf(trace, 2);
    expect(handler).toMatchObject({
      parent_id: trace.parent,
      annotations: { ColdStart: true, Service: 'lambda-rproxy' },
      end_time: expect.any(Number),
    });
    expect(call).toMatchObject({
      name: '127.0.0.1',
      parent_id: handler?.id,
      namespace: 'remote',
      http: { request: { method: 'PUT', url: `${backend.url}/base/200` }, response: { status: 200 } },
      end_time: expect.any(Number),
    });
    for (const segment of [handler, call]) {
      for (const flag of ['fault', 'error', 'throttle', 'in_progress']) expect(segment).not.toHaveProperty(flag);
    }
    expect(JSON.stringify(received)).not.toContain('s3cret');
  });

  test('takes the trace from _X_AMZN_TRACE_ID where the context has none', async () => {
    const trace = traceOf(1);
    const { invoke } = await start();
    await invoke(eventFor(), { trace: trace.header, traceInContext: false });
    const { handler, remote } = await segmentsOf(trace, 2);
    expect([handler?.parent_id, remote?.parent_id]).toEqual([trace.parent, handler?.id]);
  });

  test('tells the backend which subsegment its call belongs to', async () => {
    const trace = traceOf(1);
    const { invoke } = await start();
    await invoke(eventFor({ headers: { 'x-amzn-trace-id': 'Root=the-client’s' } }), { trace: trace.header });
    const { remote } = await segmentsOf(trace, 2);
    expect(backend.requests.at(-1)?.headers['x-amzn-trace-id']).toBe(
      `Root=${trace.root};Parent=${remote?.id};Sampled=1`,
    );
  });

  test('marks the status of the backend response: 4xx an error, 429 throttled, 5xx a fault', async () => {
    const { invoke } = await start();
    const expected: Record<number, Partial<Segment>> = {
      404: { error: true },
      429: { error: true, throttle: true },
      503: { fault: true },
    };
    for (const [status, flags] of Object.entries(expected)) {
      const trace = traceOf(Number(status));
      await invoke(eventFor({ target: `/${status}` }), { trace: trace.header });
      const { remote, handler } = await segmentsOf(trace, 2);
      const { fault, error, throttle, http } = remote ?? {};
      expect({ fault, error, throttle }).toEqual({ fault: undefined, error: undefined, throttle: undefined, ...flags });
      expect(http).toMatchObject({ response: { status: Number(status) } });
      expect(handler).not.toHaveProperty('fault');
    }
  });

  test('closes both as faults when the backend cannot be reached', async () => {
    const { invoke } = await start({ REMOTE_URL: await refusedUrl() });
    for (const [n, accept] of ['text/html', 'application/json', 'text/plain'].entries()) {
      const { result } = await invoke(eventFor({ headers: { accept } }), { trace: traceOf(n).header });
      expect(result.statusCode).toBe(502);
      const { handler, remote } = await segmentsOf(traceOf(n), 2);
      expect(handler).toMatchObject({ fault: true, end_time: expect.any(Number) });
      expect(remote).toMatchObject({
        fault: true,
        cause: { exceptions: [{ type: 'connection_refused', remote: true }] },
        http: { request: { method: 'GET' } },
        end_time: expect.any(Number),
      });
      expect(JSON.stringify(remote?.cause)).not.toContain('127.0.0.1');
    }
  });

  test('closes the handler’s after an early response, and that of a refused request is no fault', async () => {
    const { invoke } = await start({ FILTERED_PATH: '/closed' });
    const lastHop = { method: 'OPTIONS', headers: { 'max-forwards': '0' } };
    for (const [n, request] of [{ target: '/?dump_request=y' }, lastHop, { target: '/closed' }].entries()) {
      await invoke(eventFor(request), { trace: traceOf(n).header });
      const { handler, all } = await segmentsOf(traceOf(n), 1);
      expect(all).toEqual([handler]);
      expect(handler).toMatchObject({ end_time: expect.any(Number) });
      expect(handler).not.toHaveProperty('fault');
    }
  });

  test('calls only the first invocation of the environment a cold start', async () => {
    const { invoke } = await start();
    await invoke(eventFor());
    for (const n of [1, 2]) {
      await invoke(eventFor(), { trace: traceOf(n).header });
      const { handler } = await segmentsOf(traceOf(n), 2);
      expect(handler?.annotations).toMatchObject({ ColdStart: false });
    }
  });

  test('goes on from one sampled invocation to the next, with others between', async () => {
    const { invoke } = await start();
    for (const n of [1, 2, 3, 4]) {
      await invoke(eventFor(), { trace: traceOf(n, n % 2).header });
      if (n % 2 === 0) continue;
      const { handler, remote } = await segmentsOf(traceOf(n), 2);
      expect(handler?.parent_id).toBe(traceOf(n).parent);
      expect(remote?.parent_id).toBe(handler?.id);
    }
    expect(received).toHaveLength(4);
  });

  test('keeps two sampled invocations apart that run at once in one environment', async () => {
    const { invoke } = await start({}, { AWS_LAMBDA_MAX_CONCURRENCY: '10' });
    for (const [a, b] of [
      [1, 2],
      [3, 4],
    ] as const) {
      waiting = [];
      await Promise.all([a, b].map((n) => invoke(eventFor({ target: `/both/${n}` }), { trace: traceOf(n).header })));
      for (const n of [a, b]) {
        const { handler, remote, all } = await segmentsOf(traceOf(n), 2);
        expect(all).toHaveLength(2);
        expect(handler?.parent_id).toBe(traceOf(n).parent);
        expect(remote?.parent_id).toBe(handler?.id);
        expect(remote?.http).toMatchObject({ request: { url: `${backend.url}/both/${n}` } });
        const seen = backend.requests.findLast(({ target }) => target === `/both/${n}`);
        expect(seen?.headers['x-amzn-trace-id']).toBe(`Root=${traceOf(n).root};Parent=${remote?.id};Sampled=1`);
      }
    }
    expect(received).toHaveLength(8);
  });

  test('switched off with POWERTOOLS_TRACE_ENABLED=false sends nothing and leaves the client’s header alone', async () => {
    const { invoke } = await start({}, { POWERTOOLS_TRACE_ENABLED: 'false' });
    const header = traceOf(7).header;
    const { result } = await invoke(eventFor({ headers: { 'x-amzn-trace-id': header } }), { trace: traceOf(1).header });
    expect(result.statusCode).toBe(200);
    expect(backend.requests.at(-1)?.headers['x-amzn-trace-id']).toBe(header);
    expect(received).toEqual([]);
  });

  test('writes no log line of its own', async () => {
    const { invoke, output } = await start();
    const { lines } = await invoke(eventFor(), { trace: traceOf(1).header });
    await segmentsOf(traceOf(1), 2);
    expect(lines).toMatchObject([{ message: 'request', xray_trace_id: traceOf(1).root }]);
    expect(output().trim().split('\n')).toHaveLength(1);
  });
});
