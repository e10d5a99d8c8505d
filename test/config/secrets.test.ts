import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readSecret, SecretError } from '../../src/config/secrets.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import { type SecretsManager, secretsManager } from '../helpers/secrets-manager.ts';

const arn = 'arn:aws:secretsmanager:eu-north-1:123456789012:secret:rproxy-AbCdEf';

describe('a secret of Secrets Manager', () => {
  let manager: SecretsManager;
  const saved = { ...process.env };
  beforeAll(async () => {
    manager = await secretsManager({ SecretString: '{}' });
    Object.assign(process.env, manager.variables);
  });
  afterEach(() => {
    Object.assign(process.env, manager.variables);
  });
  afterAll(async () => {
    process.env = saved;
    await manager.close();
  });

  const read = (response: SecretsManager['response']) => {
    manager.response = response;
    return readSecret(arn);
  };

  /** What goes wrong, as an operator reads it. */
  async function told(response: SecretsManager['response']): Promise<{ message: string; remedy: string }> {
    const error = await read(response).catch((thrown: unknown) => thrown);
    if (!(error instanceof SecretError)) throw error;
    return { message: error.message, remedy: error.remedy };
  }

  test('is read from the region that its ARN names', async () => {
    const SecretString = '{"DEBUG_KEY":"abc","REMOTE_URL":"https://ada:pw@backend.example"}';
    expect({ ...(await read({ SecretString })) }).toEqual({
      DEBUG_KEY: 'abc',
      REMOTE_URL: 'https://ada:pw@backend.example',
    });
    expect(manager.requests.at(-1)).toEqual({ arn, region: 'eu-north-1' });
  });

  test('may write numbers and switches without quotes, and `__proto__` is a key like any other', async () => {
    const SecretString = '{"REQUEST_TIMEOUT":25,"NO_HEADERS":true,"__proto__":"x"}';
    expect(Object.entries(await read({ SecretString }))).toEqual([
      ['REQUEST_TIMEOUT', '25'],
      ['NO_HEADERS', 'true'],
      ['__proto__', 'x'],
    ]);
  });

  test.each([
    ['AccessDeniedException', /secretsmanager:GetSecretValue/],
    ['ResourceNotFoundException', /that exists, in the region/],
    ['DecryptionFailure', /NAT gateway or an interface endpoint/],
  ])('that AWS answers with %s is told with what to do', async (error, remedy) => {
    const { message, remedy: told_ } = await told({ error });
    expect(message).toMatch(new RegExp(`^SECRET_ARN cannot be read \\(${error}: `));
    expect(told_).toMatch(remedy);
  });

  test('that cannot be reached is told as such, and what a VPC needs', async () => {
    process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = await refusedUrl();
    const { message, remedy } = await told({ SecretString: '{}' });
    expect(message).toMatch(/^SECRET_ARN cannot be read \(.*ECONNREFUSED/);
    expect(remedy).toContain('in a VPC');
  });

  test('that never comes does not keep the request waiting to the end of its time', async () => {
    const { message } = await told('silence');
    expect(message).toMatch(/^SECRET_ARN cannot be read \(TimeoutError/);
  }, 20_000);

  test.each([
    ['no JSON', 'DEBUG_KEY=hidden-text', 'does not hold JSON'],
    ['JSON cut short', '{"DEBUG_KEY":"hidden-text"', 'does not hold JSON'],
    ['a list', '["hidden-text"]', 'does not hold a JSON object'],
    ['null', 'null', 'does not hold a JSON object'],
    ['a text', '"hidden-text"', 'does not hold a JSON object'],
    ['an object within', '{"DEBUG_KEY":{"a":"hidden-text"}}', 'holds no text under "DEBUG_KEY"'],
    ['nothing under a key', '{"DEBUG_KEY":null,"b":"hidden-text"}', 'holds no text under "DEBUG_KEY"'],
  ])('with %s is told, and nothing of it is quoted', async (_, SecretString, problem) => {
    const { message, remedy } = await told({ SecretString });
    expect(message).toBe(`SECRET_ARN ${problem}`);
    expect(message + remedy).not.toContain('hidden-text');
    expect(remedy).toContain('JSON object');
  });

  test('cannot be read where there is no AWS SDK, and it is said what to install', () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-sdk-'));
    copyFileSync(join(import.meta.dirname, '../../src/config/secrets.ts'), join(folder, 'secrets.ts'));
    const script = `import('./secrets.ts').then((secrets) => secrets.readSecret('${arn}')).catch((error) => console.log(error.message, error.remedy))`;
    const { stdout } = spawnSync(process.execPath, ['--eval', script], {
      cwd: folder,
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    const remedy = 'install @aws-sdk/client-secrets-manager beside it';
    expect(stdout.trim()).toBe(`SECRET_ARN cannot be read: there is no AWS SDK ${remedy}`);
  });

  test('that is binary is told', async () => {
    const remedy = 'store it as text: a JSON object';
    expect(await told({ SecretBinary: 'aGk=' })).toEqual({ message: 'SECRET_ARN is a binary secret', remedy });
  });
});
