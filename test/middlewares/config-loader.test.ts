import { createHash, X509Certificate } from 'node:crypto';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { httpsBackend } from '../helpers/backends.ts';
import { authority, certificate, type IssuedCertificate } from '../helpers/certificates.ts';
import { eventFor } from '../helpers/events.ts';
import { bodyText, handlerWith, lambdaContext } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';
import { type SecretsManager, secretsManager } from '../helpers/secrets-manager.ts';

const html = { accept: 'text/html' };

describe('with a setting that is wrong or missing', () => {
  const wrong = {
    REMOTE_URL: 'http://user:p4ssw0rd@backend.example:99999',
    PAYLOAD_QUOTA: 'lots-of-bytes',
    DEBUG_KEY: 'the-secret-key',
    REQUEST_TIMEOUT: 'ten-ish',
    APP_NAME: 'Greenhouse',
  };

  test.each([
    ['text/html', 'text/html; charset=utf-8'],
    ['application/json', 'application/problem+json'],
    ['*/*', 'text/plain; charset=utf-8'],
  ])('a client that accepts %s gets a 500 of type %s', async (accept, contentType) => {
    const result = await handlerWith(wrong)(eventFor({ headers: { accept } }));
    expect(result.statusCode).toBe(500);
    expect(result.headers).toMatchObject({
      'content-type': contentType,
      'proxy-status': 'lambda-rproxy; error=proxy_configuration_error',
    });
    expect(bodyText(result)).toContain('configuration_error');
  });

  test('every request gets the page, the first and the ones after it', async () => {
    const handler = handlerWith(wrong);
    for (const target of ['/', '/?dump_request=y', '/?trace_connection=y']) {
      expect((await handler(eventFor({ target, headers: html }))).statusCode).toBe(500);
    }
  });

  test('the page shows no value of any setting and no name of a variable', async () => {
    const result = await handlerWith(wrong)(eventFor({ headers: html }));
    const page = `${bodyText(result)}${JSON.stringify(result.headers)}`;
    for (const value of [...Object.values(wrong), ...Object.keys(wrong), 'backend.example', 'p4ssw0rd']) {
      expect(page).not.toContain(value);
    }
  });

  test('one log line names each variable, what is wrong with it and an example', async () => {
    const { lines } = await logsOf(() => handlerWith(wrong)(eventFor()));
    const errors = lines.filter(({ level }) => level === 'ERROR');
    expect(errors).toMatchObject([
      {
        message: 'request failed',
        error: { type: 'configuration_error' },
        remedy: expect.any(String),
        proxy: { fault: 'proxy' },
      },
    ]);
    const reason = String(errors[0]?.['reason']);
    expect(reason).toMatch(/REMOTE_URL [^;]+, e\.g\. https:\/\//);
    expect(reason).toMatch(/PAYLOAD_QUOTA must be [^;]+ but is "lots-of-bytes", e\.g\. 5000000/);
    expect(reason).toMatch(/REQUEST_TIMEOUT must be [^;]+ but is "ten-ish", e\.g\. 25\.5/);
    expect(reason).not.toContain('DEBUG_KEY');
  });

  test('no log line holds the value of a secret', async () => {
    const { lines } = await logsOf(() => handlerWith(wrong)(eventFor({ target: '/?dump_request=y' })));
    expect(lines.length).toBeGreaterThan(1);
    const written = JSON.stringify(lines);
    for (const secret of ['p4ssw0rd', 'backend.example', 'the-secret-key']) expect(written).not.toContain(secret);
  });

  test('a missing REMOTE_URL is told as missing', async () => {
    const { lines } = await logsOf(() => handlerWith({})(eventFor()));
    expect(lines.find(({ level }) => level === 'ERROR')).toMatchObject({
      reason: expect.stringMatching(/^REMOTE_URL is required, e\.g\. http/),
    });
  });

  test('a fault of its own while reading the settings is a 500 page too, with its stack in the log alone', async () => {
    const env = {
      get REMOTE_URL(): string {
        throw new RangeError('cannot be read');
      },
    };
    const { value, lines } = await logsOf(() => handlerWith(env)(eventFor({ headers: html })));
    expect(value.statusCode).toBe(500);
    expect(bodyText(value)).toContain('internal_error');
    expect(bodyText(value)).not.toContain('cannot be read');
    expect(lines.find(({ level }) => level === 'ERROR')).toMatchObject({
      error: { type: 'internal_error', stack: expect.stringContaining('RangeError: cannot be read') },
    });
  });
});

describe('the settings', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());

  test('are read once per cold start and not at each request', async () => {
    const reads: string[] = [];
    const env = new Proxy<Record<string, string>>(
      { REMOTE_URL: backend.url },
      {
        get(target, name: string) {
          reads.push(name);
          return target[name];
        },
      },
    );
    const handler = handlerWith(env);
    expect(reads).toContain('REMOTE_URL');
    const before = reads.length;
    await handler(eventFor());
    await handler(eventFor());
    expect(reads).toHaveLength(before);
  });

  test('of two handlers do not mix', async () => {
    const open = handlerWith({ REMOTE_URL: backend.url });
    const closed = handlerWith({ REMOTE_URL: backend.url, FILTERED_PATH: '/private' });
    const event = eventFor({ target: '/private' });
    const statuses = (await Promise.all([open(event), closed(event), open(event)])).map(({ statusCode }) => statusCode);
    expect(statuses).toEqual([200, 403, 200]);
  });
});

describe('with SECRET_ARN', () => {
  const arn = 'arn:aws:secretsmanager:eu-north-1:123456789012:secret:rproxy-AbCdEf';
  let backend: RecordingBackend;
  let manager: SecretsManager;
  const saved = { ...process.env };
  beforeAll(async () => {
    [backend, manager] = await Promise.all([recordingBackend(), secretsManager({ SecretString: '{}' })]);
    Object.assign(process.env, manager.variables);
  });
  afterAll(async () => {
    process.env = saved;
    await Promise.all([backend.close(), manager.close()]);
  });

  const holding = (secret: Record<string, string>, env: Record<string, string> = {}) => {
    manager.response = { SecretString: JSON.stringify(secret) };
    return handlerWith({ SECRET_ARN: arn, ...env });
  };

  test('the secret’s settings take the place of variables, and the others stay', async () => {
    const handler = holding(
      { REMOTE_URL: backend.url, FILTERED_PATH: '/b' },
      { FILTERED_PATH: '/a', APP_NAME: 'Here' },
    );
    const responses = [];
    for (const target of ['/a', '/b']) responses.push(await handler(eventFor({ target, headers: html })));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 403]);
    expect(bodyText(responses[1] as (typeof responses)[0])).toContain('Here');
  });

  test('it is read once, by requests that come at once and ones that come later', async () => {
    const before = manager.requests.length;
    const handler = holding({ REMOTE_URL: backend.url });
    expect(manager.requests).toHaveLength(before);
    await Promise.all([handler(eventFor()), handler(eventFor()), handler(eventFor())]);
    await handler(eventFor());
    expect(manager.requests).toHaveLength(before + 1);
  });

  test('what cannot be read is a page and a log line, and heals with the next request', async () => {
    const handler = holding({});
    manager.response = { error: 'AccessDeniedException' };
    const { value, lines } = await logsOf(() => handler(eventFor({ headers: html })));
    expect([value.statusCode, value.headers['proxy-status']]).toEqual([
      500,
      'lambda-rproxy; error=proxy_configuration_error',
    ]);
    expect(bodyText(value)).not.toContain('secretsmanager');
    expect(lines.find(({ level }) => level === 'ERROR')).toMatchObject({
      error: { type: 'configuration_error' },
      reason: expect.stringMatching(/^SECRET_ARN cannot be read \(AccessDeniedException/),
      remedy: expect.stringContaining('secretsmanager:GetSecretValue'),
    });
    manager.response = { SecretString: JSON.stringify({ REMOTE_URL: backend.url }) };
    expect((await handler(eventFor())).statusCode).toBe(200);
  });

  test('requests that fail together each have their own language and id', async () => {
    const handler = holding({});
    manager.response = { error: 'AccessDeniedException' };
    const tags = ['de', 'fr', 'it', 'en', 'ar', 'de'];
    const responses = await Promise.all(
      tags.map((tag, index) =>
        handler(eventFor({ headers: { 'accept-language': tag } }), lambdaContext(30_000, `request-${index}`)),
      ),
    );
    for (const [index, response] of responses.entries()) {
      expect(response.headers['content-language']).toBe(tags[index]);
      const ids = bodyText(response).match(/request-\d/g);
      expect([index, ids]).toEqual([index, [`request-${index}`]]);
    }
    expect(new Set(responses.map(bodyText)).size).toBe(6);
  });

  test('a wrong setting in it is told without its value, and one that is none by its name', async () => {
    const handler = holding({ REMOTE_URL: backend.url, REQUEST_TIMEOUT: 'hidden-text', REMOTE_URI: 'hidden-text' });
    const { value, lines } = await logsOf(() => handler(eventFor({ headers: html })));
    expect(value.statusCode).toBe(500);
    const reason = String(lines.find(({ level }) => level === 'ERROR')?.['reason']);
    expect(reason).toMatch(/REQUEST_TIMEOUT must be a number of seconds, e\.g\./);
    expect(reason).toMatch(/SECRET_ARN holds "REMOTE_URI", which is no name of a setting that it may hold/);
    expect(JSON.stringify(lines)).not.toContain('hidden-text');
  });

  test('it cannot name another secret', async () => {
    const { lines } = await logsOf(() => holding({ REMOTE_URL: backend.url, SECRET_ARN: arn })(eventFor()));
    expect(lines.find(({ level }) => level === 'ERROR')).toMatchObject({
      reason: expect.stringMatching(/^SECRET_ARN holds "SECRET_ARN", which is no name/),
    });
  });

  test('that is no ARN of a secret is told, and nothing is requested', async () => {
    const before = manager.requests.length;
    for (const wrong of ['rproxy', 'arn:aws:ssm:eu-north-1:123456789012:parameter/x', `${arn} x`]) {
      const { value, lines } = await logsOf(() => handlerWith({ SECRET_ARN: wrong })(eventFor()));
      expect(value.statusCode).toBe(500);
      expect(lines.find(({ level }) => level === 'ERROR')).toMatchObject({
        reason: expect.stringMatching(/^SECRET_ARN must be the ARN of a secret but is/),
      });
    }
    expect(manager.requests).toHaveLength(before);
  });
});

test('an untrusted certificate that is accepted is warned of once per cold start, with the fingerprint to pin', async () => {
  const { backend, fingerprint } = await httpsBackend((_request, response) => {
    response.setHeader('connection', 'close').end('hello');
  });
  const { lines } = await logsOf(async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url });
    for (let request = 0; request < 3; request += 1) expect((await handler(eventFor())).statusCode).toBe(200);
  });
  await backend.close();
  expect(backend.connections).toBe(3);
  const warnings = lines.filter(({ level }) => level === 'WARN');
  expect(warnings).toMatchObject([
    {
      message: 'untrusted backend certificate accepted',
      reason: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
      fingerprint,
    },
  ]);
  expect(warnings[0]?.['remedy']).toContain(`REMOTE_TLS=sha256:${fingerprint}`);
});

describe('A certificate that ends soon', () => {
  const hour = 3_600_000;
  const day = 24 * hour;
  let issuer: IssuedCertificate;
  beforeAll(async () => {
    issuer = await authority();
  });

  /** The warnings of two connections to a backend with a certificate of this age and this rest. */
  async function warnings(
    { age, rest, issued = true }: { age: number; rest: number; issued?: boolean },
    settingsFor: (certificate: IssuedCertificate) => Record<string, string> = () => ({ REMOTE_CA: issuer.cert }),
  ) {
    const made = await certificate({
      notBefore: new Date(Date.now() - age),
      notAfter: new Date(Date.now() + rest),
      ...(issued ? { issuer } : {}),
    });
    const server = https.createServer(made, (_request, response) => response.setHeader('connection', 'close').end());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const { lines } = await logsOf(async () => {
      const handler = handlerWith({ REMOTE_URL: `https://127.0.0.1:${port}`, ...settingsFor(made) });
      for (let request = 0; request < 2; request += 1) expect((await handler(eventFor())).statusCode).toBe(200);
    });
    server.close();
    return lines.filter(({ level }) => level === 'WARN');
  }

  const pinned = ({ fingerprint }: IssuedCertificate) => ({ REMOTE_TLS: `sha256:${fingerprint}` });
  const keyPinned = ({ cert }: IssuedCertificate) => {
    const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
    return { REMOTE_TLS: `spki-sha256:${createHash('sha256').update(key).digest('hex')}` };
  };

  test.each([
    ['8 of 90 days are left', 82 * day, 8 * day, 1],
    ['10 of 90 days are left', 80 * day, 10 * day, 0],
    ['15 of 160 hours are left', 145 * hour, 15 * hour, 1],
    ['17 of 160 hours are left', 143 * hour, 17 * hour, 0],
    ['300 of 3650 days are left', 3350 * day, 300 * day, 1],
  ])('is warned of once per environment when verified and %s [N9]', async (_, age, rest, count) => {
    const found = await warnings({ age, rest });
    expect(found).toHaveLength(count);
    for (const line of found) {
      expect(line).toMatchObject({
        message: 'backend certificate ends soon',
        reason: expect.stringMatching(/^the backend's certificate ends at \d{4}-\d\d-\d\dT/),
        remedy: 'renew the certificate at the backend',
      });
    }
  });

  test('is warned of when it is pinned, and the remedy keeps the pin in step [N9]', async () => {
    const soon = { age: 95 * day, rest: 5 * day, issued: false };
    expect(await warnings(soon, pinned)).toMatchObject([{ remedy: expect.stringMatching(/^add the pin of the next/) }]);
    expect(await warnings(soon, keyPinned)).toMatchObject([{ remedy: expect.stringContaining('with the same key') }]);
  });

  test('is warned of when it is pinned and has ended, for a pin accepts it still [N9]', async () => {
    const [line, ...others] = await warnings({ age: 9 * day, rest: -day, issued: false }, pinned);
    expect(line?.['reason']).toMatch(/ ended at /);
    expect(others).toEqual([]);
  });

  test('is not warned of beside the warning of an untrusted one', async () => {
    const found = await warnings({ age: 95 * day, rest: 5 * day, issued: false }, () => ({}));
    expect(found.map(({ message }) => message)).toEqual(['untrusted backend certificate accepted']);
  });
});

describe('A client certificate', () => {
  const day = 86_400_000;
  const arn = 'arn:aws:secretsmanager:eu-north-1:123456789012:secret:rproxy-AbCdEf';
  let clients: IssuedCertificate;
  let own: IssuedCertificate;
  let port: number;
  let server: https.Server;
  beforeAll(async () => {
    clients = await authority('Clients');
    own = await certificate();
    const options = { key: own.key, cert: own.cert, ca: clients.cert, requestCert: true, rejectUnauthorized: true };
    server = https.createServer(options, (_request, response) => response.setHeader('connection', 'close').end('fine'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const clientFor = (age: number, rest: number) =>
    certificate({
      issuer: clients,
      purpose: 'client',
      notBefore: new Date(Date.now() - age),
      notAfter: new Date(Date.now() + rest),
    });
  const settingsFor = ({ cert, key }: IssuedCertificate) => ({
    REMOTE_URL: `https://127.0.0.1:${port}`,
    REMOTE_TLS: `sha256:${own.fingerprint}`,
    REMOTE_CERT: cert,
    REMOTE_KEY: key,
  });

  test.each([
    ['8 of 90 days are left', 82 * day, 8 * day, 1],
    ['10 of 90 days are left', 80 * day, 10 * day, 0],
  ])('is warned of once per environment when %s [N14]', async (_, age, rest, count) => {
    const client = await clientFor(age, rest);
    const { lines } = await logsOf(async () => {
      const handler = handlerWith(settingsFor(client));
      for (let request = 0; request < 2; request += 1) expect((await handler(eventFor())).statusCode).toBe(200);
    });
    const warnings = lines.filter(({ level }) => level === 'WARN');
    expect(warnings).toHaveLength(count);
    for (const line of warnings) {
      expect(line).toMatchObject({
        message: 'client certificate ends soon',
        reason: expect.stringMatching(/^the certificate of REMOTE_CERT ends at \d{4}-\d\d-\d\dT/),
        remedy: 'renew it, and set REMOTE_CERT and REMOTE_KEY',
      });
    }
  });

  test('and its key may be in the secret of SECRET_ARN, and a wrong pair there is told without a value [N12 N15]', async () => {
    const client = await clientFor(day, 9 * day);
    const { REMOTE_CERT, REMOTE_KEY, ...env } = settingsFor(client);
    const manager = await secretsManager({ SecretString: JSON.stringify({ REMOTE_CERT, REMOTE_KEY }) });
    const saved = { ...process.env };
    Object.assign(process.env, manager.variables);
    try {
      const good = await logsOf(() => handlerWith({ ...env, SECRET_ARN: arn })(eventFor()));
      expect([good.value.statusCode, bodyText(good.value)]).toEqual([200, 'fine']);
      manager.response = { SecretString: JSON.stringify({ REMOTE_CERT, REMOTE_KEY: own.key }) };
      const wrong = await logsOf(() => handlerWith({ ...env, SECRET_ARN: arn })(eventFor()));
      expect(wrong.value.statusCode).toBe(500);
      expect(wrong.lines.find(({ level }) => level === 'ERROR')).toMatchObject({
        reason: expect.stringContaining('must be the certificate of the key in REMOTE_KEY, but belongs to another key'),
      });
      const keyLines = [client.key, own.key]
        .flatMap((key) => key.split('\n'))
        .filter((line) => line.length > 30 && !line.startsWith('--'));
      for (const line of keyLines) expect(JSON.stringify([good, wrong])).not.toContain(line);
    } finally {
      process.env = saved;
      await manager.close();
    }
  });
});
