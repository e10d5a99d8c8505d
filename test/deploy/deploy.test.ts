import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { sha256 } from '../../infra/zip.ts';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { eventFor } from '../helpers/events.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import { command, type Ended } from '../infra/command.ts';
import { outcomeOf } from '../runtime/outcome.ts';
import { startRuntime } from '../runtime/runtime.ts';
import { type Moto, startMoto } from './moto.ts';

const minutes = 60_000;
const bucket = 'lambda-rproxy-123456789012-eu-central-1';
const zipPath = join(import.meta.dirname, '../../lambda-rproxy.zip');
/** Below the repository, so that the AWS SDK is found as Lambda's runtime would bring it. */
const unpacked = join(import.meta.dirname, '.unpacked');

interface FunctionConfiguration {
  readonly Handler: string;
  readonly Runtime: string;
  readonly CodeSha256: string;
  readonly CodeSize: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
}

describe('npm run deploy', () => {
  let moto: Moto;
  let demo: DemoBackend;
  beforeAll(async () => {
    [moto, demo] = await Promise.all([startMoto(), startDemoBackend()]);
  }, minutes);
  afterAll(async () => {
    rmSync(unpacked, { recursive: true, force: true });
    await Promise.all([moto.stop(), demo.close()]);
  });

  /** Forced, because the backends are on this machine; without a request, because nothing has the public URL. */
  const deploy = (...words: string[]): Promise<Ended> =>
    command('deploy.ts', ['--force', '--url-seconds=0', ...words], moto.env);
  /** A deployment that must succeed. */
  async function deployed(...words: string[]): Promise<string> {
    const { exitCode, errors, output } = await deploy(...words);
    expect([errors, exitCode]).toEqual(['', 0]);
    return output;
  }
  const undeploy = (...words: string[]): Promise<Ended> => command('undeploy.ts', ['--yes', ...words], moto.env);
  const configuration = (name: string) =>
    moto.aws<FunctionConfiguration>('lambda', 'get-function-configuration', '--function-name', name);
  const variables = async (name: string) => (await configuration(name)).Environment.Variables;
  const namesOf = async (list: Promise<string[] | undefined>) => (await list) ?? [];
  const functions = () => namesOf(moto.aws('lambda', 'list-functions', '--query', 'Functions[].FunctionName'));
  const roles = () => namesOf(moto.aws('iam', 'list-roles', '--query', 'Roles[].RoleName'));
  const buckets = () => namesOf(moto.aws('s3api', 'list-buckets', '--query', 'Buckets[].Name'));
  const keys = (name: string) =>
    namesOf(moto.aws('s3api', 'list-objects-v2', '--bucket', name, '--query', 'Contents[].Key'));

  /** What runs under AWS's runtime client when the function of a stack is invoked: its own zip, its own variables. */
  async function invoke(name: string): Promise<{ statusCode: number; body: string }> {
    const { Handler, Environment } = await configuration(name);
    rmSync(unpacked, { recursive: true, force: true });
    for (const [file, bytes] of Object.entries(unzipSync(readFileSync(zipPath)))) {
      mkdirSync(dirname(join(unpacked, file)), { recursive: true });
      writeFileSync(join(unpacked, file), bytes);
    }
    const { HOME: _, PATH: __, ...access } = moto.env;
    await using runtime = await startRuntime({
      taskRoot: unpacked,
      handler: Handler,
      env: { ...access, ...Environment.Variables },
    });
    const outcome = outcomeOf(await runtime.invoke(eventFor({ target: '/get' })), 'response');
    return JSON.parse(outcome.payload.toString());
  }

  test(
    'brings a stack up, changes it, and takes it down without a trace',
    async () => {
      const up = await deploy(`RemoteUrl=${demo.httpsUrl}`);
      expect([up.errors, up.exitCode]).toEqual(['', 0]);
      expect(up.output).toContain(`sha256    ${demo.fingerprint}`);
      expect(up.output).toContain('The certificate above is pinned');
      const first = await variables('lambda-rproxy');
      expect(first).toMatchObject({ REMOTE_URL: demo.httpsUrl, REMOTE_TLS: `sha256:${demo.fingerprint}` });
      expect(first['DEBUG_KEY']).toMatch(/^[\w-]{32}$/);

      const zip = readFileSync(zipPath);
      const { CodeSha256, CodeSize, Runtime } = await configuration('lambda-rproxy');
      expect({ CodeSha256, CodeSize, Runtime }).toEqual({
        CodeSha256: sha256(zip).base64,
        CodeSize: zip.length,
        Runtime: 'nodejs24.x',
      });
      expect(await keys(bucket)).toEqual([`lambda-rproxy/${sha256(zip).hex}.zip`]);
      expect((await invoke('lambda-rproxy')).statusCode).toBe(200);

      const typo = await deploy('AllowedCidrs=300.1.1.1');
      expect([typo.exitCode, typo.errors]).toEqual([2, expect.stringContaining('ALLOWED_CIDRS must be')]);
      expect(await variables('lambda-rproxy')).toEqual(first);

      const change = await deploy('AppName=Greenhouse');
      expect([change.errors, change.exitCode]).toEqual(['', 0]);
      expect(change.output).toContain('AppName: (none) -> Greenhouse');
      expect(change.output).toContain('The backend is not checked');
      expect(await variables('lambda-rproxy')).toEqual({ ...first, APP_NAME: 'Greenhouse' });

      const down = await undeploy();
      expect([down.errors, down.exitCode]).toEqual(['', 0]);
      expect(down.output).toContain('Removed: the stack, ');
      // The emulator does not list the log group among the resources; test/command has it.
      expect(down.output).toMatch(/1 file of code.*, bucket lambda-rproxy-/);
      expect([await functions(), await roles(), await buckets()]).toEqual([[], [], []]);

      const again = await undeploy();
      expect([again.exitCode, again.output]).toEqual([0, expect.stringContaining('There is no stack lambda-rproxy')]);
    },
    3 * minutes,
  );

  test(
    'takes a pin away with the backend that it was for, and leaves alone what it was told',
    async () => {
      const stack = ['--stack-name', 'pinned'];
      await deployed(...stack, `RemoteUrl=${demo.httpsUrl}`, 'DebugKey=');
      expect((await variables('pinned'))['DEBUG_KEY']).toBe('');
      await deployed(...stack, `RemoteUrl=${demo.httpsUrl}`, 'RemoteTls=insecure');
      expect((await variables('pinned'))['REMOTE_TLS']).toBe('insecure');
      await undeploy(...stack);
    },
    3 * minutes,
  );

  test(
    'deploys nothing while clients would only get an error page, unless told to, or in a VPC',
    async () => {
      const RemoteUrl = `RemoteUrl=${await refusedUrl()}`;
      const refused = await deploy(RemoteUrl, '--stack-name', 'closed');
      expect(refused.exitCode).toBe(4);
      expect(refused.errors).toContain('Nothing was deployed');
      expect(await functions()).not.toContain('closed');
      const blind = await deploy(RemoteUrl, '--no-doctor', '--stack-name', 'closed');
      expect([blind.errors, blind.exitCode]).toEqual(['', 0]);
      const vpc = ['SubnetIds=subnet-0123456789abcdef0', 'SecurityGroupIds=sg-0123456789abcdef0'];
      const inVpc = await deploy(RemoteUrl, ...vpc, '--stack-name', 'private');
      expect(inVpc.output).toContain('The function in its VPC may reach more');
      for (const name of ['closed', 'private']) await undeploy('--stack-name', name);
    },
    3 * minutes,
  );

  test(
    'shares its bucket between stacks, and leaves other people’s buckets and objects alone',
    async () => {
      const RemoteUrl = `RemoteUrl=${demo.httpUrl}`;
      await moto.aws(
        's3api',
        'create-bucket',
        '--bucket',
        'mine',
        '--create-bucket-configuration',
        'LocationConstraint=eu-central-1',
      );
      await moto.aws('s3api', 'put-object', '--bucket', 'mine', '--key', 'holiday.jpg', '--body', zipPath);
      for (const name of ['one', 'two']) await deployed(RemoteUrl, '--stack-name', name);
      await deployed(RemoteUrl, '--stack-name', 'three', '--bucket', 'mine');
      expect([(await keys(bucket)).length, (await keys('mine')).length]).toEqual([2, 2]);

      await moto.aws('s3api', 'put-object', '--bucket', bucket, '--key', 'one/an-older-one.zip', '--body', zipPath);
      await deployed('AppName=x', '--stack-name', 'one');
      expect(await keys(bucket)).toHaveLength(2);

      expect((await undeploy('--stack-name', 'one')).output).toMatch(/1 file of code in bucket \S+\.\n/);
      expect(await keys(bucket)).toEqual([expect.stringMatching(/^two\//)]);
      await undeploy('--stack-name', 'three');
      expect(await keys('mine')).toEqual(['holiday.jpg']);
      await undeploy('--stack-name', 'two');
      expect(await buckets()).toEqual(['mine']);
    },
    3 * minutes,
  );

  test(
    'makes an ORIGIN_SECRET for CloudFront, and what does not carry it is turned away',
    async () => {
      await deployed(`RemoteUrl=${demo.httpUrl}`, 'CloudFront=true', '--stack-name', 'fronted');
      expect(await variables('fronted')).toMatchObject({
        ORIGIN_SECRET: expect.stringMatching(/^[\w-]{32}$/),
        TRUST_FORWARDED: 'true',
      });
      expect((await invoke('fronted')).statusCode).toBe(403);
      await undeploy('--stack-name', 'fronted');
    },
    3 * minutes,
  );

  test(
    'with SecretArn the function has nothing secret in its variables, and reads it where it runs',
    async () => {
      const SecretString = JSON.stringify({ REMOTE_URL: demo.httpUrl, DEBUG_KEY: 'from-the-secret' });
      const { ARN } = await moto.aws<{ ARN: string }>(
        ...['secretsmanager', 'create-secret', '--name', 'rproxy', '--secret-string', SecretString],
      );
      const up = await deploy(`SecretArn=${ARN}`, '--stack-name', 'secretive');
      expect([up.errors, up.exitCode]).toEqual(['', 0]);
      const { SECRET_ARN, REMOTE_URL, DEBUG_KEY } = await variables('secretive');
      expect({ SECRET_ARN, REMOTE_URL, DEBUG_KEY }).toEqual({ SECRET_ARN: ARN, REMOTE_URL: '', DEBUG_KEY: '' });
      expect((await invoke('secretive')).statusCode).toBe(200);
      await undeploy('--stack-name', 'secretive');
    },
    3 * minutes,
  );

  test(
    'tells what is wrong in a sentence and without a stack: no credentials, no region, no such bucket',
    async () => {
      const RemoteUrl = `RemoteUrl=${demo.httpUrl}`;
      const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...stranger } = moto.env;
      const { AWS_REGION: ___, AWS_DEFAULT_REGION: ____, ...nowhere } = moto.env;
      for (const [env, words, message] of [
        [stranger, [], 'The AWS CLI has no credentials. Run `aws configure`'],
        [nowhere, [], 'No region is set. Add --region'],
        [moto.env, ['--profile', 'nobody'], 'The AWS CLI has no such profile'],
        [moto.env, ['--bucket', 'no-such-bucket'], 'NoSuchBucket'],
      ] as const) {
        const { exitCode, errors } = await command(
          'deploy.ts',
          [RemoteUrl, '--force', ...words],
          env as Record<string, string>,
        );
        expect([exitCode, errors]).toEqual([1, expect.stringContaining(message)]);
        expect(errors).not.toContain('    at ');
      }
      expect(await functions()).toEqual([]);
    },
    3 * minutes,
  );
});
