import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventFor, fronts } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';

const secret = 'a-secret-of-20-characters-or-more';
const previous = 'the-secret-that-was-used-before';
const html = { accept: 'text/html' };

describe('the origin secret', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());

  let before = 0;
  beforeEach(() => {
    before = backend.requests.length;
  });

  const guarded = (extra: Record<string, string> = {}) =>
    handlerWith({ REMOTE_URL: backend.url, ORIGIN_SECRET: secret, ...extra });

  for (const front of fronts) {
    test(`refuses whoever does not know it, before anything is sent, from ${front.source} [C4]`, async () => {
      const attempts = [
        '',
        'guess',
        secret.slice(0, -1),
        `${secret}x`,
        secret.toUpperCase(),
        `${secret}, x`,
        `x, ${secret}`,
      ];
      for (const value of [undefined, ...attempts]) {
        const headers = value === undefined ? html : { ...html, 'x-origin-verify': value };
        const { statusCode, headers: fields } = await guarded()(eventFor({ headers }, front));
        expect([value, statusCode]).toEqual([value, 403]);
        expect(fields['proxy-status']).toBe('lambda-rproxy; error=http_request_denied');
      }
      expect(backend.requests).toHaveLength(before);
    });

    test(`lets the proxy in front pass, and never reaches the backend, from ${front.source} [C4 C5]`, async () => {
      const headers = { 'X-Origin-Verify': secret, x_origin_verify: secret, 'x-origin-verify-not': 'stays' };
      expect((await guarded()(eventFor({ headers }, front))).statusCode).toBe(200);
      expect(backend.requests).toHaveLength(before + 1);
      const received = backend.requests.at(-1)?.headers ?? {};
      expect(JSON.stringify(received)).not.toContain(secret);
      expect(received['x-origin-verify-not']).toBe('stays');
    });
  }

  test.each(['?dump_request=y', '?trace_connection=y', ''])(
    'stands before the debug queries: %s [C4]',
    async (query) => {
      const { value, lines } = await logsOf(() => guarded()(eventFor({ target: `/${query}`, headers: html })));
      expect(value.statusCode).toBe(403);
      expect(bodyText(value)).not.toContain('Request dump');
      expect(lines.filter(({ level }) => level === 'DEBUG')).toEqual([]);
    },
  );

  test('stands before what the proxy responds to itself, and before the path filter [C4]', async () => {
    const handler = guarded({ FILTERED_PATH: '/closed' });
    const asked = { method: 'OPTIONS', headers: { 'max-forwards': '0' } };
    expect((await handler(eventFor(asked))).statusCode).toBe(403);
    const { lines } = await logsOf(() => handler(eventFor({ target: '/closed' })));
    expect(lines.at(-1)).toMatchObject({ message: 'request', error: { type: 'front_bypassed' } });
  });

  test('shows on no page and in no line of the log, whether it is right or wrong [C5]', async () => {
    for (const [value, target] of [
      [secret, '/?dump_request=y'],
      [secret, '/?trace_connection=y'],
      [secret, '/'],
      ['not-the-secret-but-nearly-as-long', '/'],
    ] as const) {
      const request = eventFor({ target, headers: { ...html, 'x-origin-verify': value } });
      const { value: result, lines } = await logsOf(() => guarded()(request));
      expect(bodyText(result) + JSON.stringify(result.headers) + JSON.stringify(lines)).not.toContain(value);
    }
  });

  test('is shown masked on the dump page as it arrived, and not at all as it is sent [C5]', async () => {
    const headers = { accept: 'application/json', 'x-origin-verify': secret };
    const text = bodyText(await guarded()(eventFor({ target: '/?dump_request=y', headers })));
    expect(text).not.toContain(secret);
    const { request, backend, fields } = JSON.parse(text);
    expect(request.headers['x-origin-verify']).toBe(`[redacted ${secret.length} chars]`);
    expect(backend.headers).not.toHaveProperty('x-origin-verify');
    expect(fields).toContainEqual({
      name: 'x-origin-verify',
      change: 'removed',
      received: `[redacted ${secret.length} chars]`,
      why: expect.stringContaining('ORIGIN_SECRET'),
    });
  });

  test('lets the one before pass while it is being replaced [C6]', async () => {
    const handler = guarded({ ORIGIN_SECRET_PREVIOUS: previous });
    const statuses = [];
    for (const value of [secret, previous, 'neither-of-the-two-of-them']) {
      statuses.push((await handler(eventFor({ headers: { 'x-origin-verify': value } }))).statusCode);
    }
    expect(statuses).toEqual([200, 200, 403]);
    expect((await guarded()(eventFor({ headers: { 'x-origin-verify': previous } }))).statusCode).toBe(403);
  });

  test('without one, the field is like any other and goes on [C5]', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url });
    expect((await handler(eventFor({ headers: { 'x-origin-verify': 'of the site' } }))).statusCode).toBe(200);
    expect(backend.requests.at(-1)?.headers['x-origin-verify']).toBe('of the site');
  });

  test('the page tells nothing of the secret, and the log tells the operator what to do', async () => {
    const handler = guarded({ SHOW_TARGET_LINK: 'true' });
    for (const [headers, reason] of [
      [html, 'x-origin-verify is missing'],
      [{ ...html, 'x-origin-verify': 'wrong' }, 'x-origin-verify is not the one that ORIGIN_SECRET names'],
    ] as const) {
      const { value, lines } = await logsOf(() => handler(eventFor({ headers })));
      expect(bodyText(value)).toContain('This is not the public address of the site');
      expect(bodyText(value)).not.toMatch(/x-origin-verify|ORIGIN_SECRET/i);
      expect(bodyText(value)).not.toContain(backend.url);
      expect(lines[0]).toMatchObject({
        level: 'WARN',
        message: 'request refused',
        error: { type: 'front_bypassed' },
        reason,
        remedy: expect.stringMatching(/send the value of ORIGIN_SECRET as x-origin-verify.*ORIGIN_SECRET_PREVIOUS/),
      });
    }
  });
});
