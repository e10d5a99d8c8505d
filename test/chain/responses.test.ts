import { describe, expect, test } from '@jest/globals';
import { eventFor, fronts, type TestRequest } from '../helpers/events.ts';
import { bodyBytes, bodyText, handlerWith, type Result } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import { type ScriptedBackend, scriptedBackend, sendAndEnd } from '../helpers/scripted-backend.ts';

/** What a client gets when the backend sends these fields, each a line as on the wire. */
async function respondWith(
  lines: readonly string[],
  request: TestRequest = {},
  { status = '200 OK', body = 'hello', env = {} as Record<string, string>, base = '' } = {},
): Promise<{ result: Result; backend: ScriptedBackend }> {
  const head = [`HTTP/1.1 ${status}`, ...lines, `Content-Length: ${body.length}`].join('\r\n');
  const backend = await scriptedBackend(sendAndEnd(`${head}\r\n\r\n${request.method === 'HEAD' ? '' : body}`));
  const result = await handlerWith({ REMOTE_URL: `${backend.url}${base}`, ...env })(eventFor(request));
  await backend.close();
  return { result, backend };
}

describe('an answer, on its way through the whole chain', () => {
  test('with several Set-Cookie fields has each in `cookies`, in order, and none among the fields [R12]', async () => {
    const lines = ['Set-Cookie: a=1, x; Path=/', 'X-A: 1', 'set-cookie: b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT'];
    const { result } = await respondWith([...lines, 'Set-Cookie: a=3']);
    expect(result.cookies).toEqual(['a=1, x; Path=/', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'a=3']);
    expect(result.headers).not.toHaveProperty('set-cookie');
  });

  test("keeps its cookies whatever they say, but for the backend's own host and base path [R13 R14 R15 R16]", async () => {
    const lines = [
      'Set-Cookie: a=1; DOMAIN=127.0.0.1; Path=/app/x; FOO="b;r"',
      'Set-Cookie: __Host-b=2; Path=/; Secure',
    ];
    const { result } = await respondWith(lines, {}, { base: '/app' });
    expect(result.cookies).toEqual(['a=1; Path=/x; FOO="b;r"', '__Host-b=2; Path=/; Secure']);
  });

  test('with several Locations has the first [R20]', async () => {
    const { result } = await respondWith(
      ['Location: /a', 'Location: https://evil.example/'],
      {},
      { status: '302 Found' },
    );
    expect([result.statusCode, result.headers['location']]).toEqual([302, '/a']);
  });

  test('of the backend about itself leads to the public host [R17]', async () => {
    const backend = await scriptedBackend((socket) =>
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${backend.url}/app/in?a=1#b\r\nContent-Length: 0\r\n\r\n`),
    );
    for (const front of fronts) {
      const result = await handlerWith({ REMOTE_URL: `${backend.url}/app` })(eventFor({}, front));
      expect(result.headers['location']).toBe(`https://${front.domainName}${front.stage?.path ?? ''}/in?a=1#b`);
    }
    await backend.close();
  });

  test('never shows its reason phrase [R8]', async () => {
    const { result } = await respondWith([], {}, { status: '299 Zebra-Crossing' });
    expect(result.statusCode).toBe(299);
    expect(JSON.stringify(result)).not.toContain('Zebra');
  });

  test('loses trailers and the field that announces them [R28]', async () => {
    const backend = await scriptedBackend(
      sendAndEnd(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n',
      ),
    );
    const result = await handlerWith({ REMOTE_URL: backend.url })(eventFor());
    expect(bodyText(result)).toBe('hello');
    expect(Object.keys(result.headers)).toEqual(['content-type', 'x-request-id']);
    await backend.close();
  });

  const untouched: Readonly<Record<string, string>> = {
    server: 'Apache/2.4',
    date: 'Wed, 21 Oct 2026 07:28:00 GMT',
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    'content-security-policy': "default-src 'self'; report-uri /csp",
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'cross-origin',
    'permissions-policy': 'geolocation=()',
    nel: '{"report_to":"a","max_age":1}',
    'clear-site-data': '"*"',
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-credentials': 'true',
    'x-robots-tag': 'all',
    'cache-status': 'Origin; hit',
    'proxy-status': 'inner; error=http_response_timeout',
    'server-timing': 'db;dur=53',
    'content-disposition': 'attachment; filename="\u00fc.pdf"',
    'content-type': 'text/html',
  };

  test("keeps what is the backend's to say, gets no Via and nothing of ours but the request's id [R29 R30 R31 R32 R33 R39 R43 R44 R45 R46]", async () => {
    const lines = Object.entries(untouched).map(([name, value]) => `${name}: ${value}`);
    const { result } = await respondWith(lines);
    expect(result.headers).toEqual({ ...untouched, 'x-request-id': expect.any(String) });
  });

  test('gets none of these when the backend sends none [R29 R30 R31 R39 R43 R44 R45]', async () => {
    const { result } = await respondWith(['Content-Type: text/plain']);
    expect(result.headers).toEqual({ 'content-type': 'text/plain', 'x-request-id': expect.any(String) });
  });

  test('to a preflight request is the backend’s own [R33]', async () => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'PUT' };
    const lines = ['Access-Control-Allow-Origin: *', 'Access-Control-Allow-Methods: PUT'];
    const { result, backend } = await respondWith(lines, { method: 'OPTIONS', headers }, { status: '204 No Content' });
    expect(result.headers).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'PUT',
      'x-request-id': expect.any(String),
    });
    expect(backend.requests[0]).toContain('Access-Control-Request-Method: PUT');
  });

  test('401 keeps its challenges, joined in order [R34]', async () => {
    const lines = ['WWW-Authenticate: Basic realm="a, b"', 'WWW-Authenticate: Bearer'];
    const { result } = await respondWith(lines, {}, { status: '401 Unauthorized' });
    expect([result.statusCode, result.headers['www-authenticate']]).toEqual([401, 'Basic realm="a, b", Bearer']);
  });

  test('417 passes like any other status [B14]', async () => {
    const request = { method: 'POST', headers: { expect: '100-continue' }, body: 'hello' };
    const { result, backend } = await respondWith([], request, { status: '417 Expectation Failed' });
    expect([result.statusCode, bodyText(result)]).toEqual([417, 'hello']);
    expect(backend.requests[0]).not.toMatch(/^expect:/im);
  });

  test("keeps the backend's absolute URLs in its body [R42]", async () => {
    const body = '<a href="http://127.0.0.1/app/x">\u00ff\u0000';
    const { result } = await respondWith(['Content-Type: text/html'], {}, { body, base: '/app' });
    expect(bodyBytes(result).toString('latin1')).toBe(body);
  });

  test('loses the fields that a front door renames to, and a length [A9 A10]', async () => {
    const { result } = await respondWith([
      'X-Amzn-Remapped-Date: x',
      'x-amzn-remapped-www-authenticate: y',
      'X-Amzn-A: z',
    ]);
    expect(result.headers).toEqual({
      'x-amzn-a': 'z',
      'content-type': 'text/plain',
      'x-request-id': expect.any(String),
    });
  });

  test.each([
    ['GET', '200 OK'],
    ['HEAD', '200 OK'],
    ['GET', '204 No Content'],
    ['GET', '304 Not Modified'],
    ['POST', '500 Oh'],
  ])('to %s with %s is well-formed for AWS [A13]', async (method, status) => {
    const { result } = await respondWith(['X-Empty:', 'X-B: \u00ff', '__proto__: x'], { method }, { status });
    expect(result).toEqual({
      statusCode: Number(status.slice(0, 3)),
      headers: expect.objectContaining({ 'x-empty': '', 'x-b': '\u00ff' }),
      cookies: [],
      body: expect.any(String),
      isBase64Encoded: expect.any(Boolean),
    });
    for (const value of Object.values(result.headers)) expect(typeof value).toBe('string');
    expect(JSON.parse(JSON.stringify(result))).toMatchObject({ statusCode: result.statusCode });
  });
});

describe("an answer of the proxy's own", () => {
  const html = { accept: 'text/html' };

  test('to a method that is refused names those that are not [E24]', async () => {
    for (const method of ['TRACE', 'CONNECT']) {
      const result = await handlerWith({ REMOTE_URL: 'http://127.0.0.1:1' })(eventFor({ method }));
      expect(result.statusCode).toBe(405);
      expect(result.headers).toMatchObject({
        allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
        'proxy-status': 'lambda-rproxy; error=http_request_error',
      });
    }
  });

  test('to wrong settings is a 500 that shows none of them [E26]', async () => {
    const env = { REMOTE_URL: 'ftp://ada:s3cret@host', REQUEST_TIMEOUT: 'soon', PAYLOAD_QUOTA: '-1' };
    for (const accept of ['text/html', 'application/json', 'text/plain']) {
      const result = await handlerWith(env)(eventFor({ headers: { accept } }));
      expect(result.statusCode).toBe(500);
      expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=proxy_configuration_error');
      expect(JSON.stringify(result)).not.toMatch(/s3cret|ada|soon|REMOTE_URL|ftp/);
    }
  });

  test('to a backend that is down is never a 503, says when to retry, and remembers nothing [E28]', async () => {
    const url = await refusedUrl();
    const handler = handlerWith({ REMOTE_URL: url });
    for (let times = 0; times < 3; times += 1) {
      const { statusCode, headers } = await handler(eventFor({ headers: html }));
      expect([statusCode, headers['retry-after']]).toEqual([502, '10']);
    }
    const backend = await scriptedBackend(
      sendAndEnd('HTTP/1.1 503 No\r\nRetry-After: 99\r\nContent-Length: 0\r\n\r\n'),
    );
    const { statusCode, headers } = await handlerWith({ REMOTE_URL: backend.url })(eventFor());
    expect([statusCode, headers['retry-after'], headers['proxy-status']]).toEqual([503, '99', undefined]);
    await backend.close();
  });

  test('is not to be indexed [R39]', async () => {
    const { headers } = await handlerWith({ REMOTE_URL: await refusedUrl() })(eventFor());
    expect(headers['x-robots-tag']).toBe('noindex, nofollow');
  });

  test.each([
    ['a console test', { key1: 'value1' }],
    ['a REST API', { httpMethod: 'GET', path: '/', resource: '/', requestContext: { stage: 'prod' }, headers: null }],
    ['an ALB', { requestContext: { elb: { targetGroupArn: 'arn' } }, httpMethod: 'GET', path: '/' }],
    ['nothing', null],
    ['a text', 'hello'],
  ])('to the event of %s says which events are understood [A14 A13]', async (_, event) => {
    const result = await handlerWith({ REMOTE_URL: 'http://127.0.0.1:1' })(event);
    expect(result).toMatchObject({ statusCode: 400, isBase64Encoded: false, body: expect.any(String) });
    expect(result.body).toMatch(/Function URL/);
    expect(result.body).toMatch(/HTTP API/);
    for (const value of Object.values(result.headers)) expect(typeof value).toBe('string');
  });

  test('leaves no timer and no listener of the invocation behind [A11]', async () => {
    const backend = await scriptedBackend(sendAndEnd('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    const handler = handlerWith({ REMOTE_URL: backend.url, REQUEST_TIMEOUT: '900' });
    await handler(eventFor());
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const listeners = process.eventNames().map((name) => process.listenerCount(name));
    for (let times = 0; times < 5; times += 1) await handler(eventFor());
    await new Promise((resolve) => setImmediate(resolve));
    expect(timers()).toBeLessThanOrEqual(before);
    expect(process.eventNames().map((name) => process.listenerCount(name))).toEqual(listeners);
    await backend.close();
  });

  test('to a traced request leaves no secret of the URL in the log [D6]', async () => {
    const location = 'Location: https://h/cb;jsessionid=s3cret-1?code=s3cret-2#access_token=s3cret-3';
    const refresh = 'Refresh: 5; url=https://ada:pa@s3cret-4@h/?token=s3cret-5';
    const link = 'Link: </x?sig=s3cret-6>; rel=next';
    const target = '/shop;jsessionid=s3cret-7?user[password]=s3cret-8&trace_connection=y';
    const headers = { referer: 'https://ada:pa@s3cret-9@h/', 'x-amzn-mtls-clientcert-subject': 's3cret-10' };
    const { lines } = await logsOf(() => respondWith([location, refresh, link], { target, headers }));
    const traced = lines.filter(({ message }) => message !== 'request');
    expect(traced.length).toBeGreaterThan(0);
    expect(JSON.stringify(traced)).toContain('redacted');
    expect(JSON.stringify(traced)).not.toContain('s3cret');
  });
});
