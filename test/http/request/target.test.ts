import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRemoteUrl } from '../../../src/config/remote-url.ts';
import { targetFor, wirePath, wireQuery } from '../../../src/http/request/target.ts';
import { httpBackend } from '../../helpers/backends.ts';
import { startEnvironment } from '../../helpers/environment.ts';
import { eventFor, fronts } from '../../helpers/events.ts';
import { handlerWith } from '../../helpers/lambda.ts';
import { type RecordingBackend, recordingBackend } from '../../helpers/recording-backend.ts';

const plain = parseRemoteUrl('http://backend.example');

/** Every character that RFC 3986 §3.3 and §3.4 allow in a path or a query, and what browsers send besides. */
const unreserved = 'ABCXYZabcxyz0189-._~';
const subDelims = "!$&'()*+,;=";
const tolerated = '"<>[]\\^`{|}';

const percentEscape = fc
  .tuple(fc.nat(255), fc.boolean())
  .map(([byte, upper]) => byte.toString(16).padStart(2, '0')[upper ? 'toUpperCase' : 'toLowerCase']())
  .map((digits) => `%${digits}`);

const textOf = (characters: string) =>
  fc.array(fc.oneof(fc.constantFrom(...characters), percentEscape), { maxLength: 40 }).map((parts) => parts.join(''));

const anyPath = textOf(`${unreserved}${subDelims}${tolerated}:@//`).map((rest) => `/${rest}`);
const anyQuery = textOf(`${unreserved}${subDelims}${tolerated}:@/?&&`);

describe('a path on the wire', () => {
  test.each(['/a%2Fb', '/a%2fb', '/%7Euser', '/a%20b', '/%E4%B8%AD', '/%e4%b8%ad'])(
    'keeps its escapes to the letter case: %s [M5]',
    (path) => {
      expect(wirePath(path)).toBe(path);
    },
  );

  test.each(['/a//b', '//x', '/a/', '/a', '///'])('keeps its slashes: %s [M6]', (path) => {
    expect(wirePath(path)).toBe(path);
  });

  test.each(['/a/./b', '/a/../b', '/a/%2e%2e/b', '/..'])('keeps its dot segments: %s [M7]', (path) => {
    expect(wirePath(path)).toBe(path);
  });

  test.each([...`;=,!'()*~|[]{}^\`"<>:@$&+\\`])('keeps the character %s [M8]', (character) => {
    expect(wirePath(`/a${character}b`)).toBe(`/a${character}b`);
  });

  test.each(['/%', '/%zz', '/%E0%A4', '/100%', '/%2'])('keeps a malformed escape: %s [M9]', (path) => {
    expect(wirePath(path)).toBe(path);
  });

  test('is / when there is none [M10, S2]', () => {
    expect(wirePath('')).toBe('/');
  });

  test.each(['*', 'x', '@evil', '.evil.com', ':99', 'evil', 'http://evil/x', '\\evil', ' /x', '?x', '%2Fx'])(
    'must begin with a slash: %j is refused [M11, M12, S2]',
    (path) => {
      expect(() => wirePath(path)).toThrow(
        expect.objectContaining({ code: 'bad_request', reason: 'the path does not begin with /' }),
      );
    },
  );

  test.each([
    ['a space', '/a b', '/a%20b'],
    ['a tab', '/a\tb', '/a%09b'],
    ['a line break', '/a\r\nHost: evil', '/a%0D%0AHost:%20evil'],
    ['NUL', '/a\u0000b', '/a%00b'],
    ['DEL', '/a\u007fb', '/a%7Fb'],
    ['a question mark', '/a?b', '/a%3Fb'],
    ['a hash', '/a#b', '/a%23b'],
  ])('has %s as an escape [M8, M20, X2]', (_, path, sent) => {
    expect(wirePath(path)).toBe(sent);
  });

  test.each([
    ['of Latin-1', '/ü', '/%C3%BC'],
    ['beyond Latin-1', '/中', '/%E4%B8%AD'],
    ['whose last byte is a slash', '/\u012f', '/%C4%AF'],
    ['whose last byte is a line break', '/\u010a\u010d', '/%C4%8A%C4%8D'],
    ['beyond the BMP', '/😀', '/%F0%9F%98%80'],
    ['that is the first half of a pair', '/\ud83d', '/%EF%BF%BD'],
    ['that is the second half of a pair', '/\ude00x', '/%EF%BF%BDx'],
    ['that is a pair the wrong way round', '/\ude00\ud83d', '/%EF%BF%BD%EF%BF%BD'],
    ['of C1', '/\u0085', '/%C2%85'],
    ['between lines', '/\u2028', '/%E2%80%A8'],
  ])('has a character %s as UTF-8 [M25]', (_, path, sent) => {
    expect(wirePath(path)).toBe(sent);
  });

  test('is the same, byte for byte, whatever legal bytes it is made of [M5, M6, M8]', () => {
    fc.assert(fc.property(anyPath, (path) => wirePath(path) === path));
  });

  test('is visible ASCII whatever the event says, and nothing changes the second time [M25, X2]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const sent = wirePath(`/${text}`);
        expect(sent).toMatch(/^\/[!-~]*$/);
        expect(sent).not.toMatch(/[?#]/);
        expect(wirePath(sent)).toBe(sent);
      }),
    );
  });
});

describe('a query on the wire', () => {
  test.each(['a=1&a=2', 'a', 'a=', '&&', '=x', 'a=+', 'a=%2B', 'a=%2F', 'a[b]=1', 'a;b', '%ff', 'b=1&a=2', '?', "'"])(
    'is byte for byte as received: %s [M21]',
    (query) => {
      expect(wireQuery(query)).toBe(query);
    },
  );

  test.each([
    ['x=http://evil/../..?y', 'x=http://evil/../..?y'],
    ['a=1#f&b', 'a=1%23f&b'],
    ['a= b', 'a=%20b'],
    ['a=\r\nx', 'a=%0D%0Ax'],
    ['ü=😀', '%C3%BC=%F0%9F%98%80'],
  ])('%j goes out as %s [M21, M22, M25]', (query, sent) => {
    expect(wireQuery(query)).toBe(sent);
  });

  test('is the same, byte for byte, whatever legal bytes it is made of [M21]', () => {
    fc.assert(fc.property(anyQuery, (query) => wireQuery(query) === query));
  });
});

describe('the request-target', () => {
  test.each([
    ['http://h', '/x', '/x'],
    ['http://h/', '/x', '/x'],
    ['http://h', '/', '/'],
    ['http://h/', '', '/'],
    ['http://h/', '//x', '//x'],
  ])('for %s and %j is %s [M14]', (url, path, target) => {
    expect(targetFor(parseRemoteUrl(url), path, '')).toBe(target);
  });

  test.each([
    ['http://h/base', '/x', '/base/x'],
    ['http://h/base/', '/x', '/base/x'],
    ['http://h/base//', '/x', '/base/x'],
    ['http://h//', '/x', '/x'],
    ['http://h/base', '/', '/base/'],
    ['http://h/base/', '', '/base/'],
    ['http://h/base', '/base/x', '/base/base/x'],
    ['http://h/b%20c/d', '/a%2Fb', '/b%20c/d/a%2Fb'],
  ])('behind the base path of %s for %j is %s [M15]', (url, path, target) => {
    expect(targetFor(parseRemoteUrl(url), path, '')).toBe(target);
  });

  test.each([
    ['http://h/?k=1', '/x', 'a=2', '/x?k=1&a=2'],
    ['http://h/b?k=1', '/x', '', '/b/x?k=1'],
    ['http://h?k=1', '/', '&&', '/?k=1&&&'],
    ['http://h/?', '/x', 'a', '/x?a'],
    ['http://h/', '/x', '', '/x'],
  ])("has the query of %s before the request's: %s and %j make %s [M16]", (url, path, query, target) => {
    expect(targetFor(parseRemoteUrl(url), path, query)).toBe(target);
  });

  test.each(['//evil.com/x', '/\\evil.com', '/@evil.com', '/http://evil/x', '/:99', '/.evil.com', '//@evil:99/'])(
    '%s is a path like any other [M12, M13]',
    (path) => {
      expect(targetFor(plain, path, '')).toBe(path);
    },
  );

  test('holds a path and a query of any length [M24]', () => {
    const path = `/${'a'.repeat(100_000)}`;
    const query = `q=${'b'.repeat(100_000)}`;
    expect(targetFor(plain, path, query)).toBe(`${path}?${query}`);
  });

  test('is always the base path, the path and the queries, and nothing else [M5, M15, M16, M21]', () => {
    const remoteUrl = parseRemoteUrl('http://h/base?k=1');
    fc.assert(
      fc.property(anyPath, anyQuery, (path, query) => {
        const queries = query === '' ? 'k=1' : `k=1&${query}`;
        expect(targetFor(remoteUrl, path, query)).toBe(`/base${path}?${queries}`);
      }),
    );
  });
});

describe('what the backend is asked for', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());

  const responseTo = (event: unknown, extra: Record<string, string> = {}) =>
    handlerWith({ REMOTE_URL: backend.url, ...extra })(event);

  const functionUrlEvent = (rawPath: string) => ({ ...eventFor(), rawPath });

  for (const front of fronts) {
    test(`never is anything for CONNECT, from ${front.source} [M2]`, async () => {
      const before = backend.connections;
      for (const target of ['/', 'evil.example:443', '/evil.example:443']) {
        const { statusCode, headers } = await responseTo(eventFor({ method: 'CONNECT', target }, front));
        expect([target, [400, 405]]).toEqual([target, expect.arrayContaining([statusCode])]);
        if (target === '/') expect([statusCode, headers['allow']]).toEqual([405, expect.stringContaining('GET')]);
      }
      expect(backend.connections).toBe(before);
    });

    test(`never is anything for a method that is no token, from ${front.source} [M4]`, async () => {
      const before = backend.connections;
      for (const method of ['', 'GE T', 'GET\r\nX: y', 'GET\u0000', 'GÈT', 'G/T', '"GET"', 'GET ']) {
        const { statusCode } = await responseTo(eventFor({ method }, front));
        expect([method, statusCode]).toEqual([method, 400]);
      }
      expect(backend.connections).toBe(before);
    });
  }

  test.each(['*', 'http://evil.example/x', '@evil.example', ':99/x', '.evil.example', 'x'])(
    'never is anything for the path %s [M11, M12, S2]',
    async (rawPath) => {
      const before = backend.connections;
      expect((await responseTo(functionUrlEvent(rawPath))).statusCode).toBe(400);
      expect(backend.connections).toBe(before);
    },
  );

  test.each(['//evil.com/x', '/\\evil.com', '/@evil.com', '/http://evil/x', '/a/../b//c;d=(e)|f[g]{h}^"i'])(
    'is %s, byte for byte [M6, M8, M12, M13]',
    async (target) => {
      expect((await responseTo(functionUrlEvent(target))).statusCode).toBe(200);
      expect(backend.requests.at(-1)?.target).toBe(target);
    },
  );

  test.each(['', '/'])('is /x behind REMOTE_URL with %j at its end, never //x [M14]', async (end) => {
    await responseTo(eventFor({ target: '/x' }), { REMOTE_URL: `${backend.url}${end}` });
    expect(backend.requests.at(-1)?.target).toBe('/x');
  });

  test.each(['/base', '/base/'])('is below the base path %s, with one slash between [M15]', async (base) => {
    for (const [target, expected] of [
      ['/x', '/base/x'],
      ['/', '/base/'],
      ['/?q', '/base/?q'],
    ] as const) {
      await responseTo(eventFor({ target }), { REMOTE_URL: `${backend.url}${base}` });
      expect(backend.requests.at(-1)?.target).toBe(expected);
    }
  });

  test('is a path of 5 KB and a query of 5 KB when the request had them [M24]', async () => {
    const target = `/${'p'.repeat(5000)}?${'q'.repeat(5000)}`;
    expect((await responseTo(eventFor({ target }))).statusCode).toBe(200);
    expect(backend.requests.at(-1)?.target).toBe(target);
  });

  test('is UTF-8 in escapes for any character that HTTP cannot carry [M25]', async () => {
    await responseTo(functionUrlEvent('/ü/中/😀/\ud83d'));
    expect(backend.requests.at(-1)?.target).toBe('/%C3%BC/%E4%B8%AD/%F0%9F%98%80/%EF%BF%BD');
  });

  test('is never chosen by a header field [S3]', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      'x-original-url': 'http://evil.example/x',
      referer: 'http://evil.example/',
      origin: 'http://evil.example',
      'x-forwarded-server': 'evil.example',
    };
    const before = backend.requests.length;
    for (const extra of [{}, { TRUST_FORWARDED: 'true' }, { HOST_HEADER: 'client' }]) {
      expect((await responseTo(eventFor({ target: '/here', headers }), extra)).statusCode).toBe(200);
    }
    expect(backend.requests.slice(before).map(({ target }) => target)).toEqual(['/here', '/here', '/here']);
    const destination = 'http://evil.example/x';
    expect((await responseTo(eventFor({ target: '/here', headers: { destination } }))).statusCode).toBe(400);
    expect(backend.requests).toHaveLength(before + 3);
  });

  test('is nothing of X-Original-URL and its like, in any spelling [F19]', async () => {
    const names = ['X-Original-URL', 'X-Rewrite-URL', 'x_original_url', 'X-Forwarded-Prefix', 'X-Forwarded-Uri'];
    const headers = Object.fromEntries(names.map((name) => [name, '/foobar']));
    const { statusCode } = await responseTo(eventFor({ target: '/open', headers }), { FILTERED_PATH: '/foobar' });
    expect(statusCode).toBe(200);
    expect(JSON.stringify(backend.requests.at(-1))).not.toContain('foobar');
  });

  test('is asked for without the proxies that the environment names [S9]', async () => {
    const trap = await recordingBackend();
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
    const proxies = Object.fromEntries(names.map((name) => [name, trap.url]));
    const environment = await startEnvironment({ REMOTE_URL: backend.url }, { ...proxies, NODE_USE_ENV_PROXY: '1' });
    try {
      const { result } = await environment.invoke(eventFor({ target: '/direct', headers: { proxy: trap.url } }));
      expect(result.statusCode).toBe(200);
      expect(backend.requests.at(-1)?.target).toBe('/direct');
      expect(trap.connections).toBe(0);
    } finally {
      await environment.stop();
      await trap.close();
    }
  });

  test('by a function that leads back to itself is nothing: the loop ends at its first return [S7]', async () => {
    const passed: string[] = [];
    const itself = await httpBackend(async (message, response) => {
      passed.push(message.url ?? '');
      const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
      const again = await handler(eventFor({ target: message.url ?? '/', headers }));
      response.writeHead(again.statusCode, again.headers).end(again.body);
    });
    const handler = handlerWith({ REMOTE_URL: itself.url });
    const result = await handler(eventFor({ target: '/x' }));
    await itself.close();
    expect([result.statusCode, passed]).toEqual([508, ['/x']]);
  });
});
