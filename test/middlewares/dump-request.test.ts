import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { carries, eventFor, fronts, type TestRequest } from '../helpers/events.ts';
import { bodyText, functionArn, handlerWith, lambdaContext, type Result } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';

const html = { accept: 'text/html' };
const json = { accept: 'application/json' };

const ownFields = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
  'referrer-policy': 'no-referrer',
  vary: 'Accept',
};

describe('dump_request', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());

  const proxy = (settings: Record<string, string> = {}) => handlerWith({ REMOTE_URL: backend.url, ...settings });
  const dumpOf = async (request: TestRequest, settings: Record<string, string> = {}) =>
    JSON.parse(bodyText(await proxy(settings)(eventFor({ ...request, headers: { ...json, ...request.headers } }))));
  const lastTarget = () => backend.requests.at(-1)?.target;

  test('never calls the backend, whatever the method [D3]', async () => {
    const before = backend.connections;
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH']) {
      const { statusCode } = await proxy()(eventFor({ method, target: '/order?dump_request=y', body: 'buy' }));
      expect(statusCode).toBe(200);
    }
    expect(backend.connections).toBe(before);
  });

  test('is a page for those who prefer HTML, not stored, not sniffed, not framed [D4]', async () => {
    const result = await proxy()(eventFor({ target: '/x?dump_request=y', headers: html }));
    expect(result.headers).toMatchObject({ ...ownFields, 'content-type': 'text/html; charset=utf-8' });
    const policy = result.headers['content-security-policy'];
    for (const directive of [/default-src 'none'/, /style-src 'sha256-[\w+/=]+'/, /frame-ancestors 'none'/]) {
      expect(policy).toMatch(directive);
    }
    expect(bodyText(result)).toContain('<h1>Request dump</h1>');
  });

  test.each(['application/json', '*/*', 'text/plain'])('is JSON for those who accept %s [D5]', async (accept) => {
    const result = await proxy()(eventFor({ target: '/x?dump_request=y', headers: { accept } }));
    expect(result.headers).toMatchObject({ ...ownFields, 'content-type': 'application/json' });
    expect(JSON.parse(bodyText(result))).toMatchObject({ request: { path: '/x' } });
  });

  for (const front of fronts) {
    test(`shows the request as it came from ${front.source}, what would be sent, and the function`, async () => {
      const context = lambdaContext(20_000);
      const event = eventFor(
        {
          method: 'POST',
          target: '/a%2Fb/c?q=1&dump_request=yes&r=%20',
          headers: { ...json, 'content-type': 'text/plain', cookie: 'sid=abc; theme=dark', 'x-custom': 'kept' },
          body: 'hello',
        },
        front,
      );
      const result = await handlerWith({ REMOTE_URL: `${backend.url}/base?k=v` })(event, context);
      const path = carries(front).path === 'decoded' ? '/a/b/c' : '/a%2Fb/c';
      const dump = JSON.parse(bodyText(result));
      expect(dump).toMatchObject({
        delivery: 'buffered',
        request: {
          method: 'POST',
          path,
          query: 'q=1&r=%20',
          url: `https://${front.domainName}${front.stage?.path ?? ''}${path}?q=1&r=%20`,
          host: front.domainName,
          headers: { 'x-custom': 'kept' },
          cookies: ['sid', 'theme'],
          body: { bytes: 5, contentType: 'text/plain' },
          client: '198.51.100.7',
          source: front.source,
        },
        backend: {
          method: 'POST',
          target: `/base${path}?k=[redacted 1 chars]&q=1&r=%20`,
          headers: {
            host: front.domainName,
            'content-length': '5',
            'x-custom': 'kept',
            'x-forwarded-host': front.domainName,
          },
          bodyBytes: 5,
        },
        lambda: {
          functionName: 'rproxy',
          functionVersion: '$LATEST',
          functionArn: functionArn.replace('123456789012', '[account]'),
          memoryLimitMb: '512',
          requestId: context.awsRequestId,
          logGroup: '/aws/lambda/rproxy',
          remainingMs: expect.any(Number),
        },
      });
      expect(dump.lambda.remainingMs).toBeLessThanOrEqual(20_000);
    });
  }

  test('shows on the page what it shows as JSON', async () => {
    const request = { target: '/p?q=1&dump_request=1', headers: { ...html, cookie: 'sid=abc', 'x-custom': 'k<e>pt' } };
    const page = bodyText(await proxy()(eventFor(request)));
    for (const text of [
      'GET',
      '/p',
      'q=1',
      '198.51.100.7',
      'function-url',
      'sid',
      'k&lt;e&gt;pt',
      'rproxy',
      '512 MB',
    ]) {
      expect(page).toContain(text);
    }
    expect(page).not.toContain('k<e>pt');
  });

  test('leaks no credential, cookie value, account id or password of REMOTE_URL', async () => {
    const headers = {
      authorization: 'Bearer s3cret-1',
      cookie: 'sid=s3cret-2; __Host-x=s3cret-3',
      'x-api-key': 's3cret-4',
      'x-session-token': 's3cret-5',
      referer: 'https://a.example/?token=s3cret-6',
      'proxy-authorization': 'Basic s3cret-7',
    };
    const remote = backend.url.replace('//', '//user:s3cret-8@');
    const settings = { REMOTE_URL: `${remote}/?api_key=s3cret-9`, DEBUG_KEY: 's3cret-10' };
    const encoded = Buffer.from('user:s3cret-8').toString('base64');
    for (const accept of ['text/html', 'application/json']) {
      for (const withClientCredentials of [true, false]) {
        const { authorization, ...others } = headers;
        const sent = withClientCredentials ? { authorization, ...others } : others;
        const target = '/?password=s3cret-11&a=1&dump_request=s3cret-10&trace_connection=s3cret-10';
        const { value, lines } = await logsOf(() =>
          handlerWith(settings)(eventFor({ target, headers: { ...sent, accept }, body: 's3cret-12', method: 'POST' })),
        );
        expect(value.statusCode).toBe(200);
        const everything = `${bodyText(value)}${JSON.stringify(value.headers)}${JSON.stringify(lines)}`;
        expect(everything).toContain('redacted');
        expect(everything).not.toContain('s3cret');
        expect(everything).not.toContain(encoded);
        expect(bodyText(value)).not.toContain('123456789012');
      }
    }
  });

  test.each(['y', 'Y', 'yes', '1', 'true', 'TRUE'])('is switched on by %s [D2]', async (value) => {
    expect(await dumpOf({ target: `/?dump_request=${value}` })).toMatchObject({ request: { query: '' } });
  });

  test.each(['n', '', 'no', '0', 'false', 'yy', 'y%00'])(
    'is not asked for with "%s", which is forwarded [D1, D2]',
    async (value) => {
      const target = `/?dump_request=${value}`;
      expect(bodyText(await proxy()(eventFor({ target })))).toBe('fine');
      expect(lastTarget()).toBe(target);
    },
  );

  test('takes the key and nothing else where a key is set; a wrong one is an ordinary parameter [D1, D2]', async () => {
    const settings = { DEBUG_KEY: 'k3y+/ä' };
    const right = encodeURIComponent(settings.DEBUG_KEY);
    expect(await dumpOf({ target: `/?a=1&dump_request=${right}` }, settings)).toMatchObject({
      request: { query: 'a=1' },
    });
    for (const wrong of ['y', 'k3y', `${right}x`, 'K3Y%2B%2F%C3%A4', '']) {
      const target = `/?a=1&dump_request=${wrong}`;
      expect(bodyText(await proxy(settings)(eventFor({ target })))).toBe('fine');
      expect(lastTarget()).toBe(target);
    }
  });

  test('does nothing with DEBUG_QUERIES=off, and both queries are forwarded [D1]', async () => {
    const target = '/?dump_request=y&trace_connection=y';
    const { value, lines } = await logsOf(() => proxy({ DEBUG_QUERIES: 'off' })(eventFor({ target })));
    expect(bodyText(value)).toBe('fine');
    expect(lastTarget()).toBe(target);
    expect(lines.map(({ level }) => level)).toEqual(['INFO']);
  });

  test('is taken out of the query, and every other byte stays', async () => {
    const rest = 'a=%2f&&b&c=d+e&%zz=1&=&dump_requests=y';
    const dump = await dumpOf({ target: `/?a=%2f&&b&dump%5Frequest=y&c=d+e&%zz=1&=&dump_requests=y&dump_request=n` });
    expect(dump.request.query).toBe(rest);
    expect(dump.backend.target).toBe(`/?${rest}`);
  });

  test('shows a small form when dump_body asks for it, which is then not forwarded either [D9]', async () => {
    const form = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'user=ada&password=s3cret',
    };
    const asked = await dumpOf({ ...form, target: '/?a=1&dump_request=y&dump_body=y&b=2' });
    expect(asked.request).toMatchObject({ query: 'a=1&b=2', body: { text: 'user=ada&password=[redacted 6 chars]' } });
    expect(asked.backend.target).toBe('/?a=1&b=2');
    for (const target of ['/?dump_request=y', '/?dump_request=y&dump_body=n']) {
      const { request } = await dumpOf({ ...form, target });
      expect(request.body).toMatchObject({ bytes: 24, withheld: expect.any(String) });
      expect(JSON.stringify(request)).not.toContain('ada');
    }
  });

  test('leaves dump_body alone where no dump is asked for [D1 D9]', async () => {
    expect(bodyText(await proxy()(eventFor({ target: '/?dump_body=y' })))).toBe('fine');
    expect(lastTarget()).toBe('/?dump_body=y');
  });

  test('responds to HEAD with the fields of GET and no body', async () => {
    for (const headers of [html, json]) {
      const responses: Result[] = [];
      for (const method of ['GET', 'HEAD']) {
        responses.push(
          await proxy()(eventFor({ method, target: '/?dump_request=y', headers }), lambdaContext(30_000, 'id')),
        );
      }
      const [get, head] = responses;
      expect(head).toMatchObject({ statusCode: 200, headers: get?.headers, body: '' });
      expect(get?.body).not.toBe('');
    }
  });

  test('responds with the failure that sending would have met', async () => {
    const { statusCode, headers } = await proxy()(eventFor({ method: 'TRACE', target: '/?dump_request=y' }));
    expect(statusCode).toBe(405);
    expect(headers['allow']).toContain('GET');
  });
});
