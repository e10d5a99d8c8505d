import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { rawBackend } from '../helpers/backends.ts';
import { eventFor } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';
import { startStream, streamHandlerWith } from '../helpers/streams.ts';
import { secretFieldNames, secretParameterNames } from '../http/redaction/secret-placements.ts';

/** Each secret says where it was put, so that a leak names its place. */
const secretAt = (place: string) => `s3cret-${place.toLowerCase().replace(/[^a-z\d]/g, '-')}-x`;

const leaksIn = (value: unknown) => [
  ...new Set(JSON.stringify(value).match(/s3cret-[a-z\d-]+?-x|czNjcmV0|s3cret/g) ?? []),
];

/** Names that tests may send at once: a field whose name the proxy itself gives a meaning is left out. */
const fieldNames = secretFieldNames
  .filter((name) => /^(?:x-|[a-z]+-)/i.test(name) && !/_|^(?:Set-)?Cookie/i.test(name))
  // Backends take 16 KB of fields and target.
  .filter((_, index) => index % 3 === 0);
const parameterNames = secretParameterNames
  .filter((name) => !/^(?:trace_connection|dump_request)$/.test(name))
  .filter((_, index) => index % 5 === 0);

const headers: Record<string, string> = {
  ...Object.fromEntries(fieldNames.map((name) => [name.toLowerCase(), secretAt(`field-${name}`)])),
  authorization: `Bearer ${secretAt('authorization')}`,
  cookie: `sid=${secretAt('cookie')}; theme="${secretAt('cookie-2')}"`,
  cookie2: `$Version=1; sid=${secretAt('cookie2')}`,
  'hx-current-url': `https://h/?token=${secretAt('hx-current-url')}`,
  'next-url': `/x;jsessionid=${secretAt('next-url')}`,
  origin: `https://ada:${secretAt('origin')}@h`,
  referer: `https://ada:${secretAt('referer')}@h/?code=${secretAt('referer-code')}`,
  'user-agent': `curl/8 (token=${secretAt('user-agent')}) https://ada:${secretAt('user-agent-url')}@h/`,
  'x-custom': `Bearer ${secretAt('x-custom')}`,
  'x-json': JSON.stringify({ user: { password: secretAt('x-json') } }),
  'x-original-uri': `/x?api_key=${secretAt('x-original-uri')}`,
  accept: `text/html;token=${secretAt('accept')}`,
  'content-type': 'application/json',
};

const query = parameterNames
  .map((name) => `${encodeURIComponent(name)}=${secretAt(`query-${encodeURIComponent(name)}`)}`)
  .join('&');

const body = JSON.stringify(Object.fromEntries(parameterNames.slice(0, 60).map((name) => [name, 's3cret'])));

const path = `/a;jsessionid=${secretAt('path')}/bot1:${secretAt('bot')}/go/token=${secretAt('segment')}`;

const request = (added = '') => ({ method: 'POST', target: `${path}?${added}${query}`, headers, body });

const responseHeaders = {
  'set-cookie': [`sid=${secretAt('set-cookie')}; Path=/`],
  'set-cookie2': `sid=${secretAt('set-cookie2')}`,
  'www-authenticate': `Negotiate ${secretAt('www-authenticate')}`,
  location: `https://ada:${secretAt('location')}@h/?code=${secretAt('location-code')}`,
  'hx-redirect': `/x?token=${secretAt('hx-redirect')}`,
  link: `</x?token=${secretAt('link')}>; rel=next`,
  refresh: `0; url=/x?token=${secretAt('refresh')}`,
  'x-auth-token': secretAt('x-auth-token'),
  'x-note': `Basic ${secretAt('x-note')}`,
};

/** REMOTE_URL with a secret wherever it can hold one. */
const remote = (url: string) =>
  `${url.replace('//', `//ada:${secretAt('remote-password')}@`)}/b;sid=${secretAt('remote-path')}?k=${secretAt('remote-query')}`;

const settings = { DEBUG_KEY: secretAt('debug-key'), ORIGIN_SECRET: `${secretAt('origin-secret')}${'0'.repeat(32)}` };

describe('no secret is in the log', () => {
  let backend: RecordingBackend;
  let down: string;
  let uninstall: () => void;
  beforeAll(async () => {
    uninstall = installAwsLambda();
    down = await refusedUrl();
    backend = await recordingBackend((response) => response.writeHead(200, responseHeaders).end('s3cret-body-x'));
  });
  afterAll(async () => {
    uninstall();
    await backend.close();
  });

  const traced = request('trace_connection=y&');

  test('of a request that the backend serves [D6]', async () => {
    const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: remote(backend.url) })(eventFor(request())));
    expect(lines).toHaveLength(1);
    expect(leaksIn(lines)).toEqual([]);
  });

  test('of a traced request, buffered [D6]', async () => {
    const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: remote(backend.url) })(eventFor(traced)));
    expect(lines.map(({ message }) => message)).toContain('trace: response returned');
    expect(leaksIn(lines)).toEqual([]);
    const { headers: received } = backend.requests.at(-1) as { headers: Record<string, string> };
    expect(received['x-custom']).toContain('s3cret');
  });

  test('of a traced request, streamed [D6]', async () => {
    const { lines } = await logsOf(
      () => startStream(streamHandlerWith({ REMOTE_URL: remote(backend.url) }), traced).over,
    );
    expect(lines.map(({ message }) => message)).toContain('trace: response returned');
    expect(leaksIn(lines)).toEqual([]);
  });

  test.each(['', 'trace_connection=y&'])(
    'of a request that fails, buffered, with the query %j [D6 D7]',
    async (added) => {
      const { lines } = await logsOf(() => handlerWith({ REMOTE_URL: remote(down) })(eventFor(request(added))));
      expect(lines.map(({ message }) => message)).toContain('request failed');
      expect(leaksIn(lines)).toEqual([]);
    },
  );

  test('of a request that fails, streamed [D6 D7]', async () => {
    const { lines } = await logsOf(() => startStream(streamHandlerWith({ REMOTE_URL: remote(down) }), request()).over);
    expect(lines.map(({ message }) => message)).toContain('request failed');
    expect(leaksIn(lines)).toEqual([]);
  });

  test.each([
    ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\nX-Auth-Token: s3cret\r\n\r\ns3cret'],
    ['is malformed', 'HTTP/1.1 200 OK\r\nX-Auth-Token: s3cret\r\nbad s3cret\x01\r\n\r\n'],
    ['is no HTTP', 's3cret s3cret\r\n\r\n'],
  ])('of a response that %s [D6 D7]', async (_, bytes) => {
    const raw = await rawBackend((socket) => socket.once('data', () => socket.end(bytes)));
    const buffered = await logsOf(() => handlerWith({ REMOTE_URL: remote(raw.url) })(eventFor(request())));
    const streamed = await logsOf(
      () => startStream(streamHandlerWith({ REMOTE_URL: remote(raw.url) }), request()).over,
    );
    await raw.close();
    expect(leaksIn([buffered.lines, streamed.lines])).toEqual([]);
  });

  test.each([
    ['refused', { FILTERED_PATH: '/' }],
    ['without the secret of the proxy in front', settings],
    ['larger than the quota', { PAYLOAD_QUOTA: '1' }],
    ['behind a wrong setting', { REQUEST_TIMEOUT: secretAt('setting'), REMOTE_TLS: secretAt('tls') }],
  ])('of a request that is %s [D6]', async (_, env) => {
    const handler = handlerWith({ REMOTE_URL: remote(backend.url), ...(env as Record<string, string>) });
    const { lines } = await logsOf(() => handler(eventFor(request())));
    expect(lines.length).toBeGreaterThan(0);
    // A wrong setting that is no secret is quoted for the operator.
    const leaks = leaksIn(lines).filter((leak) => !/setting|tls/.test(leak));
    expect(leaks).toEqual([]);
  });

  test.each([
    `ftp://ada:${secretAt('password')}@h/`,
    `https://ada:${secretAt('password')}@h/#${secretAt('fragment')}`,
    `https://ada:${secretAt('pass word')} @h`,
    `https://ada:%zz${secretAt('escape')}@h/?k=${secretAt('query')}`,
    `ada:${secretAt('password')}@h`,
  ])('of a wrong REMOTE_URL: %s [D6]', async (url) => {
    const env = { REMOTE_URL: url, DEBUG_KEY: settings.DEBUG_KEY, ORIGIN_SECRET: 's3cret' };
    const { lines } = await logsOf(() => handlerWith(env)(eventFor(request())));
    expect(lines.map(({ message }) => message)).toContain('request failed');
    expect(leaksIn(lines)).toEqual([]);
  });

  test.each(['text/html', 'application/json'])('and none on a dump as %s [D4 D9]', async (accept) => {
    const asked = { ...request('dump_request=y&dump_body=y&'), headers: { ...headers, accept } };
    const handler = handlerWith({ REMOTE_URL: remote(backend.url) });
    const { value, lines } = await logsOf(() => handler(eventFor(asked)));
    expect(value.statusCode).toBe(200);
    const text = bodyText(value);
    expect(text).toContain('redacted');
    expect(text).toContain('curl');
    expect(leaksIn([value.headers, text])).toEqual([]);
    expect(leaksIn(lines)).toEqual([]);
  });
});
