import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { eventFor, type TestRequest } from '../helpers/events.ts';
import { bodyText, handlerWith, lambdaContext } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';
import { ways } from '../helpers/ways.ts';

const secret = 'a-secret-of-20-characters-or-more';
const html = { accept: 'text/html' };

/** What the script of the waiting page sends, and a browser adds. */
const check = {
  method: 'HEAD',
  headers: { 'x-lambda-rproxy-wake': '1', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
} as const;

/** What a browser sends when a visitor opens a page. */
const visit = {
  headers: { accept: 'text/html,*/*;q=0.8', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
} as const;

describe('a backend that is asleep', () => {
  let down: string;
  let webhook: RecordingBackend;
  let status: number;
  const cleanUps: Backend[] = [];
  let uninstall: () => void;
  beforeEach(async () => {
    uninstall = installAwsLambda();
    down = await refusedUrl();
    status = 202;
    webhook = await recordingBackend((response) => {
      response.writeHead(status, status === 302 ? { location: `${webhook.url}/elsewhere` } : {}).end();
    });
    cleanUps.push(webhook);
  });
  afterEach(async () => {
    uninstall();
    for (const backend of cleanUps.splice(0)) await backend.close();
  });

  const settings = (env: Record<string, string> = {}) => ({
    REMOTE_URL: down,
    WAKE: `${webhook.url}/wake?k=s3cret`,
    WAKE_SECRET: secret,
    ...env,
  });

  /** Sends requests to one environment, and returns what its access lines say of waking. */
  async function woken(requests: readonly TestRequest[], env: Record<string, string> = {}) {
    const { lines, value } = await logsOf(async () => {
      const handler = handlerWith(settings(env));
      const results = [];
      for (const request of requests) results.push(await handler(eventFor(request)));
      return results;
    });
    const access = lines.filter(({ message }) => message === 'request') as unknown as { proxy: { wake?: string } }[];
    return { said: access.map(({ proxy }) => proxy.wake), lines, results: value };
  }

  test('is woken by the check of the waiting page, at most once a minute [O9]', async () => {
    const { said, results } = await woken([{ headers: html }, check, check]);
    expect(said).toEqual([undefined, 'requested', 'too_soon']);
    expect(results.map(({ statusCode }) => statusCode)).toEqual([502, 502, 502]);
    expect(bodyText(results[0] as never)).toContain('data-wake="1"');
    expect(webhook.requests).toMatchObject([
      {
        method: 'POST',
        target: '/wake?k=s3cret',
        headers: { authorization: `Bearer ${secret}`, 'content-length': '0' },
      },
    ]);
  });

  for (const way of ways) {
    test(`is woken from ${way.name} [O9]`, async () => {
      const entry = await way.open(settings());
      const { statusCode } = await entry(check);
      await entry.close();
      expect([statusCode, webhook.requests.length]).toEqual([502, 1]);
    });
  }

  test('is woken once by a crowd [O9]', async () => {
    const handler = handlerWith(settings());
    await logsOf(() => Promise.all(Array.from({ length: 20 }, () => handler(eventFor(check)))));
    expect(webhook.requests).toHaveLength(1);
  });

  test.each<[string, TestRequest]>([
    ['a visit, whose script has not run', visit],
    ['another site', { ...check, headers: { ...check.headers, 'sec-fetch-site': 'cross-site' } }],
    ['another host of the same site', { ...check, headers: { ...check.headers, 'sec-fetch-site': 'same-site' } }],
    ['an address typed by hand', { ...check, headers: { ...check.headers, 'sec-fetch-site': 'none' } }],
    ['a client that does not say where it comes from', { method: 'HEAD', headers: { 'x-lambda-rproxy-wake': '1' } }],
    ['a GET with the field', { ...check, method: 'GET' }],
    ['a POST with the field', { ...check, method: 'POST' }],
    [
      'an OPTIONS before the check',
      { method: 'OPTIONS', headers: { 'access-control-request-headers': 'x-lambda-rproxy-wake' } },
    ],
    ['a HEAD without the field', { method: 'HEAD', headers: { 'sec-fetch-site': 'same-origin' } }],
    [
      'an alias of the field',
      { method: 'HEAD', headers: { x_lambda_rproxy_wake: '1', 'sec-fetch-site': 'same-origin' } },
    ],
  ])('is not woken by %s [O10]', async (_, request) => {
    expect((await woken([request])).said).toEqual([undefined]);
    expect(webhook.requests).toEqual([]);
  });

  test('with WAKE_ON=request is woken by a visit, and by the check of the page [O11]', async () => {
    expect((await woken([visit], { WAKE_ON: 'request' })).said).toEqual(['requested']);
    expect((await woken([{ headers: html }], { WAKE_ON: 'request' })).said).toEqual(['requested']);
    expect((await woken([check], { WAKE_ON: 'request' })).said).toEqual(['requested']);
  });

  test.each<[string, TestRequest]>([
    ['a program', { headers: { accept: 'application/json' } }],
    ['curl', { headers: { accept: '*/*' } }],
    ['a form', { ...visit, method: 'POST' }],
    ['HEAD', { ...visit, method: 'HEAD' }],
    ['a picture', { headers: { ...html, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' } }],
    ['a script', { headers: { ...html, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' } }],
    ['a frame', { headers: { ...html, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' } }],
    ['a prefetch', { headers: { ...visit.headers, 'sec-purpose': 'prefetch;prerender' } }],
    ['an old prefetch', { headers: { ...visit.headers, purpose: 'prefetch' } }],
    ['a forged check', { headers: { ...visit.headers, 'x-lambda-rproxy-wake': '1', 'sec-fetch-site': 'cross-site' } }],
  ])('with WAKE_ON=request is not woken by %s [O11]', async (_, request) => {
    expect((await woken([request], { WAKE_ON: 'request' })).said).toEqual([undefined]);
    expect(webhook.requests).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ['filtered', { FILTERED_PATH: '/' }],
    ['outside of the networks', { ALLOWED_CIDRS: '192.0.2.0/24' }],
    ['without the secret of the proxy in front', { ORIGIN_SECRET: secret }],
    ['closed for maintenance', { MAINTENANCE: 'Back at six' }],
    ['not set up', { HOST_HEADER: '/' }],
  ])('is not woken by a client that is refused: %s [O10]', async (_, env) => {
    const { said } = await woken(
      [
        { ...check, sourceIp: '203.0.113.66' },
        { ...visit, sourceIp: '203.0.113.66' },
      ],
      {
        WAKE_ON: 'request',
        ...env,
      },
    );
    expect(said).toEqual([undefined, undefined]);
    expect(webhook.requests).toEqual([]);
  });

  test.each<[string, Parameters<typeof httpBackend>[0], Record<string, string>]>([
    ['responds', (_request, response) => response.end('fine'), {}],
    ['fails itself', (_request, response) => response.writeHead(503).end(), {}],
    ['closes the connection', (request) => request.socket.destroy(), {}],
    ['is slow', () => undefined, { REQUEST_TIMEOUT: '0.1' }],
  ])('is not woken when it is awake: it %s [O10]', async (_, listener, env) => {
    const received: unknown[] = [];
    const backend = await httpBackend((request, response) => {
      received.push(request.headers['x-lambda-rproxy-wake']);
      listener(request, response);
    });
    cleanUps.push(backend);
    expect((await woken([check], { REMOTE_URL: backend.url, ...env })).said).toEqual([undefined]);
    expect(webhook.requests).toEqual([]);
    // The field is for the proxy alone.
    expect(received.every((value) => value === undefined)).toBe(true);
  });

  test.each([
    [401, /WAKE_SECRET/],
    [403, /WAKE_SECRET/],
    [404, /address of the webhook/],
    [500, /address of the webhook/],
    [302, /redirects to/],
  ])(
    'that a webhook with status %d does not wake is a line in the log, and nothing to the client [O12]',
    async (code, remedy) => {
      status = code;
      const { said, lines, results } = await woken([check, { headers: html }]);
      expect(said).toEqual(['failed', undefined]);
      expect(lines.find(({ message }) => message === 'backend not woken')).toMatchObject({
        level: 'WARN',
        reason: `the webhook responded with ${code}`,
        remedy: expect.stringMatching(remedy),
      });
      expect(webhook.requests).toHaveLength(1);
      for (const text of [JSON.stringify(lines), ...results.map(bodyText)]) {
        expect(text).not.toContain('s3cret');
        expect(text).not.toContain(secret);
      }
      expect(results.map(bodyText).join()).not.toMatch(/webhook|not woken/);
    },
  );

  test('that no webhook wakes, because nothing listens there, is told with the code alone [O12]', async () => {
    const { said, lines } = await woken([check], { WAKE: `${await refusedUrl()}/s3cret` });
    expect(said).toEqual(['failed']);
    expect(JSON.stringify(lines)).toContain('the webhook did not respond (ECONNREFUSED)');
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });

  test('keeps the client waiting no longer than the invocation lasts when the webhook is silent [O12]', async () => {
    const silent = await httpBackend(() => undefined);
    cleanUps.push(silent);
    const { lines, value } = await logsOf(() =>
      handlerWith(settings({ WAKE: silent.url }))(eventFor(check), lambdaContext(1200)),
    );
    expect(value.statusCode).toBe(502);
    expect(JSON.stringify(lines)).toContain('the webhook did not respond (ETIMEDOUT)');
  });

  test('is not tried to be woken without time for it, and that costs nobody a minute [O12]', async () => {
    const { lines } = await logsOf(async () => {
      const handler = handlerWith(settings());
      await handler(eventFor(check), lambdaContext(700));
      await handler(eventFor(check));
    });
    expect(JSON.stringify(lines)).toContain('no time is left in this invocation to wake');
    expect(webhook.requests).toHaveLength(1);
  });

  test('is woken by nobody where WAKE is not set: the field is dropped like any other of the proxy [O10]', async () => {
    const { said, results } = await woken([check, { headers: html }], { WAKE: '', WAKE_SECRET: '' });
    expect(said).toEqual([undefined, undefined]);
    expect(results.map(bodyText).join()).not.toContain('data-wake');
  });

  test('is an instance without an SDK to start it: said in the log [O13]', async () => {
    const { said, lines } = await woken([check], { WAKE: 'ec2:i-0123456789abcdef0', WAKE_SECRET: '' });
    expect(said).toEqual(['failed']);
    expect(lines.find(({ message }) => message === 'backend not woken')).toMatchObject({
      reason: 'there is no AWS SDK for EC2',
      remedy: 'install @aws-sdk/client-ec2 beside the proxy',
    });
  });
});
