import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultMaintenance } from '../../src/config/maintenance.ts';
import { en } from '../../src/pages/messages/en.ts';
import { installAwsLambda } from '../helpers/aws-lambda-global.ts';
import { eventFor } from '../helpers/events.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';
import { ways } from '../helpers/ways.ts';

const secret = 'a-secret-of-20-characters-or-more';
const html = { accept: 'text/html' };

describe('while the site is closed', () => {
  let backend: RecordingBackend;
  let uninstall: () => void;
  beforeAll(async () => {
    uninstall = installAwsLambda();
    backend = await recordingBackend();
  });
  afterAll(async () => {
    uninstall();
    await backend.close();
  });

  const closed = (env: Record<string, string> = {}) =>
    handlerWith({ REMOTE_URL: backend.url, MAINTENANCE: 'Back at <six>', ...env });

  for (const way of ways) {
    test(`every request gets a 503 with Retry-After and none reaches the backend, from ${way.name} [O5]`, async () => {
      const before = backend.requests.length;
      const entry = await way.open({ REMOTE_URL: backend.url, MAINTENANCE: 'Back at <six>' });
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']) {
        const { statusCode, headers } = await entry({ method });
        expect([method, statusCode, headers['retry-after']]).toEqual([method, 503, '300']);
        expect(headers['proxy-status']).toBe('lambda-rproxy; error=destination_unavailable');
        expect(headers['cache-control']).toBe('no-store');
      }
      await entry.close();
      expect(backend.requests).toHaveLength(before);
    });
  }

  test('the page has the text, escaped, and waits for the end by itself [P6 P11 O5]', async () => {
    const body = bodyText(await closed()(eventFor({ headers: html })));
    expect(body).toContain('<p class="lead" dir="auto">Back at &lt;six&gt;</p>');
    expect(body).toContain('id="wait"');
    expect(body).not.toContain('data-wake');
    expect(bodyText(await closed()(eventFor({ method: 'POST', headers: html })))).not.toContain('id="wait"');
  });

  test('programs get problem details with the text, and others plain text [P8 O5]', async () => {
    const problem = await closed()(eventFor({ headers: { accept: 'application/json' } }));
    expect(JSON.parse(bodyText(problem))).toMatchObject({
      type: 'urn:lambda-rproxy:error:maintenance',
      status: 503,
      detail: 'Back at <six>',
      retryable: true,
    });
    expect(bodyText(await closed()(eventFor()))).toMatch(/^Back at <six>\n/);
  });

  test('without a text of the operator, that of the proxy is translated [P13 O5]', async () => {
    expect(defaultMaintenance).toBe(en.maintenance.text);
    const german = { ...html, 'accept-language': 'de' };
    expect(bodyText(await closed({ MAINTENANCE: 'on' })(eventFor({ headers: german })))).toContain('Wartungsarbeiten');
  });

  test('networks of MAINTENANCE_ALLOW pass, and nobody can claim to be in one [O5]', async () => {
    const statusOf = async (sourceIp: string, headers: Record<string, string> = {}, env: Record<string, string> = {}) =>
      (await closed({ MAINTENANCE_ALLOW: '192.0.2.0/24', ...env })(eventFor({ sourceIp, headers }))).statusCode;
    expect(await statusOf('192.0.2.7')).toBe(200);
    expect(await statusOf('203.0.113.66')).toBe(503);
    expect(await statusOf('203.0.113.66', { 'x-forwarded-for': '192.0.2.7', 'x-real-ip': '192.0.2.7' })).toBe(503);
    const trusting = { TRUST_FORWARDED: 'true', ORIGIN_SECRET: secret };
    const proven = { 'x-origin-verify': secret, 'x-forwarded-for': '192.0.2.7' };
    expect(await statusOf('130.176.0.1', proven, trusting)).toBe(200);
    expect(await statusOf('192.0.2.7', { ...proven, 'x-forwarded-for': '203.0.113.66' }, trusting)).toBe(503);
  });

  test('refusals come first, and the dump and Max-Forwards after it [O5]', async () => {
    const env = { FILTERED_PATH: '/closed', ORIGIN_SECRET: secret, ALLOWED_CIDRS: '192.0.2.0/24' };
    const statusOf = async (target: string, sourceIp: string, headers: Record<string, string>) =>
      (await closed(env)(eventFor({ target, sourceIp, headers }))).statusCode;
    const proven = { 'x-origin-verify': secret };
    expect(await statusOf('/', '192.0.2.7', {})).toBe(403);
    expect(await statusOf('/', '203.0.113.66', proven)).toBe(403);
    expect(await statusOf('/closed', '192.0.2.7', proven)).toBe(403);
    expect(await statusOf('/?dump_request=y', '192.0.2.7', proven)).toBe(503);
    const options = eventFor({ method: 'OPTIONS', headers: { 'max-forwards': '0' } });
    expect((await closed()(options)).statusCode).toBe(503);
  });

  test('the log has refusals and no errors [O5]', async () => {
    const { lines } = await logsOf(() => closed()(eventFor()));
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['WARN', 'request refused'],
      ['INFO', 'request'],
    ]);
    expect(lines[0]).toMatchObject({ error: { type: 'maintenance' }, remedy: expect.stringContaining('MAINTENANCE') });
  });

  test('and it opens when the setting is gone, or says off [O5]', async () => {
    expect((await closed({ MAINTENANCE: '' })(eventFor())).statusCode).toBe(200);
    expect((await closed({ MAINTENANCE: 'off' })(eventFor())).statusCode).toBe(200);
  });
});
