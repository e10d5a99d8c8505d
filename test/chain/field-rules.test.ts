import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { eventFor } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend, refusedUrl } from '../helpers/recording-backend.ts';
import { ways } from '../helpers/ways.ts';

const html = { accept: 'text/html' };
const csp = 'Content-Security-Policy: upgrade-insecure-requests';
const hsts = 'Strict-Transport-Security: max-age=31536000';

describe('fields of the operator', () => {
  let backend: RecordingBackend;
  let uninstall: () => void;
  beforeAll(async () => {
    uninstall = installAwsLambda();
    backend = await recordingBackend((response) => {
      response.setHeader('server', 'Secretive/1.0').setHeader('content-type', 'text/html').end('<p>fine</p>');
    });
  });
  afterAll(async () => {
    uninstall();
    await backend.close();
  });

  for (const way of ways) {
    test(`reach backend and client, from ${way.name} [O1]`, async () => {
      const entry = await way.open({
        REMOTE_URL: backend.url,
        REQUEST_HEADERS: 'X-Api-Key: right\n-Referer',
        RESPONSE_HEADERS: `-Server\n${csp}\n${hsts}`,
      });
      const result = await entry({ headers: { 'x-api-key': 'evil', referer: 'https://a.example/' } });
      await entry.close();
      expect(backend.requests.at(-1)?.headers).toMatchObject({ 'x-api-key': 'right' });
      expect(backend.requests.at(-1)?.headers).not.toHaveProperty('referer');
      expect(result.headers).toMatchObject({
        'content-security-policy': 'upgrade-insecure-requests',
        'strict-transport-security': 'max-age=31536000',
      });
      expect(result.headers['server']).toBeUndefined();
    });
  }

  test.each(['text/html', 'application/json', 'text/plain'])(
    'are on the proxy’s own %s, where they do not break it [O3]',
    async (accept) => {
      const handler = handlerWith({
        REMOTE_URL: await refusedUrl(),
        RESPONSE_HEADERS: `${csp}\n${hsts}\nCache-Control: public`,
      });
      const { headers, statusCode } = await handler(eventFor({ headers: { accept } }));
      expect(statusCode).toBe(502);
      expect(headers).toMatchObject({ 'strict-transport-security': 'max-age=31536000', 'cache-control': 'no-store' });
      if (accept === 'text/html') expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    },
  );

  test('are in the dump, each with its reason, and what goes to the backend is masked whole [D3 D4 O1]', async () => {
    const handler = handlerWith({
      REMOTE_URL: backend.url,
      REQUEST_HEADERS: 'X-Tenant: s3cret-tenant\n+Accept-Language: s3cret-word\n-Referer',
      RESPONSE_HEADERS: `-Server\n${hsts}`,
    });
    const target = '/?dump_request=y';
    const result = await handler(eventFor({ target, headers: { referer: 'https://a/', 'accept-language': 'de' } }));
    const dump = JSON.parse(bodyText(result));
    expect(bodyText(result)).not.toContain('s3cret');
    const why = 'REQUEST_HEADERS sets, adds or removes it';
    expect(dump.fields).toEqual(
      expect.arrayContaining([
        { name: 'x-tenant', change: 'added', sent: '[redacted 13 chars]', why },
        expect.objectContaining({ name: 'accept-language', change: 'changed', received: 'de', why }),
        expect.objectContaining({ name: 'referer', change: 'dropped', why }),
      ]),
    );
    expect(dump.responseRules).toEqual([
      { name: 'server', action: 'remove', value: '', why: 'RESPONSE_HEADERS' },
      { name: 'strict-transport-security', action: 'set', value: 'max-age=31536000', why: 'RESPONSE_HEADERS' },
    ]);
    const page = bodyText(await handler(eventFor({ target, headers: { ...html, referer: 'https://a/' } })));
    expect(page).toContain('<dt>strict-transport-security</dt><dd>set max-age=31536000 (RESPONSE_HEADERS)</dd>');
    expect(page).not.toContain('s3cret');
  });

  test.each([
    ['a trace', '/?trace_connection=y', true],
    ['the debug lines of a failure', '/', false],
  ])('are masked in %s [D4 O1]', async (_, target, up) => {
    const { lines } = await logsOf(async () =>
      handlerWith({
        REMOTE_URL: up ? backend.url : await refusedUrl(),
        REQUEST_HEADERS: 'X-Tenant: s3cret-tenant\n+Accept: s3cret/word',
      })(eventFor({ target, headers: { accept: 'text/plain' } })),
    );
    const text = JSON.stringify(lines);
    expect(text).toContain('x-tenant');
    expect(text).not.toContain('s3cret');
  });

  test('are a configuration error that says which line and why [O2]', async () => {
    const { lines } = await logsOf(async () =>
      handlerWith({ REMOTE_URL: backend.url, REQUEST_HEADERS: 'X-A: 1\nTransfer-Encoding: s3cret' })(eventFor()),
    );
    const failed = lines.find(({ message }) => message === 'request failed');
    expect(failed).toMatchObject({
      reason: expect.stringContaining(
        'REQUEST_HEADERS must not change transfer-encoding, which concerns one connection only (line 2)',
      ),
    });
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });
});
