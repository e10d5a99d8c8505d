import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { httpsBackend } from '../helpers/backends.ts';
import { type Environment, startEnvironment } from '../helpers/environment.ts';
import { eventFor, fronts } from '../helpers/events.ts';
import { bodyBytes, functionArn, handlerWith, lambdaContext } from '../helpers/lambda.ts';
import { type LogLine, logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';

const accessLines = (lines: readonly LogLine[]) => lines.filter(({ message }) => message === 'request');

describe('the access line', () => {
  let backend: RecordingBackend;
  let down: string;
  beforeAll(async () => {
    down = await refusedUrl();
    backend = await recordingBackend((response, { target }) => {
      const status = Number(/^\/(\d{3})/.exec(target)?.[1] ?? 200);
      response.writeHead(status).end(status === 204 ? undefined : 'twelve bytes');
    });
  });
  afterAll(() => backend.close());

  const proxy = (settings: Record<string, string> = {}) => handlerWith({ REMOTE_URL: backend.url, ...settings });

  /** The one access line of an invocation; whatever else was logged must not be at INFO. */
  async function lineOf(run: () => Promise<unknown>): Promise<LogLine> {
    const { lines } = await logsOf(run);
    const [line] = accessLines(lines);
    expect(lines.filter(({ level }) => level === 'INFO')).toEqual([line]);
    expect(lines.at(-1)).toBe(line);
    return line as LogLine;
  }

  for (const front of fronts) {
    test(`tells of a request from ${front.source} under the names of OpenTelemetry, with Powertools' standard keys`, async () => {
      const context = lambdaContext();
      const event = eventFor(
        { method: 'POST', target: '/a/b?c=d', body: 'hello', headers: { 'user-agent': 'test/1.0' } },
        front,
      );
      const line = await lineOf(() => proxy()(event, context));
      const { port } = backend;
      expect(line).toEqual({
        level: 'INFO',
        message: 'request',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        service: 'lambda-rproxy',
        cold_start: false,
        function_arn: functionArn,
        function_memory_size: '512',
        function_name: 'rproxy',
        function_request_id: context.awsRequestId,
        sampling_rate: 0,
        http: { request: { method: 'POST', body: { size: 5 } }, response: { status_code: 200, body: { size: 12 } } },
        started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        url: { domain: front.domainName, path: '/a/b' },
        user_agent: { original: 'test/1.0' },
        client: { address: '198.51.100.7' },
        server: { address: '127.0.0.1', port },
        duration_ms: expect.any(Number),
        backend: {
          dns_ms: expect.any(Number),
          connect_ms: expect.any(Number),
          first_byte_ms: expect.any(Number),
          total_ms: expect.any(Number),
          reused_socket: false,
          attempts: 1,
          status_code: 200,
        },
        proxy: { source: front.source },
      });
    });
  }

  test('is one at INFO whatever the ending, and says how it ended', async () => {
    const tripping = () => ({
      ...lambdaContext(),
      getRemainingTimeInMillis: (): number => {
        throw new Error('a bug');
      },
    });
    const endings: [name: string, status: number, failure: string | undefined, run: () => Promise<unknown>][] = [
      ['success', 200, undefined, () => proxy()(eventFor())],
      ["the backend's own error", 503, undefined, () => proxy()(eventFor({ target: '/503' }))],
      ['early dump', 200, undefined, () => proxy()(eventFor({ target: '/?dump_request=y' }))],
      ['filtered', 403, 'path_filtered', () => proxy({ FILTERED_PATH: '/x' })(eventFor({ target: '/x' }))],
      ['refused method', 405, 'method_not_allowed', () => proxy()(eventFor({ method: 'TRACE' }))],
      ['backend down', 502, 'connection_refused', () => proxy({ REMOTE_URL: down })(eventFor())],
      ['too large', 413, 'response_too_large', () => proxy({ PAYLOAD_QUOTA: '3' })(eventFor())],
      ['settings', 500, 'configuration_error', () => proxy({ REMOTE_URL: 'nonsense' })(eventFor())],
      ['malformed event', 400, 'bad_request', () => proxy()({ ...eventFor(), rawPath: 7 })],
      ['malformed body', 400, 'bad_request', () => proxy()({ ...eventFor(), body: '*', isBase64Encoded: true })],
      ['unrecognised event', 400, 'event_unrecognised', () => proxy()({ Records: [] })],
      ['no event', 400, 'event_unrecognised', () => proxy()(null)],
      ['internal error', 500, 'internal_error', () => proxy()(eventFor(), tripping())],
    ];
    for (const [name, status, failure, run] of endings) {
      const line = await lineOf(run);
      expect([name, line]).toMatchObject([name, { http: { response: { status_code: status } } }]);
      expect([name, line['error']]).toEqual([name, failure && { type: failure }]);
      expect([name, line['function_request_id']]).toEqual([name, expect.stringMatching(/^[\da-f-]{36}$/)]);
    }
  });

  test.each([
    ['client', 'path_filtered', { FILTERED_PATH: '/' }],
    ['proxy', 'configuration_error', { PAYLOAD_QUOTA: 'x' }],
    ['backend', 'response_too_large', { PAYLOAD_QUOTA: '3' }],
  ])('puts a fault on the side of the %s', async (fault, code, settings) => {
    const line = await lineOf(() => proxy(settings as unknown as Record<string, string>)(eventFor()));
    expect(line).toMatchObject({ error: { type: code }, proxy: { fault } });
  });

  test('knows the status of the backend even when the client got something else', async () => {
    const line = await lineOf(() => proxy({ PAYLOAD_QUOTA: '3' })(eventFor()));
    expect(line).toMatchObject({
      http: { response: { status_code: 413 } },
      backend: { status_code: 200, attempts: 1 },
    });
  });

  test('names the client of a proxy in front that proves itself, and else the peer', async () => {
    const secret = 'a-secret-of-20-characters-or-more';
    const env = { TRUST_FORWARDED: 'true', ORIGIN_SECRET: secret };
    const addressFor = async (headers: Record<string, string>, settings: Record<string, string>) => {
      const line = await lineOf(() => proxy(settings)(eventFor({ headers, sourceIp: '130.176.0.1' })));
      return (line['client'] as { address: string }).address;
    };
    const claim = { 'x-forwarded-for': '192.0.2.1, 203.0.113.66' };
    expect(await addressFor({ ...claim, 'x-origin-verify': secret }, env)).toBe('203.0.113.66');
    expect(await addressFor({ 'x-origin-verify': secret }, env)).toBe('130.176.0.1');
    expect(await addressFor(claim, env)).toBe('130.176.0.1');
    expect(await addressFor(claim, { TRUST_FORWARDED: 'true' })).toBe('130.176.0.1');
  });

  test('counts the bytes of the body handed to the client: none for HEAD and 204, all for pages and dumps', async () => {
    const sizeOf = async (target: string, method = 'GET', settings: Record<string, string> = {}) => {
      let actual = 0;
      const line = await lineOf(async () => {
        const result = await proxy(settings)(eventFor({ method, target, headers: { accept: 'application/json' } }));
        actual = bodyBytes(result).length;
      });
      const { response } = line['http'] as { response: { body: { size: number } } };
      return { size: response.body.size, actual };
    };
    for (const [target, method] of [['/'], ['/', 'HEAD'], ['/204'], ['/?dump_request=y'], ['/', 'TRACE']] as const) {
      const { size, actual } = await sizeOf(target, method);
      expect([target, method, size]).toEqual([target, method, actual]);
    }
    const refused = await sizeOf('/', 'GET', { PAYLOAD_QUOTA: '3' });
    expect(refused.size).toBe(refused.actual);
    const head = await sizeOf('/', 'HEAD', { FILTERED_PATH: '/' });
    expect(head).toEqual({ size: 0, actual: 0 });
  });

  test('says that a socket was reused, and gives it no connection phases', async () => {
    const handler = proxy();
    await handler(eventFor());
    const line = await lineOf(() => handler(eventFor()));
    expect(line).toMatchObject({ backend: { reused_socket: true, first_byte_ms: expect.any(Number) } });
    for (const phase of ['dns_ms', 'connect_ms', 'tls_ms']) expect(line['backend']).not.toHaveProperty(phase);
  });

  test('has the public host of a trusted proxy in front, without a port', async () => {
    const headers = { 'x-forwarded-host': 'site.example:8443', 'x-forwarded-proto': 'https' };
    const trusting = await lineOf(() => proxy({ TRUST_FORWARDED: 'true' })(eventFor({ headers })));
    expect(trusting).toMatchObject({ url: { domain: 'site.example' } });
    const other = await lineOf(() => proxy()(eventFor({ headers })));
    expect(other).toMatchObject({ url: { domain: fronts[0].domainName } });
  });

  test('has when the request arrived, and so when a long one began', async () => {
    const before = Date.now();
    const line = await lineOf(() => proxy()(eventFor()));
    const startedAt = Date.parse(String(line['started_at']));
    expect(startedAt).toBeGreaterThanOrEqual(before);
    expect(startedAt + Number(line['duration_ms'])).toBeLessThanOrEqual(Date.now());
  });

  test('has the address connected to where the server is a name, and none where nothing was connected to', async () => {
    const named = { REMOTE_URL: backend.url.replace('127.0.0.1', 'localhost') };
    const line = await lineOf(() => proxy(named)(eventFor()));
    expect(line).toMatchObject({ server: { address: 'localhost' }, network: { peer: { address: '127.0.0.1' } } });
    expect(await lineOf(() => proxy()(eventFor()))).not.toHaveProperty('network');
    expect(await lineOf(() => proxy({ REMOTE_URL: down })(eventFor()))).not.toHaveProperty('network');
  });

  test('has the TLS version of an https backend', async () => {
    const secure = await httpsBackend((_request, response) => response.end());
    const handler = proxy({ REMOTE_URL: secure.backend.url, REMOTE_TLS: `sha256:${secure.fingerprint}` });
    for (const _ of ['a new connection', 'a reused one']) {
      expect(await lineOf(() => handler(eventFor()))).toMatchObject({ tls: { protocol: { version: '1.3' } } });
    }
    await secure.backend.close();
    expect(await lineOf(() => proxy()(eventFor()))).not.toHaveProperty('tls');
  });

  test('says why there were two attempts', async () => {
    let count = 0;
    const tired = await recordingBackend((response) => {
      count += 1;
      if (count === 2) response.destroy();
      else response.end('fine');
    });
    const handler = proxy({ REMOTE_URL: tired.url });
    expect(await lineOf(() => handler(eventFor()))).not.toHaveProperty('backend.retry_reason');
    expect(await lineOf(() => handler(eventFor()))).toMatchObject({
      backend: { attempts: 2, retry_reason: 'the reused connection was closed (ECONNRESET)' },
    });
    await tired.close();
  });

  test('cuts long values, which would be billed by the byte', async () => {
    const headers = { 'user-agent': 'u'.repeat(5000), referer: 'r'.repeat(5000) };
    const event = eventFor({ target: `/${'p'.repeat(5000)}`, headers, method: 'M'.repeat(600) });
    const line = await lineOf(() => proxy()(event));
    expect(line).toMatchObject({
      url: { path: `/${'p'.repeat(511)}…` },
      user_agent: { original: `${'u'.repeat(512)}…` },
    });
    expect(JSON.stringify(line).length).toBeLessThan(3000);
  });

  test('holds no query, no credential, no cookie and no body, whatever the ending', async () => {
    const request = {
      method: 'POST',
      headers: { authorization: 'Bearer s3cret', cookie: 'sid=s3cret', 'x-api-key': 's3cret' },
      body: 's3cret',
    };
    const handlers = [
      handlerWith({ REMOTE_URL: backend.url.replace('//', '//user:s3cret@'), DEBUG_KEY: 's3cret' }),
      handlerWith({ REMOTE_URL: down.replace('//', '//user:s3cret@') }),
      handlerWith({ REMOTE_URL: 'ftp://user:s3cret@host' }),
    ];
    for (const handler of handlers) {
      const { lines } = await logsOf(() => handler(eventFor({ ...request, target: '/?q=s3cret' })));
      expect(accessLines(lines)).toHaveLength(1);
      expect(JSON.stringify(lines)).not.toContain('s3cret');
    }
  });

  test('stays one line, whatever the path and the user agent hold [D6]', async () => {
    const headers = { 'user-agent': 'a\nINFO {"level":"ERROR"}' };
    const event = { ...eventFor({ headers }), rawPath: '/x\r\n{"level":"ERROR","message":"forged"}' };
    const { lines } = await logsOf(() => proxy()(event));
    expect(lines.map(({ message }) => message)).not.toContain('forged');
    expect(accessLines(lines)).toMatchObject([{ url: { path: event.rawPath } }]);
  });

  describe('on a cold start', () => {
    let environment: Environment | undefined;
    afterEach(() => environment?.stop());

    test.each([
      ['a request', eventFor()],
      ['an event that is none', {}],
    ])('says so once, when the first invocation is %s', async (_, first) => {
      environment = await startEnvironment(
        { REMOTE_URL: backend.url },
        { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' },
      );
      const flags = [];
      for (const event of [first, eventFor(), eventFor()]) {
        const { lines } = await environment.invoke(event);
        flags.push(lines.map(({ cold_start }) => cold_start));
      }
      expect(flags.map((each) => [...new Set(each)])).toEqual([[true], [false], [false]]);
    });
  });
});
