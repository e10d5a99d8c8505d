import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Front } from '../../src/local/front.ts';
import { warnOfTrouble } from '../../src/observability/trouble.ts';
import { type Environment, startEnvironment } from '../helpers/environment.ts';
import { eventFor, fronts, type TestRequest } from '../helpers/events.ts';
import { configWith, request as requestWith } from '../helpers/http-fixtures.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';

const [urlFront] = fronts;
const publicUrl = `https://${urlFront.domainName}`;

/** A response as the backend of a test sends it; `HOST` stands for the Host that it was sent, `SELF` for its own address. */
interface Scripted {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

describe('an application that is not set up for the proxy', () => {
  let backend: RecordingBackend;
  let scripted: Scripted = { status: 200 };
  const environments: Environment[] = [];
  beforeEach(async () => {
    backend = await recordingBackend((response, { headers }) => {
      const { host = '' } = headers;
      const filled = (value: string) => value.replaceAll('HOST', host).replaceAll('SELF', new URL(backend.url).host);
      const fields = Object.entries(scripted.headers ?? {}).map(
        ([name, value]) => [name, typeof value === 'string' ? filled(value) : value.map(filled)] as const,
      );
      response.writeHead(scripted.status, Object.fromEntries(fields) as Record<string, string>).end();
    });
  });
  afterEach(async () => {
    await Promise.all(environments.splice(0).map((environment) => environment.stop()));
    await backend.close();
  });

  const started = async (env: Record<string, string> = {}) => {
    const environment = await startEnvironment({ REMOTE_URL: backend.url, ...env });
    environments.push(environment);
    return environment;
  };

  /** Warnings after these requests, each with its reason and its remedy. */
  async function warnings(
    environment: Environment,
    sent: Scripted,
    { front = urlFront, ...request }: TestRequest & { front?: Front } = {},
  ): Promise<string[]> {
    scripted = sent;
    const { lines, result } = await environment.invoke(eventFor(request, front));
    expect(result.statusCode).toBe(sent.status);
    const warned = lines.filter(({ level }) => level === 'WARN');
    for (const { reason, remedy } of warned) {
      expect(String(reason).length).toBeGreaterThan(20);
      expect(String(remedy).length).toBeGreaterThan(20);
    }
    return warned.map(({ message }) => message);
  }

  const loop = 'the application redirects in a circle';
  const form = 'the application refused a form';
  const login = 'the log-in prompt is lost';
  const cookie = 'a cookie for another host';
  const named = 'the backend is named in a redirect';

  test.each<[string, string]>([
    ['the same URL on https', `${publicUrl}/a?b=1`],
    ['the same URL on https, by the Host that it was told', 'https://HOST/a?b=1'],
    ['the same URL on http, which is made public', `http://${urlFront.domainName}/a?b=1`],
    ['the same path', '/a?b=1'],
    ['the same path with a fragment', '/a?b=1#top'],
    ['the same URL with the default port', `${publicUrl}:443/a?b=1`],
    ['the same URL, relative', '?b=1'],
    ['the same URL, by a path with dots', '../x/../a?b=1'],
  ])('warns of a GET redirected to %s, once [E36]', async (_, location) => {
    const environment = await started();
    const redirect = { status: 302, headers: { location } };
    expect(await warnings(environment, redirect, { target: '/a?b=1' })).toEqual([loop]);
    expect(await warnings(environment, redirect, { target: '/a?b=1' })).toEqual([]);
    const line = environment.lines().find(({ message }) => message === loop);
    expect(line?.['remedy']).toMatch(location.startsWith('https') ? /https:\/\/ in REMOTE_URL/ : /HOST_HEADER/);
  });

  test('does not warn of redirects that end [E36]', async () => {
    const environment = await started();
    const redirect = (location: string, more = {}) => ({ status: 302, headers: { location, ...more } });
    const cases: [Scripted, TestRequest][] = [
      [redirect('/b'), { target: '/a' }],
      [redirect('/a/'), { target: '/a' }],
      [redirect('/a?x=1'), { target: '/a' }],
      [redirect('https://elsewhere.example/a'), { target: '/a' }],
      [redirect('/a'), { target: '/a', method: 'POST' }],
      [redirect('/a', { 'set-cookie': 'seen=1; Path=/' }), { target: '/a' }],
      [redirect('http://['), { target: '/a' }],
      [{ status: 304 }, { target: '/a' }],
      [{ status: 300 }, { target: '/a' }],
      [{ status: 201, headers: { location: '/a' } }, { target: '/a' }],
    ];
    for (const [sent, request] of cases) expect([sent, await warnings(environment, sent, request)]).toEqual([sent, []]);
    const again = redirect('/a', { 'set-cookie': 'seen=1' });
    expect(await warnings(environment, again, { target: '/a', headers: { cookie: 'x=1; seen=1' } })).toEqual([loop]);
  });

  test.each<[string, TestRequest['headers']]>([
    ['Origin', { origin: publicUrl }],
    ['Referer', { referer: `${publicUrl}/form` }],
  ])(
    'warns of a POST refused with 403 whose %s is the public host, when the backend was told another Host, once [E36]',
    async (_, headers = {}) => {
      const environment = await started({ HOST_HEADER: 'backend' });
      expect(await warnings(environment, { status: 403 }, { method: 'POST', headers })).toEqual([form]);
      expect(await warnings(environment, { status: 403 }, { method: 'POST', headers })).toEqual([]);
      expect(environment.lines().find(({ message }) => message === form)).toMatchObject({
        remedy: expect.stringContaining('HOST_HEADER=client'),
      });
    },
  );

  test.each([301, 303, 307, 308])('warns of a circle with %i [E36]', async (status) => {
    expect(await warnings(await started(), { status, headers: { location: '/' } })).toEqual([loop]);
  });

  test.each<[string, number, Record<string, string>, TestRequest['headers'], RegExp]>([
    ['by Rails', 422, { HOST_HEADER: 'backend' }, { origin: publicUrl }, /HOST_HEADER=client/],
    ['because of Origin: null', 403, {}, { origin: 'null', 'sec-fetch-site': 'same-origin' }, /Referrer-Policy/],
    ['by Laravel, whose session is lost', 419, {}, { origin: publicUrl }, /trustProxies/],
  ])('warns of a form refused %s, with %i [E36]', async (_, status, env, headers = {}, remedy) => {
    const environment = await started(env);
    expect(await warnings(environment, { status }, { method: 'POST', headers })).toEqual([form]);
    expect(await warnings(environment, { status }, { method: 'PUT', headers })).toEqual([]);
    expect(environment.lines().find(({ message }) => message === form)?.['remedy']).toMatch(remedy);
  });

  test('does not warn of 422 and 419 that refuse no form of the site [E36]', async () => {
    const own = { method: 'POST', headers: { origin: publicUrl } };
    expect(await warnings(await started(), { status: 422 }, own)).toEqual([]);
    const told = await started({ HOST_HEADER: 'backend' });
    expect(await warnings(told, { status: 422 }, { method: 'POST' })).toEqual([]);
    expect(await warnings(told, { status: 419 }, { method: 'GET' })).toEqual([]);
    const sandboxed = { origin: 'null', 'sec-fetch-site': 'cross-site' };
    expect(await warnings(told, { status: 403 }, { method: 'POST', headers: sandboxed })).toEqual([]);
  });

  test.each(['.intra.example', '10.0.0.7', urlFront.domainName.replace(/^[^.]*/, ''), 'aws'])(
    'warns of a cookie for %s, which browsers drop on the public host [E36]',
    async (domain) => {
      const sent = { status: 200, headers: { 'set-cookie': `sid=s3cret; Domain=${domain}; Secure` } };
      const environment = await started();
      expect(await warnings(environment, sent)).toEqual([cookie]);
      expect(environment.output()).not.toContain('s3cret');
    },
  );

  test('does not warn of other refusals [E36]', async () => {
    const told = await started({ HOST_HEADER: 'backend' });
    const own = { headers: { origin: publicUrl } };
    expect(await warnings(told, { status: 403 }, { method: 'GET', ...own })).toEqual([]);
    expect(await warnings(told, { status: 403 }, { method: 'POST' })).toEqual([]);
    expect(await warnings(told, { status: 403 }, { method: 'POST', headers: { origin: 'null' } })).toEqual([]);
    expect(
      await warnings(told, { status: 403 }, { method: 'POST', headers: { origin: 'https://evil.example' } }),
    ).toEqual([]);
    expect(await warnings(told, { status: 200 }, { method: 'POST', ...own })).toEqual([]);
    expect(await warnings(await started(), { status: 403 }, { method: 'POST', ...own })).toEqual([]);
  });

  test.each(fronts)('warns of a challenge that $title renames, and of no other [E36]', async (front) => {
    const environment = await started();
    const challenge = { status: 401, headers: { 'www-authenticate': 'Basic realm="site, closed"' } };
    const renames = front.remappedFields.includes('www-authenticate');
    expect(await warnings(environment, challenge, { front })).toEqual(renames ? [login] : []);
    expect(await warnings(environment, challenge, { front })).toEqual([]);
    if (renames) {
      expect(environment.lines().find(({ message }) => message === login)).toMatchObject({
        reason: expect.stringContaining('(Basic)'),
        remedy: expect.stringMatching(/^set BASIC_LOGIN=on, .*HTTP API/),
      });
    }
  });

  test('names BASIC_LOGIN for Basic alone, and does not warn where it is on [E36 O29]', async () => {
    const digest = await started();
    const challenge = (text: string) => ({ status: 401, headers: { 'www-authenticate': text } });
    expect(await warnings(digest, challenge('Digest realm="Basic", nonce="1"'))).toEqual([login]);
    expect(String(digest.lines().find(({ message }) => message === login)?.['remedy'])).not.toContain('BASIC_LOGIN');
    const on = await started({ BASIC_LOGIN: 'on', BASIC_LOGIN_SECRET: 'x'.repeat(32) });
    expect(await warnings(on, challenge('Negotiate, Basic realm="x"'))).toEqual([]);
    expect(await warnings(on, challenge('Digest realm="x", nonce="1"'))).toEqual([login]);
  });

  test('does not warn of a 401 without a challenge [E36]', async () => {
    expect(await warnings(await started(), { status: 401 })).toEqual([]);
  });

  test('warns of a cookie whose Domain cannot hold, once, and of no other cookie [E36]', async () => {
    const environment = await started();
    const setting = (...cookies: string[]) => ({ status: 200, headers: { 'set-cookie': cookies } });
    expect(await warnings(environment, setting('a=1', `b=2; Domain=${urlFront.domainName}`, 'c=3; Path=/'))).toEqual(
      [],
    );
    expect(await warnings(environment, setting('a=1', 'sid=s3cret; Domain=.intra.example'))).toEqual([cookie]);
    expect(await warnings(environment, setting('sid=s3cret; Domain=.intra.example'))).toEqual([]);
    expect(environment.output()).not.toContain('s3cret');
    expect(environment.lines().find(({ message }) => message === cookie)).toMatchObject({
      reason: expect.stringContaining('.intra.example'),
    });
  });

  test.each<[string, string]>([
    ['as it is', 'https://id.example/login?return_to=http://SELF/cb'],
    ['encoded', 'https://id.example/login?client=x&redirect_uri=http%3A%2F%2FSELF%2Fcb'],
    ['encoded twice', 'https://id.example/login?next=%252Fx%253Fu%253Dhttp%25253A%25252F%25252FSELF%25252F'],
    ['with a user', 'https://id.example/login?u=http://me:s3cret@SELF/'],
    ['in a fragment', 'https://id.example/#/login?u=http://SELF/'],
    ['in JSON', 'https://id.example/?state=%7B%22u%22%3A%22http%3A%5C%2F%5C%2FSELF%5C%2Fcb%22%7D'],
    ['without a scheme', 'https://id.example/?u=%2F%2FSELF'],
  ])('warns of a redirect with the address of the backend in its query, %s, once [E36]', async (_, location) => {
    const environment = await started();
    const redirect = { status: 302, headers: { location } };
    expect(await warnings(environment, redirect)).toEqual([named]);
    expect(await warnings(environment, redirect)).toEqual([]);
    expect(environment.output()).not.toContain('s3cret');
  });

  test('warns of a redirect with the Host in its query that the backend was told, when it is not public [E36]', async () => {
    const environment = await started({ HOST_HEADER: 'app.intra.example' });
    const redirect = { status: 302, headers: { location: 'https://id.example/?u=https%3A%2F%2FHOST%2Fcb' } };
    expect(await warnings(environment, redirect)).toEqual([named]);
  });

  test('does not warn of redirects with other addresses in their query [E36]', async () => {
    const environment = await started();
    const targets = [
      `u=${encodeURIComponent(`${publicUrl}/cb`)}`,
      'u=https%3A%2F%2Fhost.example%2F',
      'u=%2Fcb',
      'u=%zz%2',
      '',
    ];
    for (const query of targets) {
      const redirect = { status: 302, headers: { location: `https://id.example/login?${query}` } };
      expect([query, await warnings(environment, redirect)]).toEqual([query, []]);
    }
  });

  test('is told of each kind by itself, and its responses pass [E36]', async () => {
    const environment = await started({ HOST_HEADER: 'backend' });
    const location = 'https://id.example/?u=http://SELF/';
    const both = { status: 302, headers: { location, 'set-cookie': 'a=1; Domain=intra.example' } };
    expect(await warnings(environment, both)).toEqual([cookie, named]);
    expect(await warnings(environment, { status: 302, headers: { location: '/x' } }, { target: '/x' })).toEqual([loop]);
    expect(environment.lines().every(({ level }) => level !== 'ERROR')).toBe(true);
  });
});

test('whatever a client and a backend send, the search for trouble fails at nothing and takes no time that counts', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 60 }),
    fc.constantFrom(
      'http://[',
      '//',
      'https://public.example',
      '?u=//',
      '%25'.repeat(5000),
      '?u=http://10.0.0.7&'.repeat(2000),
    ),
  );
  const texts = fc.array(text, { maxLength: 3 });
  const parts = fc.record({ location: texts, challenge: texts, cookies: texts, origin: text, path: text, query: text });
  const seen = fc.tuple(parts, fc.constantFrom(301, 302, 401, 403), fc.constantFrom('GET', 'POST'), fc.option(text));
  const { lines } = await logsOf(async () =>
    fc.assert(
      fc.property(seen, ([{ location, challenge, cookies, origin, path, query }, statusCode, method, domain]) => {
        const headers = { origin, cookie: cookies.join(';') };
        const rawHeaders = [
          ...location.flatMap((value) => ['Location', value]),
          ...challenge.flatMap((value) => ['WWW-Authenticate', value]),
          ...cookies.flatMap((value) => ['Set-Cookie', value]),
        ];
        warnOfTrouble({
          ...{ startedAt: 0, requestId: 'id', traced: false, config: configWith({ REMOTE_URL: 'http://10.0.0.7' }) },
          request: requestWith({ method, rawPath: path, rawQuery: query, headers }),
          backendReport: { attempts: 1, reusedSocket: false, timings: undefined, statusCode, rawHeaders },
          ...(domain === null ? {} : { lostCookieDomain: domain }),
        });
      }),
      { numRuns: 300 },
    ),
  );
  expect(lines.length).toBeLessThanOrEqual(5);
});
