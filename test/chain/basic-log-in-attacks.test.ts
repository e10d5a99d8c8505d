import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { deliveries, type Send, useAwsLambda } from '../helpers/deliveries.ts';
import type { TestRequest } from '../helpers/events.ts';
import { bodyText, type Result } from '../helpers/lambda.ts';
import { cookieOf, formOf, logIn, logInSettings, opensPage, ownForm } from '../helpers/log-in-client.ts';
import type { LogLine } from '../helpers/logs.ts';
import { skeleton, tagsOf, unescaped } from '../helpers/markup.ts';
import { ada, basic, type ProtectedSite, protectedSite } from '../helpers/protected-site.ts';

const challenge = 'Basic realm="Garden"';

describe.each(Object.entries(deliveries))('BASIC_LOGIN, %s', (_, open) => {
  useAwsLambda();
  let site: ProtectedSite;
  let invoke: Send;
  beforeEach(async () => {
    site = await protectedSite({ '/garden/': challenge, '/cellar/': 'Basic realm="Cellar"' });
    invoke = open(site.url, logInSettings);
  });
  afterEach(() => site.close());

  const send = async (request: TestRequest, by = invoke): Promise<Result> => (await by(request)).result;
  const sending = (by: Send) => (request: TestRequest) => send(request, by);
  const get = (target: string, cookie: string, by = invoke) => send({ target, headers: { ...opensPage, cookie } }, by);
  const lastSent = () => site.requests.at(-1)?.headers ?? {};
  const noneIn = (text: unknown) => {
    const written = JSON.stringify(text);
    const secrets = [ada.username, 'frost', basic(ada).slice(6), logInSettings.BASIC_LOGIN_SECRET];
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
    expect(written).not.toMatch(/v1\.[\w-]{60}/);
  };

  describe('log-in CSRF', () => {
    test.each([
      ['a form of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
      ['a form of another host of the domain', { 'sec-fetch-site': 'same-site' }],
      ['a form of another site in an old browser', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
      ['a form in a sandbox', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ])('%s does not log in, and the backend is not called [O23]', async (_name, fields) => {
      const result = await send(formOf('/garden/', {}, fields));
      expect([result.statusCode, result.cookies, site.requests]).toEqual([403, [], []]);
      expect(bodyText(result)).toContain('Log in here.');
    });

    test('a form without Sec-Fetch-Site and Origin does not log in; with Origin of this site it does [O23]', async () => {
      const { 'sec-fetch-site': __, ...fields } = ownForm;
      const form = { ...formOf('/garden/'), headers: fields };
      expect((await send(form)).statusCode).toBe(403);
      const origin = 'https://local.lambda-url.us-east-1.on.aws';
      expect((await send({ ...form, headers: { ...fields, origin } })).statusCode).toBe(303);
    });

    test('another site logs nobody out, by a link or by a form [O23 O27]', async () => {
      const cookie = await logIn(send, '/garden/');
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, {}]) {
        for (const method of ['GET', 'POST', 'HEAD', 'DELETE']) {
          const result = await send({
            method,
            target: '/_rproxy/log-out',
            headers: { ...opensPage, ...headers, cookie },
          });
          expect([result.statusCode, result.cookies]).toEqual([200, []]);
        }
      }
    });
  });

  describe('a stolen or made-up cookie', () => {
    test('of another secret, host, or with a bit changed is worth nothing [O24]', async () => {
      const cookie = await logIn(send, '/garden/');
      const other = open(site.url, { ...logInSettings, BASIC_LOGIN_SECRET: 'another-horse-battery-staple-0123456789' });
      const elsewhere = open(site.url, { ...logInSettings, TRUST_FORWARDED: 'true' });
      const attempts = [
        await get('/garden/', cookie, other),
        await send(
          { target: '/garden/', headers: { ...opensPage, cookie, 'x-forwarded-host': 'www.example' } },
          elsewhere,
        ),
        await get('/garden/', `${cookie.slice(0, -10)}${cookie.at(-10) === 'A' ? 'B' : 'A'}${cookie.slice(-9)}`),
      ];
      for (const { statusCode } of attempts) expect(statusCode).toBe(401);
      for (const { headers } of site.requests.slice(-3))
        expect([headers.authorization, headers.cookie]).toEqual([undefined, undefined]);
      expect((await get('/garden/', cookie)).statusCode).toBe(200);
    });

    test('sent twice is worth nothing, and one under a similar name changes nothing [O24]', async () => {
      const cookie = await logIn(send, '/garden/');
      expect((await get('/garden/', `${cookie}; ${cookie}`)).statusCode).toBe(401);
      expect(lastSent().cookie).toBeUndefined();
      const similar = '__host-rproxy-log-in=v1.evil; __HOST-RPROXY-LOG-IN=x; __%48ost-rproxy-log-in=y';
      expect((await get('/garden/', `${similar}; a=1; ${cookie}`)).statusCode).toBe(200);
      expect(lastSent().cookie?.trim()).toBe('a=1');
      expect((await get('/garden/', cookie.replace('__Host', '__host'))).statusCode).toBe(401);
      expect(lastSent().cookie).toBeUndefined();
    });

    test('never reaches the backend, wherever the request goes and whatever it is [O24]', async () => {
      const cookie = await logIn(send, '/garden/');
      for (const request of [
        { target: '/open' },
        { target: '/garden/', method: 'POST', body: 'a=1' },
        { target: '/garden/', method: 'PUT', body: 'a=1' },
        { target: '/garden/?_rproxy_log_in' },
        { target: '/garden/', method: 'OPTIONS' },
      ]) {
        await send({ ...request, headers: { cookie: `${cookie}; b=2`, accept: '*/*' } });
        expect(lastSent().cookie?.trim()).toBe('b=2');
        expect(site.requests.at(-1)?.target).not.toContain('_rproxy');
      }
    });

    test('cannot be set by the backend, and its other cookies pass [O24]', async () => {
      const evil = [
        '__Host-rproxy-log-in=x; Path=/; Secure',
        '__host-rproxy-log-in=y',
        '=__Host-rproxy-log-in=z',
        '%5f_Host-rproxy-log-in=w',
      ];
      const setting = await protectedSite({}, { 'set-cookie': [...evil, 'sid=1; Path=/'] });
      const { cookies } = await send({ target: '/' }, open(setting.url, logInSettings));
      await setting.close();
      expect(cookies).toEqual(['sid=1; Path=/']);
    });
  });

  describe('the protection space', () => {
    test('decides where credentials are sent: not to another path, by no spelling [O25]', async () => {
      const cookie = await logIn(send, '/garden/beds/1');
      expect((await get('/garden/', cookie)).statusCode).toBe(200);
      for (const path of [
        '/open',
        '/',
        '/garden',
        '/gardens/',
        '/garden/../mallory',
        '/garden/%2e%2e/mallory',
        '/garden/..%2fmallory',
        '/garden/..;/mallory',
        '/garden/%252e%252e/mallory',
        '//garden/',
      ]) {
        await get(path, cookie);
        expect([path, lastSent().authorization]).toEqual([path, undefined]);
      }
    });

    test('of another realm has a log-in of its own, and both stay [O25]', async () => {
      const garden = await logIn(send, '/garden/');
      const page = await get('/cellar/', garden);
      expect([page.statusCode, page.cookies]).toEqual([401, []]);
      expect(bodyText(page)).toContain('<bdi>Cellar</bdi>');
      expect(bodyText(page)).not.toContain('role="alert"');
      const both = cookieOf(await send(formOf('/cellar/', { realm: 'Cellar' }, { cookie: garden })));
      for (const path of ['/cellar/x', '/garden/x']) expect((await get(path, both)).statusCode).toBe(200);
    });

    test('of a site that is protected as a whole is the whole site, wherever the log-in begins [O25]', async () => {
      const whole = await protectedSite({ '/': challenge });
      const by = open(whole.url, logInSettings);
      const cookie = await logIn(sending(by), '/admin/users/1');
      expect((await get('/static/a.css', cookie, by)).statusCode).toBe(200);
      const probes = whole.requests.filter(({ method }) => method === 'HEAD');
      await whole.close();
      expect(probes.map(({ target, headers }) => [target, headers.authorization])).toEqual([
        ['/rproxy-log-in', undefined],
      ]);
    });

    test('whose password was changed asks again and says why [O21]', async () => {
      const cookie = await logIn(send, '/garden/');
      const changed = await protectedSite({ '/garden/': challenge });
      const { statusCode } = await send(formOf('/garden/', { password: 'thaw' }, { cookie }));
      expect(statusCode).toBe(401);
      await changed.close();
      const closed = await httpBackend((_request, response) =>
        response.writeHead(401, { 'www-authenticate': challenge }).end(),
      );
      const page = await get('/garden/', cookie, open(closed.url, logInSettings));
      await closed.close();
      expect(bodyText(page)).toContain('Your log-in is no longer accepted.');
      expect(page.cookies).toEqual([expect.stringMatching(/^__Host-rproxy-log-in=; Max-Age=0;/)]);
    });
  });

  describe('hostile texts', () => {
    test('in the realm stay text on the page [O26]', async () => {
      const realm = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';
      const hostile = await protectedSite({ '/': `Basic realm="${realm.replaceAll('"', '\\"')}"` });
      const page = bodyText(await send({ target: '/', headers: opensPage }, open(hostile.url, logInSettings)));
      const plain = bodyText(await send({ target: '/garden/', headers: opensPage }));
      const again = bodyText(await send(formOf('/', { password: 'x', realm }), open(hostile.url, logInSettings)));
      await hostile.close();
      expect(skeleton(page)).toEqual(skeleton(plain));
      expect(unescaped(page)).toContain(realm);
      for (const text of [page, again])
        expect(tagsOf(text).filter(({ name }) => ['script', 'img'].includes(name))).toEqual([]);
    });

    test('in path and query stay in the form’s own attribute, and lead to this host [O26]', async () => {
      for (const target of ['/garden/?"><script>alert(1)</script>', "/garden/?a='onfocus=alert(1)"]) {
        const page = bodyText(await send({ target, headers: opensPage }));
        expect(skeleton(page)).toEqual(skeleton(bodyText(await send({ target: '/garden/', headers: opensPage }))));
      }
      for (const path of [
        '//evil.example/garden/',
        '/\\evil.example/',
        '/garden//evil.example',
        '/garden/https:evil.example',
      ]) {
        const { headers, statusCode } = await send(formOf(path));
        expect([path, statusCode, headers['location']?.slice(0, 2)]).toEqual([path, 303, './']);
      }
    });

    test.each([
      ['a line break in the user name', { username: 'ada\r\nX-Evil' }],
      ['a line break in the password', { password: 'x\r\nX-Evil: 1' }],
      ['a NUL in the password', { password: 'x\0' }],
      ['a colon in the user name', { username: 'ada:x' }],
      ['5 KB', { password: 'x'.repeat(5000) }],
    ])('with %s are refused without a call of the backend [O26]', async (_name, fields) => {
      const result = await send(formOf('/garden/', fields));
      expect([result.statusCode, result.cookies, site.requests]).toEqual([400, [], []]);
      expect(bodyText(result)).toContain('role="alert"');
    });
  });

  describe('the log', () => {
    test('has no user, no password and no cookie, with a trace and with a failure [O28]', async () => {
      const lines: LogLine[] = [];
      const logged = async (request: TestRequest, by = invoke) => {
        const outcome = await by(request);
        lines.push(...outcome.lines);
        return outcome.result;
      };
      const form = formOf('/garden/?trace_connection=y');
      const cookie = cookieOf(await logged(form));
      await logged({ target: '/garden/?trace_connection=y', headers: { ...opensPage, cookie } });
      await logged(formOf('/garden/?trace_connection=y', { password: 'thaw' }, { cookie }));
      await site.close();
      await logged({ target: '/garden/', headers: { ...opensPage, cookie } });
      await logged(formOf('/garden/', {}, { cookie }));
      expect(lines.filter(({ message }) => message.startsWith('trace: ')).length).toBeGreaterThan(8);
      noneIn(lines);
      const outcomes = lines
        .filter(({ message }) => message === 'request')
        .map(({ proxy }) => (proxy as Record<string, unknown>)['log_in']);
      expect(outcomes).toEqual(['accepted', 'used', 'refused', 'used', undefined]);
    });

    test('says nothing of log-ins where none is used [O28]', async () => {
      const { lines } = await invoke({ target: '/open' });
      expect(lines.map(({ proxy }) => (proxy as Record<string, unknown>)['log_in'])).toEqual([undefined]);
    });

    test('is like the dump and its curl command: they show that the cookie becomes Authorization, and neither [O28]', async () => {
      const cookie = await logIn(send, '/garden/');
      const headers = { ...opensPage, cookie, accept: 'application/json' };
      const dump = JSON.parse(bodyText(await send({ target: '/garden/?dump_request=y', headers })));
      noneIn(dump);
      const why = 'the log-in of this client, in place of its cookie (BASIC_LOGIN)';
      expect(dump.fields).toContainEqual(expect.objectContaining({ name: 'cookie', change: 'dropped', why }));
      expect(dump.fields).toContainEqual(expect.objectContaining({ name: 'authorization', change: 'added', why }));
      expect(dump.curl).toContain('__Host-rproxy-log-in=REDACTED');
    });
  });

  describe('refusals come first', () => {
    test.each([
      ['FILTERED_PATH', { FILTERED_PATH: '/garden' }],
      ['ALLOWED_CIDRS', { ALLOWED_CIDRS: '203.0.113.0/24' }],
      ['ORIGIN_SECRET', { ORIGIN_SECRET: 'x'.repeat(20) }],
    ])('of %s, for the form and for the cookie [O31]', async (_name, env) => {
      const cookie = await logIn(send, '/garden/');
      const before = site.requests.length;
      const refusing = open(site.url, { ...logInSettings, ...(env as Record<string, string>) });
      for (const request of [formOf('/garden/'), { target: '/garden/', headers: { ...opensPage, cookie } }]) {
        const { statusCode, cookies } = await send(request, refusing);
        expect([statusCode, cookies]).toEqual([403, []]);
      }
      expect(site.requests).toHaveLength(before);
    });
  });

  describe('the response', () => {
    test('to a request with credentials of the cookie is kept out of shared caches [O32]', async () => {
      const cookie = await logIn(send, '/garden/');
      expect((await get('/garden/', cookie)).headers['cache-control']).toBe('private');
      expect((await get('/open', cookie)).headers['cache-control']).toBeUndefined();
      for (const [sent, returned] of [
        ['max-age=60', 'max-age=60, private'],
        ['public, max-age=60', 'public, max-age=60'],
        ['s-maxage=60', 's-maxage=60'],
        ['no-store', 'no-store'],
      ] as const) {
        const caching = await protectedSite({ '/garden/': challenge }, { 'cache-control': sent });
        const { headers } = await get('/garden/', cookie, open(caching.url, logInSettings));
        await caching.close();
        expect(headers['cache-control']).toBe(returned);
      }
    });

    test('of a backend that says neither yes nor no passes, without a cookie [O21]', async () => {
      for (const status of [400, 429, 500, 503]) {
        const unsure = await httpBackend((_request, response) => response.writeHead(status).end('unsure'));
        const { statusCode, cookies, body } = await send(formOf('/garden/'), open(unsure.url, logInSettings));
        await unsure.close();
        expect([statusCode, cookies, body]).toEqual([status, [], 'unsure']);
      }
    });

    test('after a form of the site that was refused says that it was not sent, and opens the page by GET [O20]', async () => {
      const posted = await send({ method: 'POST', target: '/garden/order?x=1', headers: opensPage, body: 'a=1' });
      expect(posted.statusCode).toBe(401);
      expect(bodyText(posted)).toContain('What you sent was not accepted.');
      expect((await send(formOf('/garden/order?x=1'))).headers['location']).toBe('./order?x=1');
      expect(site.requests.filter(({ method }) => method === 'GET').at(-1)?.target).toBe('/garden/order?x=1');
    });

    test('of a page that redirects is opened by Refresh, on this host [O20 O26]', async () => {
      const moved = await httpBackend((_request, response) =>
        response.writeHead(302, { location: 'https://sso.example/' }).end(),
      );
      const { statusCode, headers, cookies } = await send(formOf('//evil.example/a?b'), open(moved.url, logInSettings));
      await moved.close();
      expect([statusCode, headers['refresh'], headers['location'], cookies.length]).toEqual([
        200,
        '0; url=./a?b',
        undefined,
        1,
      ]);
    });

    test('that is discarded leaves no connection behind [O20]', async () => {
      let open_ = 0;
      const endless: Backend = await httpBackend((request, response) => {
        if (request.method === 'GET') open_ += 1;
        response.once('close', () => {
          if (request.method === 'GET') open_ -= 1;
        });
        response.writeHead(401, { 'www-authenticate': challenge });
        response.write('x'.repeat(1000));
      });
      const { statusCode } = await send({ target: '/', headers: opensPage }, open(endless.url, logInSettings));
      expect(statusCode).toBe(401);
      while (open_ > 0) await new Promise((resolve) => setImmediate(resolve));
      await endless.close();
    });

    test('is the page of the proxy: not stored, no password in it, a policy that posts to this site alone [O30]', async () => {
      const { headers, body } = await send({ target: '/garden/', headers: opensPage });
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-robots-tag': 'noindex, nofollow',
        'referrer-policy': 'same-origin',
        'content-language': 'en',
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/,
        ),
        'www-authenticate': 'Cookie',
      });
      expect(body).not.toContain(ada.password);
      const head = await send({ method: 'HEAD', target: '/garden/', headers: opensPage });
      expect([head.statusCode, head.body]).toEqual([401, '']);
    });
  });
});

describe('BASIC_LOGIN, off', () => {
  let site: ProtectedSite;
  beforeAll(async () => {
    site = await protectedSite({ '/': challenge });
  });
  afterAll(() => site.close());

  test('changes nothing: challenge, cookie, parameter and path pass [O22]', async () => {
    const invoke = deliveries.buffered(site.url);
    const cookie = '__Host-rproxy-log-in=v1.x';
    const { result } = await invoke({
      method: 'POST',
      target: '/_rproxy/log-out?_rproxy_log_in',
      headers: { ...ownForm, cookie },
    });
    expect([result.statusCode, result.headers['www-authenticate']]).toEqual([401, challenge]);
    expect(site.requests.at(-1)).toMatchObject({ target: '/_rproxy/log-out?_rproxy_log_in', headers: { cookie } });
  });
});
