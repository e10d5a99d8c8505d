/** One request, and the answer that the backend gives to it. */
export interface Case {
  readonly name: string;
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  /** Answer as it stands on the wire; BACKEND stands for the backend's own URL. */
  readonly response?: string | Buffer;
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

/** An answer without a body but with these lines. */
const response = (status: string, ...lines: string[]) =>
  [`HTTP/1.1 ${status}`, ...lines, 'Connection: close', '', ''].join('\r\n');

const withBody = (status: string, body: string, ...lines: string[]) =>
  response(status, ...lines, `Content-Length: ${Buffer.byteLength(body, 'latin1')}`) + body;

const paths = [
  '/',
  '/a',
  '/a/',
  '/a//b',
  '//a',
  '/a/./b',
  '/a/../b',
  '/a%2Fb',
  '/a%2fb',
  '/%7Euser',
  '/~user',
  '/a%20b',
  '/%E4%B8%AD',
  '/%e4%b8%ad',
  '/a;v=1/b',
  '/a,b',
  "/a!b'(c)*",
  '/a:b@c',
  '/a=b&c',
  '/a+b',
  '/$a',
  '/a%252Fb',
  '/a%3Fb',
  '/a%23b',
  '/a%5Cb',
  '/a.b.c',
  '/.well-known/x',
  '/a%2E%2E/b',
  '/@evil.example/x',
  '/http://evil.example/x',
  '/a|b',
  '/a[b]',
  '/a{b}',
  '/a^b',
  '/a`b',
  '/a"b',
  '/a<b>',
  `/${'x'.repeat(2000)}`,
];

const queries = [
  'a=1',
  'a=1&a=2',
  'a',
  'a=',
  '&&',
  '=x',
  'a=+',
  'a=%2B',
  'a=%2F',
  'a=/',
  'a[b]=1',
  'a;b',
  'x=http://evil.example/?y=1',
  'x=../..',
  '%ff',
  '%',
  '%zz',
  'a=?',
  "a='",
  'a="',
  'a=|',
  'z=1&y=2&x=3',
  `q=${'x'.repeat(2000)}`,
];

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND', 'REPORT', 'PURGE', 'TRACE'];

const requestHeaders: Readonly<Record<string, string | readonly string[]>>[] = [
  { accept: 'text/html, */*;q=0.1' },
  { 'accept-encoding': 'gzip, br' },
  { 'accept-language': 'it, en;q=0.5' },
  { authorization: 'Bearer abc.def' },
  { cookie: 'a=1; b="x y"; c=%20' },
  { cookie: ['a=1', 'b=2'] },
  { 'if-none-match': 'W/"abc"' },
  { 'if-modified-since': 'Sun, 22 Nov 2026 00:00:00 GMT' },
  { range: 'bytes=0-99' },
  { referer: 'https://public.example/page' },
  { origin: 'https://public.example' },
  { 'user-agent': 'Test/1.0 (a; b)' },
  { 'x-custom': 'value' },
  { 'x-custom': ['one', 'two'] },
  { 'x-empty': '' },
  { 'x-latin': 'caf\u00e9' },
  { 'x-tab': 'a\tb' },
  { 'x-quotes': '"a, b", c' },
  { 'x-forwarded-for': '192.0.2.1' },
  { 'x-forwarded-proto': 'http' },
  { 'x-forwarded-host': 'evil.example' },
  { 'x-real-ip': '192.0.2.1' },
  { forwarded: 'for=192.0.2.1' },
  { te: 'trailers' },
  { connection: 'x-drop', 'x-drop': '1' },
  { 'keep-alive': 'timeout=5' },
  { 'proxy-authorization': 'Basic eDp5' },
  { proxy: 'http://evil.example' },
  { 'x-original-url': '/admin' },
  { 'x-rewrite-url': '/admin' },
  { x_under_score: '1' },
  { 'max-forwards': '5' },
  { via: '1.1 other' },
  { 'cdn-loop': 'other' },
  { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  { 'upgrade-insecure-requests': '1' },
  { 'cache-control': 'no-cache', pragma: 'no-cache' },
  { __proto__x: '1', constructor: 'x' },
];

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

const bodies: Omit<Case, 'name'>[] = [
  { method: 'POST', body: '', headers: { 'content-length': '0' } },
  { method: 'POST', body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  { method: 'POST', body: '{"a":"é"}', headers: { 'content-type': 'application/json' } },
  { method: 'POST', body: '<a/>', headers: { 'content-type': 'application/xml' } },
  { method: 'POST', body: everyByte, headers: { 'content-type': 'application/octet-stream' } },
  { method: 'POST', body: everyByte },
  { method: 'PUT', body: 'text', headers: { 'content-type': 'text/plain; charset=utf-8' } },
  { method: 'PATCH', body: '[]', headers: { 'content-type': 'application/json-patch+json' } },
  { method: 'DELETE', body: 'x', headers: { 'content-type': 'text/plain' } },
  { method: 'POST', body: 'gz', headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' } },
  { method: 'POST', body: 'x'.repeat(100_000), headers: { 'content-type': 'text/plain' } },
  { method: 'POST', body: 'x', headers: { expect: '100-continue', 'content-type': 'text/plain' } },
];

const statuses = [
  '200 OK',
  '201 Created',
  '202 Accepted',
  '203 Non-Authoritative Information',
  '206 Partial Content',
  '207 Multi-Status',
  '226 IM Used',
  '300 Multiple Choices',
  '400 Bad Request',
  '401 Unauthorized',
  '403 Forbidden',
  '404 Not Found',
  '405 Method Not Allowed',
  '409 Conflict',
  '410 Gone',
  '416 Range Not Satisfiable',
  '418 Teapot',
  '422 Unprocessable',
  '429 Too Many Requests',
  '451 Unavailable',
  '500 Internal Server Error',
  '501 Not Implemented',
  '502 Bad Gateway',
  '503 Service Unavailable',
  '504 Gateway Timeout',
  '599 Odd',
];

const responseLines: readonly string[][] = [
  ['Location: /x'],
  ['Location: x?y#z'],
  ['Location: BACKEND/x?y#z'],
  ['Location: BACKEND'],
  ['Location: //other.example/x'],
  ['Location: https://other.example/x'],
  ['Content-Location: /x'],
  ['Refresh: 5; url=/x'],
  ['Refresh: 5; url=BACKEND/x'],
  ['Link: <BACKEND/x>; rel="next", </y>; rel="prev"'],
  ['Set-Cookie: a=1'],
  ['Set-Cookie: a=1; Path=/; HttpOnly; SameSite=Lax', 'Set-Cookie: b="x, y"; Expires=Sun, 22 Nov 2026 00:00:00 GMT'],
  ['Set-Cookie: a=1; Domain=127.0.0.1'],
  ['WWW-Authenticate: Basic realm="a, b"'],
  ['Vary: Accept', 'Vary: Accept-Language'],
  ['Cache-Control: max-age=60', 'ETag: "abc"', 'Age: 5', 'Expires: 0'],
  ['Content-Encoding: gzip'],
  ['Content-Encoding: odd'],
  ['Content-Language: it'],
  ['Content-Disposition: attachment; filename="a;b.txt"'],
  ["Content-Security-Policy: default-src 'self'"],
  ['Strict-Transport-Security: max-age=60'],
  ['Access-Control-Allow-Origin: *'],
  ['Accept-Ranges: bytes', 'Content-Range: bytes 0-1/10'],
  ['X-Custom: one', 'X-Custom: two'],
  ['X-Empty:'],
  ['X-Powered-By: PHP'],
  ['Server: backend/1.0'],
  ['Date: Sun, 22 Nov 2026 00:00:00 GMT'],
  ['Keep-Alive: timeout=5'],
  ['Upgrade: h2c'],
  ['Alt-Svc: h3=":443"'],
  ['Proxy-Authenticate: Basic'],
  ['Trailer: X-Sum'],
  ['Via: 1.1 other'],
  ['X-Accel-Buffering: no'],
  ['Proxy-Status: other; error=dns_error'],
];

/** All cases, by what they vary. */
export const cases: readonly Case[] = [
  ...paths.map((target) => ({ name: `path ${target.slice(0, 40)}`, target })),
  ...queries.map((query) => ({ name: `query ${query.slice(0, 40)}`, target: `/x?${query}` })),
  ...methods.map((method) => ({ name: `method ${method}`, method })),
  ...requestHeaders.map((headers) => ({ name: `request header ${JSON.stringify(headers)}`, headers })),
  ...bodies.map((parts) => ({
    name: `${parts.method} body of ${Buffer.byteLength(parts.body ?? '')} bytes ${parts.headers?.['content-type'] ?? 'without a type'}`,
    ...parts,
  })),
  ...statuses.map((status) => ({
    name: `status ${status}`,
    response: withBody(status, 'body', 'Content-Type: text/plain'),
  })),
  ...['204 No Content', '304 Not Modified'].map((status) => ({
    name: `status ${status}`,
    response: response(status, 'ETag: "a"'),
  })),
  ...responseLines.map((lines) => ({
    name: `response ${lines.join(' and ')}`,
    response: withBody('200 OK', 'body', 'Content-Type: text/plain', ...lines),
  })),
  { name: 'redirect 301 to the backend', response: withBody('301 Moved', '', 'Location: BACKEND/x') },
  { name: 'redirect 308 elsewhere', response: withBody('308 Moved', '', 'Location: https://other.example/') },
  {
    name: 'body of every byte',
    response: Buffer.concat([
      Buffer.from(response('200 OK', 'Content-Type: application/octet-stream', 'Content-Length: 256')),
      everyByte,
    ]),
  },
  { name: 'body without a type', response: withBody('200 OK', 'body') },
  { name: 'empty body without a type', response: withBody('200 OK', '') },
  {
    name: 'body in chunks',
    response: `${response('200 OK', 'Content-Type: text/plain', 'Transfer-Encoding: chunked')}4\r\nbody\r\n0\r\n\r\n`,
  },
  {
    name: 'chunks with a trailer',
    response: `${response('200 OK', 'Content-Type: text/plain', 'Transfer-Encoding: chunked')}4\r\nbody\r\n0\r\nX-Sum: 1\r\n\r\n`,
  },
  { name: 'body until the connection closes', response: `${response('200 OK', 'Content-Type: text/plain')}body` },
  { name: 'answer in HTTP/1.0', response: 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nbody' },
  { name: '103 before the answer', response: `HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n${ok}` },
  {
    name: 'HEAD with a length',
    method: 'HEAD',
    response: response('200 OK', 'Content-Type: text/plain', 'Content-Length: 5000'),
  },
  { name: 'no answer', response: '' },
  { name: 'no HTTP', response: 'hello\r\n\r\n' },
  {
    name: 'a body that breaks off',
    response: `${response('200 OK', 'Content-Type: text/plain', 'Content-Length: 1000')}part`,
  },
].map((row): Case => ({ response: ok, ...row }));
