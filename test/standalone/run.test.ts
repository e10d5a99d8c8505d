import { afterEach, describe, expect, test } from '@jest/globals';
import { startServer } from '../../src/standalone/run.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { type SecretsManager, secretsManager } from '../helpers/secrets-manager.ts';

const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rproxy-AbCdEf';

const cleanUps: (() => unknown)[] = [];
const before = { ...process.env };
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  process.env = { ...before };
});

/** A secret, and the variables by which the SDK finds it. */
async function secret(settings: Record<string, string>): Promise<SecretsManager> {
  const manager = await secretsManager({ SecretString: JSON.stringify(settings) });
  cleanUps.push(() => manager.close());
  Object.assign(process.env, manager.variables);
  return manager;
}

async function backendOf(): Promise<Backend> {
  const backend = await httpBackend((_request, response) => response.end('fine'));
  cleanUps.push(() => backend.close());
  return backend;
}

const own = { HOST: '127.0.0.1', PORT: '0', SECRET_ARN: arn };

describe('The standalone server', () => {
  test('reads its secret once, before it listens', async () => {
    const backend = await backendOf();
    const manager = await secret({ REMOTE_URL: backend.url });
    const { server } = await startServer(own);
    cleanUps.push(() => server.drain());
    expect(manager.requests).toHaveLength(1);
    expect((await send(`http://127.0.0.1:${server.address.port}/`)).text).toBe('fine');
    expect(manager.requests).toHaveLength(1);
  });

  test.each([
    [
      'a setting that is wrong',
      { REMOTE_URL: 'ftp://ada:top-secret@x' },
      /^REMOTE_URL must begin with http[^,]*, e\.g\. /,
    ],
    ['a name that is no setting', { REMOTE_URL: 'http://127.0.0.1:9', NOPE: 'top-secret' }, /^SECRET_ARN holds "NOPE"/],
  ])('does not listen when its secret holds %s, and quotes nothing of it', async (_, settings, message) => {
    await secret(settings as Record<string, string>);
    const failure = await startServer(own).then(
      () => 'listening',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    expect(failure).toMatch(new RegExp(`^StartError: ${message.source.slice(1)}`));
    expect(failure).not.toContain('top-secret');
  });

  test('does not listen when its secret cannot be read, and says what to do', async () => {
    const manager = await secret({});
    manager.response = { error: 'AccessDeniedException' };
    await expect(startServer(own)).rejects.toThrow(
      /^SECRET_ARN cannot be read .*: allow secretsmanager:GetSecretValue/,
    );
  });

  test('applies settings whose parsers are loaded on use, from the environment and from its secret', async () => {
    const backend = await httpBackend(({ headers }, response) => response.end(headers['x-api-key']));
    cleanUps.push(() => backend.close());
    await secret({ REMOTE_URL: backend.url, REQUEST_HEADERS: 'X-Api-Key: of-the-secret' });
    const { server } = await startServer({ ...own, RESPONSE_HEADERS: 'X-Frame-Options: DENY' });
    cleanUps.push(() => server.drain());
    const { headers, text } = await send(`http://127.0.0.1:${server.address.port}/`);
    expect([headers['x-frame-options'], text]).toEqual(['DENY', 'of-the-secret']);
  });

  test('does not listen when a field that it should add may not be added', async () => {
    const wrong = { REMOTE_URL: 'http://127.0.0.1:9', RESPONSE_HEADERS: 'Content-Length: 3' };
    await expect(startServer({ ...own, SECRET_ARN: '', ...wrong })).rejects.toThrow(/^RESPONSE_HEADERS .*line 1/);
  });

  test('of a Web Function whose address is taken names the variable', async () => {
    const backend = await backendOf();
    const address = new URL(backend.url).host;
    await expect(startServer({ REMOTE_URL: backend.url, AWS_LAMBDA_HTTP_ENDPOINT: address })).rejects.toThrow(
      /^Cannot listen on 127\.0\.0\.1, port \d+: .*EADDRINUSE.* Set AWS_LAMBDA_HTTP_ENDPOINT\.$/,
    );
  });
});
