import dgram from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { eventFor, type TestRequest } from '../helpers/events.ts';
import { send } from '../helpers/http-client.ts';
import { bodyText, type Result } from '../helpers/lambda.ts';
import { inProcess, underRuntime } from '../helpers/proxies.ts';
import { walk } from '../helpers/walk.ts';
import type { InvokeOptions } from './invocation.ts';
import { outcomeOf } from './outcome.ts';
import { type Runtime, startRuntime } from './runtime.ts';

const bundle = { taskRoot: `${process.cwd()}/dist`, handler: 'index.handler' };

async function invoke(runtime: Runtime, request: TestRequest, options?: InvokeOptions): Promise<Result> {
  const outcome = await runtime.invoke(eventFor(request), options);
  return JSON.parse(outcomeOf(outcome, 'response').payload.toString('utf8'));
}

interface AccessLine {
  message: string;
  level: string;
  function_request_id: string;
  cold_start: boolean;
  url: { path: string };
  http: { response: { status_code: number } };
}

const accessLines = (runtime: Runtime) =>
  (runtime.logged() as AccessLine[]).filter(({ message, level }) => message === 'request' && level === 'INFO');

describe("the built bundle under AWS's runtime client", () => {
  let demo: DemoBackend;
  beforeAll(async () => {
    demo = await startDemoBackend();
  });
  afterAll(() => demo.close());

  test(
    "the original's test walk passes",
    () => walk(underRuntime, { url: demo.httpsUrl, bytesPath: (size) => `/bytes/${size}` }),
    60_000,
  );

  test('responses are the same as in process', async () => {
    const env = { REMOTE_URL: demo.httpUrl, FILTERED_PATH: '/closed' };
    const proxies = await Promise.all([inProcess(env), underRuntime(env)]);
    try {
      const responses = async (path: string) => {
        const both = await Promise.all(
          proxies.map(({ url }) => send(`${url}${path}`, { headers: { accept: 'text/html' } })),
        );
        return both.map(
          (
            { status, headers: { date: _, 'x-amzn-remapped-date': _date, 'x-request-id': _id, ...headers }, body },
            index,
          ) => ({
            status,
            headers: JSON.stringify(headers).replaceAll(proxies[index]?.url ?? '', ''),
            // Own pages tell the request's id and time.
            length: body.length,
          }),
        );
      };
      for (const path of [
        '/',
        '/encoding/latin1',
        '/bytes/1000',
        '/cookies/many',
        '/status/204',
        '/closed',
        '/broken/reset',
        '/image/png',
      ]) {
        const [here, there] = await responses(path);
        expect({ path, ...there }).toEqual({ path, ...here });
      }
    } finally {
      await Promise.all(proxies.map(({ close }) => close()));
    }
  }, 30_000);

  test('a wrong setting is a page for every request and not a crash loop', async () => {
    await using runtime = await startRuntime({ ...bundle, env: { REMOTE_URL: 'ftp://x', REQUEST_TIMEOUT: 'soon' } });
    for (let count = 0; count < 3; count += 1) {
      const page = await invoke(runtime, { headers: { accept: 'text/html' } });
      expect([page.statusCode, page.headers['proxy-status']]).toEqual([
        500,
        'lambda-rproxy; error=proxy_configuration_error',
      ]);
    }
    expect(runtime.log.join('\n')).toMatch(
      /REMOTE_URL must begin with http.*REQUEST_TIMEOUT must be a number of seconds/,
    );
  });

  test('an event that is no HTTP request gets a response that says which sources exist', async () => {
    await using runtime = await startRuntime({ ...bundle, env: { REMOTE_URL: demo.httpUrl } });
    const outcome = outcomeOf(await runtime.invoke({ key1: 'value1' }), 'response');
    expect(JSON.parse(outcome.payload.toString())).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('Lambda Function URL'),
    });
  });

  test('a silent backend is a 504 page before Lambda ends the invocation', async () => {
    await using runtime = await startRuntime({ ...bundle, env: { REMOTE_URL: demo.httpUrl, REQUEST_TIMEOUT: '60' } });
    const page = await invoke(runtime, { target: '/broken/silent' }, { timeoutMs: 1500 });
    expect([page.statusCode, bodyText(page)]).toEqual([504, expect.stringContaining('response_timeout')]);
  });

  test('only the first request of an environment is a cold start', async () => {
    await using runtime = await startRuntime({ ...bundle, env: { REMOTE_URL: demo.httpUrl } });
    await invoke(runtime, { target: '/get' });
    await invoke(runtime, { target: '/get' });
    expect(accessLines(runtime).map(({ cold_start }) => cold_start)).toEqual([true, false]);
  });

  test('20 interleaved invocations in one environment mix nothing', async () => {
    const env = { REMOTE_URL: demo.httpUrl, AWS_LAMBDA_MAX_CONCURRENCY: '64', AWS_LAMBDA_NODEJS_WORKER_COUNT: '1' };
    await using runtime = await startRuntime({ ...bundle, env });
    const responses = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const traced = index === 7 ? '&trace_connection=y' : '';
        const request: TestRequest = {
          method: 'POST',
          // The later they start, the sooner they get their responses.
          target: `/anything/${index}?n=${index}${traced}`,
          headers: { cookie: `who=${index}`, 'content-type': 'text/plain' },
          body: `body ${index}`,
        };
        const result = await invoke(runtime, request, {
          requestId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        });
        return { index, echo: JSON.parse(bodyText(result)) };
      }),
    );
    for (const { index, echo } of responses) {
      expect(echo.headers.Cookie).toBe(`who=${index}`);
      expect(echo.data).toBe(`body ${index}`);
      expect(echo.rawUrl).toBe(`/anything/${index}?n=${index}`);
    }
    // A worker's output goes through the main thread, and may arrive after the response.
    for (let wait = 0; wait < 250 && accessLines(runtime).length < 20; wait += 1) await sleep(20);
    const lines = accessLines(runtime);
    expect(lines).toHaveLength(20);
    for (const line of lines) expect(line.url.path).toBe(`/anything/${Number(line.function_request_id.slice(-12))}`);
    const debugLines = (runtime.logged() as AccessLine[]).filter(({ level }) => level === 'DEBUG');
    expect(new Set(debugLines.map(({ function_request_id }) => Number(function_request_id.slice(-12))))).toEqual(
      new Set([7]),
    );
  }, 30_000);

  test('2,000 requests, one in ten against a failing backend, fail no invocation and grow no memory', async () => {
    await using runtime = await startRuntime({ ...bundle, env: { REMOTE_URL: demo.httpUrl } });
    const faults = ['/broken/reset', '/broken/truncated', '/broken/malformed', '/broken/upgrade'];
    const round = async (requests: number) => {
      for (let index = 0; index < requests; index += 1) {
        const fails = index % 10 === 9;
        const target = fails ? (faults[Math.floor(index / 10) % faults.length] ?? '/') : '/bytes/100000';
        const { statusCode } = await invoke(runtime, { target });
        expect([target, statusCode]).toEqual([target, fails ? 502 : 200]);
      }
    };
    await round(500);
    const warm = runtime.rssBytes();
    await round(1500);
    // What the process holds breathes by some 30 MB; one body kept for each request would be 135 MB and more.
    expect(runtime.rssBytes() - warm).toBeLessThan(70_000_000);
    expect(accessLines(runtime)).toHaveLength(2000);
  }, 60_000);

  test('streamHandler responds in the streaming format, with and without a body', async () => {
    await using runtime = await startRuntime({
      ...bundle,
      handler: 'index.streamHandler',
      env: { REMOTE_URL: demo.httpUrl },
    });
    const full = outcomeOf(await runtime.invoke(eventFor({ target: '/cookies/set/a/b' })), 'stream');
    expect(full.contentType).toBe('application/vnd.awslambda.http-integration-response');
    expect(full.prelude).toMatchObject({ statusCode: 302, headers: { location: '/cookies' } });
    expect(full.prelude?.cookies).toEqual([expect.stringMatching(/^a=b/)]);
    const empty = outcomeOf(await runtime.invoke(eventFor({ target: '/status/204' })), 'stream');
    expect([empty.prelude?.statusCode, empty.chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)]).toEqual([
      204, 0,
    ]);
  });

  test('the X-Ray SDK is loaded for a sampled request alone, and then the backend call is a subsegment', async () => {
    const daemon = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(daemon, 'listening');
    const segments: { name: string; namespace?: string; id: string; http?: unknown; trace_id?: string }[] = [];
    daemon.on('message', (datagram) => segments.push(JSON.parse(String(datagram).split('\n')[1] ?? '{}')));
    try {
      const env = { REMOTE_URL: demo.httpUrl, AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}` };
      await using runtime = await startRuntime({ ...bundle, env });
      await invoke(runtime, { target: '/headers' }, { traceId: 'Root=1-66f0a1b2-000000000000000000000001;Sampled=0' });
      expect(segments).toHaveLength(0);

      const traceId = 'Root=1-66f0a1b2-000000000000000000000002;Parent=53995c3f42cd8ad8;Sampled=1';
      const echo = JSON.parse(bodyText(await invoke(runtime, { target: '/headers?secret=1' }, { traceId })));
      const flat = () =>
        segments.flatMap((segment) => [segment, ...((segment as { subsegments?: typeof segments }).subsegments ?? [])]);
      for (let wait = 0; wait < 100 && !flat().some(({ namespace }) => namespace === 'remote'); wait += 1) {
        await sleep(20);
      }
      const backend = flat().find(({ namespace }) => namespace === 'remote');
      expect(backend).toMatchObject({
        name: '127.0.0.1',
        http: { request: { method: 'GET', url: `${demo.httpUrl}/headers` }, response: { status: 200 } },
      });
      expect(echo.headers['X-Amzn-Trace-Id']).toBe(
        `Root=1-66f0a1b2-000000000000000000000002;Parent=${backend?.id};Sampled=1`,
      );
    } finally {
      daemon.close();
    }
  });
});
