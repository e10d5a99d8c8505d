import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventFor, fronts } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';

const html = { accept: 'text/html' };

describe('the path filter', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());

  const filtering = (extra: Record<string, string> = {}) =>
    handlerWith({ REMOTE_URL: backend.url, FILTERED_PATH: '/foobar|/a b', ...extra });

  for (const front of fronts) {
    test(`refuses a filtered path and what lies below it, from ${front.source} [F1, F2, F24]`, async () => {
      const before = backend.connections;
      for (const target of ['/foobar', '/foobar/x?y', '/a%20b/c']) {
        for (const method of ['GET', 'POST', 'HEAD', 'DELETE', 'PURGE']) {
          const { statusCode, headers } = await filtering()(eventFor({ method, target }, front));
          expect([target, statusCode]).toEqual([target, 403]);
          expect(headers['proxy-status']).toBe('lambda-rproxy; error=http_request_denied');
        }
      }
      expect(backend.connections).toBe(before);
    });

    test(`lets everything else through unchanged, from ${front.source} [F3]`, async () => {
      const target = '/foobarx/foobar?p=/foobar';
      expect((await filtering()(eventFor({ target }, front))).statusCode).toBe(200);
      expect(backend.requests.at(-1)?.target).toBe(target);
    });
  }

  test('stands before the backend: filtered and the backend down is 403 [F22]', async () => {
    const handler = handlerWith({ REMOTE_URL: await refusedUrl(), FILTERED_PATH: '/foobar' });
    expect((await handler(eventFor({ target: '/foobar' }))).statusCode).toBe(403);
    expect((await handler(eventFor({ target: '/other' }))).statusCode).toBe(502);
  });

  test('stands before the dump: filtered and dump_request is 403 [F23]', async () => {
    const result = await filtering()(eventFor({ target: '/foobar?dump_request=y', headers: html }));
    expect(result.statusCode).toBe(403);
    expect(bodyText(result)).not.toContain('Request dump');
  });

  test('compares the path with and without the base path of REMOTE_URL [F18]', async () => {
    const handler = handlerWith({ REMOTE_URL: `${backend.url}/base`, FILTERED_PATH: '/one|/base/two' });
    const statuses = [];
    for (const target of ['/one', '/two', '/three']) statuses.push((await handler(eventFor({ target }))).statusCode);
    expect(statuses).toEqual([403, 403, 200]);
  });

  test('responds with 400 to a path that climbs out of the base path, and forwards the same without a base', async () => {
    const withBase = handlerWith({ REMOTE_URL: `${backend.url}/base` });
    const before = backend.requests.length;
    for (const target of ['/../secret', '/a/../../secret', '/%2e%2e/secret', '/..%5csecret']) {
      const { statusCode, headers } = await withBase(eventFor({ target }));
      expect([target, statusCode]).toEqual([target, 400]);
      expect(headers['proxy-status']).toBe('lambda-rproxy; error=http_request_error');
    }
    expect(backend.requests).toHaveLength(before);
    expect((await withBase(eventFor({ target: '/a/../b' }))).statusCode).toBe(200);
    expect(backend.requests.at(-1)?.target).toBe('/base/a/../b');
    const withoutBase = handlerWith({ REMOTE_URL: backend.url });
    expect((await withoutBase(eventFor({ target: '/../secret' }))).statusCode).toBe(200);
    expect(backend.requests.at(-1)?.target).toBe('/../secret');
  });

  test('lets a path climb where there is no base path to climb out of, filter or not', async () => {
    for (const target of ['/../open', '/a/../../open', '/%2e%2e/open']) {
      expect([target, (await filtering()(eventFor({ target }))).statusCode]).toEqual([target, 200]);
      expect(backend.requests.at(-1)?.target).toBe(target);
    }
  });

  test('responds with 400 to a path that is encoded too many times over, but only where it has something to compare', async () => {
    const target = `/%${'25'.repeat(9)}66oo`;
    expect((await filtering()(eventFor({ target }))).statusCode).toBe(400);
    const withBase = handlerWith({ REMOTE_URL: `${backend.url}/base` });
    expect((await withBase(eventFor({ target }))).statusCode).toBe(400);
    expect((await handlerWith({ REMOTE_URL: backend.url })(eventFor({ target }))).statusCode).toBe(200);
    expect(backend.requests.at(-1)?.target).toBe(target);
  });

  test.each([
    ['/foobar', 'path_filtered', 'the path is covered by FILTERED_PATH'],
    [`/%${'25'.repeat(9)}66oo`, 'bad_request', 'the path is encoded too many times over'],
    ['/../secret', 'bad_request', "the path climbs out of REMOTE_URL's base path"],
  ])('logs why it refuses %s', async (target, type, reason) => {
    const handler = filtering({ REMOTE_URL: `${backend.url}/base` });
    const { lines } = await logsOf(() => handler(eventFor({ target })));
    expect(lines[0]).toMatchObject({ level: 'WARN', error: { type }, reason });
  });

  describe('on the Destination of WebDAV', () => {
    const responseTo = async (destination: string, method = 'MOVE', extra: Record<string, string> = {}) => {
      const event = eventFor({ method, target: '/docs/a', headers: { destination } });
      return (await filtering(extra)(event)).statusCode;
    };

    for (const front of fronts) {
      test(`refuses what it refuses as a path, from ${front.source} [F20]`, async () => {
        const before = backend.connections;
        for (const method of ['MOVE', 'COPY']) {
          for (const destination of ['/foobar', '/foobar/x?y#z', 'https://public.example/foobar', '/x/../%66OOBAR']) {
            const event = eventFor({ method, target: '/docs/a', headers: { Destination: destination } }, front);
            expect([method, destination, (await filtering()(event)).statusCode]).toEqual([method, destination, 403]);
          }
        }
        expect(backend.connections).toBe(before);
      });
    }

    test.each([
      ...[
        'http://public.example:443/foobar',
        'HTTP://user:pw@h/foobar',
        '//h/foobar',
        'http:/foobar',
        'http:///foobar',
      ],
      ...['/x%2f..%2ffoobar', '/foobar;a=b', '/foobar%00.png', '//foobar', ' /foobar ', 'https://h/a%20b', '../foobar'],
      ...['/..;/foobar', '\\foobar', 'http://h\\foobar', '/ｆoobar', '/%2566oobar'],
    ])('refuses %j, however it is written [F20]', async (destination) => {
      expect(await responseTo(destination)).toBe(403);
    });

    test.each(['/docs/b', '/foobarx', '/docs/foobar', '/docs/b?p=/foobar', '/'])(
      'lets %j pass [F20, F3]',
      async (destination) => {
        expect(await responseTo(destination)).toBe(200);
      },
    );

    test.each(['https://foobar/docs/b', 'https://h', ''])(
      'leaves %j to the check of the host [F20, H46]',
      async (url) => {
        expect(await responseTo(url)).toBe(400);
      },
    );

    test('holds for the resource tags of If as well [F20, H47]', async () => {
      const headers = { if: '<https://public.example/foobar> (["e"])' };
      expect((await filtering()(eventFor({ method: 'PUT', target: '/docs/a', headers }))).statusCode).toBe(403);
    });

    test('compares it with and without the base path, and responds with 400 when it climbs out of that [F20, F18]', async () => {
      const extra = { REMOTE_URL: `${backend.url}/base`, FILTERED_PATH: '/one|/base/two' };
      const statuses = [];
      for (const destination of ['/one', '/two', '/three', '/../secret', 'https://h/a/../../secret', '/a/../b'])
        statuses.push(await responseTo(destination, 'COPY', extra));
      expect(statuses).toEqual([403, 403, 200, 400, 400, 200]);
    });
  });

  test('says FILTERED_URL_MSG on the page, escaped, and in the other representations [F26]', async () => {
    const handler = filtering({ FILTERED_URL_MSG: '<b onclick="x()">closed & shut</b>' });
    const page = bodyText(await handler(eventFor({ target: '/foobar', headers: html })));
    expect(page).toContain('&lt;b onclick=&quot;x()&quot;&gt;closed &amp; shut&lt;/b&gt;');
    expect(page).not.toContain('<b onclick');
    const problem = JSON.parse(
      bodyText(await handler(eventFor({ target: '/foobar', headers: { accept: 'application/json' } }))),
    );
    expect(problem).toMatchObject({ status: 403, detail: '<b onclick="x()">closed & shut</b>' });
    const text = await handler(eventFor({ target: '/foobar' }));
    expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(bodyText(text)).toContain('closed & shut');
  });

  test('reflects neither the path nor the backend on its page, even where error pages link to the target [F26]', async () => {
    const handler = filtering({ SHOW_TARGET_LINK: 'true' });
    const result = await handler(eventFor({ target: '/foobar/m4rker?m4rker', headers: html }));
    expect(result.statusCode).toBe(403);
    const everything = `${bodyText(result)}${JSON.stringify(result.headers)}`;
    expect(everything).not.toContain('m4rker');
    expect(everything).not.toContain('foobar');
    expect(everything).not.toContain(String(backend.port));
  });

  test('a refusal is one WARN line, and no ERROR', async () => {
    const { lines } = await logsOf(() => filtering()(eventFor({ target: '/foobar' })));
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['WARN', 'request refused'],
      ['INFO', 'request'],
    ]);
    expect(lines[0]).toMatchObject({ error: { type: 'path_filtered' }, proxy: { fault: 'client' } });
  });
});
