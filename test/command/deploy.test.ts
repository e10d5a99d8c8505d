import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { allow } from '../../src/http/request/max-forwards.ts';
import type { Backend } from '../helpers/backends.ts';
import { type ReceivedRequest, recordingBackend } from '../helpers/recording-backend.ts';
import { type Ended, run } from '../infra/command.ts';
import { type ScriptedAws, scriptedAws } from '../infra/scripted-aws/scripted-aws.ts';

/** The public URL: it responds as the proxy in front of a backend does. */
function asProxy(response: import('node:http').ServerResponse, { method }: ReceivedRequest): void {
  if (method === 'OPTIONS') response.setHeader('allow', allow).end();
  else response.setHeader('content-type', 'text/html').end('<p>Hello</p>');
}

jest.setTimeout(120_000);

let aws: ScriptedAws;
let site: Backend;
let backend: Backend;

beforeAll(async () => {
  site = await recordingBackend(asProxy);
  backend = await recordingBackend();
});
afterAll(async () => {
  await Promise.all([site.close(), backend.close()]);
});
beforeEach(() => {
  aws = scriptedAws();
  aws.set({ outputs: { Url: `${site.url}/`, LogGroupName: '/aws/lambda/lambda-rproxy' } });
});
afterEach(() => aws.close());

const patience = '--url-seconds=1';
const deploy = (words: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  run('deploy.ts', [patience, ...words], { env: { ...aws.env, ...env }, folder: aws.infra });
const undeploy = (words: readonly string[], typed = ''): Promise<Ended> =>
  run('undeploy.ts', words, { env: aws.env, folder: aws.infra, typed });
/** A backend that the command need not reach. */
const somewhere = ['RemoteUrl=https://backend.example', '--no-doctor'];

/** Deploys a first stack, which must succeed. */
async function deployed(...words: string[]): Promise<string> {
  const { exitCode, errors, output } = await deploy([...somewhere, ...words]);
  expect([errors, exitCode]).toEqual(['', 0]);
  return output;
}
const namesOfCalls = () => aws.calls().map(({ name }) => name);

describe('deploy', () => {
  test('creates a stack, refuses a typo, changes the stack, finds nothing to change, and undeploy removes it', async () => {
    const created = await deployed();
    expect(created).toContain('Account  123456789012 (arn:aws:iam::123456789012:user/ada)');
    expect(created).toMatch(/Region +eu-central-1\n +Stack +lambda-rproxy, new/);
    expect(created).toMatch(/RemoteUrl: \(secret\)[\s\S]*adds {2}1 AWS::Lambda::Function/);
    expect(created).toMatch(/\d s {2}Function created/);
    expect(created).toContain('ok    the proxy responds');
    expect(created).toContain('ok    the backend responds 200, text/html');
    const { DebugKey = '' } = aws.state().stack?.parameters ?? {};
    expect(DebugKey).toMatch(/^[\w-]{32}$/);

    const before = aws.state();
    const typo = await deploy(['AllowedCidrs=300.1.1.1']);
    expect(typo.exitCode).toBe(2);
    expect(typo.errors).toContain(
      'ALLOWED_CIDRS must be addresses and networks in CIDR notation, separated by commas; "300.1.1.1" is none',
    );
    expect(aws.state()).toEqual(before);

    const changed = await deploy(['AllowedCidrs=192.0.2.0/24']);
    expect([changed.errors, changed.exitCode]).toEqual(['', 0]);
    expect(changed.output).toContain('AllowedCidrs: (none) -> 192.0.2.0/24');
    expect(changed.output).toContain('changes Function (AWS::Lambda::Function): Environment');
    expect(aws.state().stack?.parameters).toMatchObject({ AllowedCidrs: '192.0.2.0/24', DebugKey });

    const again = await deploy(['AllowedCidrs=192.0.2.0/24']);
    expect([again.exitCode, again.output]).toEqual([0, expect.stringContaining('Nothing changes.')]);

    const removed = await undeploy(['--yes']);
    expect([removed.errors, removed.exitCode]).toEqual(['', 0]);
    expect(removed.output).toContain('the stack, UPDATE_COMPLETE, with 2 resources');
    expect(removed.output).toMatch(
      /Removed: the stack.*the log of the function.*1 file of code.*bucket lambda-rproxy-1/,
    );
    expect(aws.state()).not.toMatchObject({ stack: expect.anything() });
    const { output, exitCode } = await undeploy(['--yes']);
    expect([exitCode, output]).toEqual([0, expect.stringContaining('Nothing was removed.')]);
  });

  test('prints what CloudFormation does while it runs', async () => {
    aws.set({ isSlow: true });
    expect(await deployed()).toMatch(/Function created\n.*LogGroup created/);
  });

  test('takes the deployed parameters as base, and their own cross-checks with the new ones', async () => {
    await deployed('TrustForwarded=true', 'ClientIpHeader=x-real-ip', 'Timeout=20');
    const { exitCode, errors } = await deploy(['RequestTimeout=30']);
    expect([exitCode, errors]).toEqual([2, expect.stringContaining('must be less than Timeout (20)')]);
  });

  test('refuses a combination that cannot work, unless --force is given', async () => {
    const refused = await deploy(['RemoteUrl=http://10.0.0.7', '--no-doctor']);
    expect([refused.exitCode, refused.errors]).toEqual([2, expect.stringMatching(/private network.*SubnetIds/)]);
    expect(refused.errors).toContain('--force deploys anyway');
    const forced = await deploy(['RemoteUrl=http://10.0.0.7', '--no-doctor', '--force']);
    expect([forced.errors, forced.exitCode, forced.output]).toEqual([
      '',
      0,
      expect.stringContaining('private network'),
    ]);
  });

  test('a public name that means a private address is refused after the lookup', async () => {
    const { exitCode, errors } = await deploy([
      `RemoteUrl=${backend.url.replace('127.0.0.1', 'localhost.localdomain')}`,
    ]);
    expect([exitCode, errors]).toEqual([2, expect.stringContaining('on Lambda is the function itself')]);
  });

  test('shows the backend that it checked', async () => {
    const { errors, output, exitCode } = await deploy([`RemoteUrl=${backend.url}`, '--force']);
    expect([errors, exitCode, output]).toEqual([
      '',
      0,
      expect.stringContaining('The function can serve this backend.'),
    ]);
  });
});

describe('secrets', () => {
  const secret = 'correct-horse-battery-staple';

  test('come from a file or from the environment, in either spelling, and the command line comes first', async () => {
    const file = join(aws.temporary, 'secrets.json');
    writeFileSync(file, JSON.stringify({ DEBUG_KEY: secret, AppName: 'File' }), { mode: 0o600 });
    const env = { RPROXY_REMOTE_URL: 'https://ada:pw@backend.example', RPROXY_AppName: 'Env', RPROXY_VIA: 'true' };
    const { errors, output, exitCode } = await deploy(['--no-doctor', '--secrets', file, 'Via=false'], env);
    expect([errors, exitCode]).toEqual(['', 0]);
    expect(output).toContain('From the environment (RPROXY_…): RemoteUrl, AppName, Via');
    expect(output).not.toContain('ada:pw');
    expect(aws.state().stack?.parameters).toMatchObject({
      RemoteUrl: 'https://ada:pw@backend.example',
      DebugKey: secret,
      AppName: 'File',
      Via: 'false',
    });
  });

  test('in lines of Name=value', async () => {
    const file = join(aws.temporary, 'secrets.env');
    writeFileSync(file, `# a comment\n\nexport DEBUG_KEY="${secret}"\r\nRemoteUrl=https://b.example/?a=b\n`, {
      mode: 0o644,
    });
    const { errors, output, exitCode } = await deploy(['--no-doctor', '--secrets', file]);
    expect([errors, exitCode]).toEqual(['', 0]);
    expect(output).toContain(`other users of this machine may read ${file}. Run: chmod 600`);
    expect(aws.state().stack?.parameters).toMatchObject({ DebugKey: secret, RemoteUrl: 'https://b.example/?a=b' });
  });

  test.each([
    ['{"DebugKey": "correct-horse', 'begins with { but is not JSON'],
    ['{"DebugKey": ["correct-horse"]}', 'DebugKey must be a string'],
    ['correct-horse', 'line 1 must be Name=value'],
    ['DebugKey=x\n\ncorrect-horse', 'line 3 must be Name=value'],
    ['OriginSecret=horse', 'OriginSecret must be 20 characters or more'],
    ['DEBUG_KEYS=horse', 'no parameter DEBUG_KEYS. Did you mean DebugKey?'],
  ])('%j in a file is refused without being quoted', async (content, message) => {
    const file = join(aws.temporary, 'secrets');
    writeFileSync(file, content, { mode: 0o600 });
    const { errors, exitCode } = await deploy([...somewhere, '--secrets', file]);
    expect([exitCode, errors]).toEqual([2, expect.stringContaining(message)]);
    expect(errors).not.toContain('horse');
  });

  test('a typo in the environment and a file that does not exist are named', async () => {
    const typo = await deploy(somewhere, { RPROXY_DEBUG_KEYS: 'horse' });
    expect([typo.exitCode, typo.errors]).toEqual([2, expect.stringContaining('Did you mean DebugKey?')]);
    const missing = await deploy([...somewhere, '--secrets', 'nowhere']);
    expect([missing.exitCode, missing.errors]).toEqual([
      2,
      expect.stringContaining('--secrets nowhere cannot be read: ENOENT'),
    ]);
  });

  test('on the command line bring a warning, which does not repeat them', async () => {
    const { output } = await deploy(['RemoteUrl=https://ada:pw@b.example', `DebugKey=${secret}`, '--no-doctor']);
    expect(output).toContain('Warning: RemoteUrl, DebugKey on the command line can be read by other users');
    expect(output.split('Requesting')[0]).not.toMatch(/ada:pw|horse/);
    expect(await deployed()).not.toContain('Warning');
  });

  test('never stand on a command line of the AWS CLI', async () => {
    await deployed(`DebugKey=${secret}`);
    const { words, given } = aws.calls().find(({ name }) => name === 'cloudformation create-change-set') ?? {};
    expect(words?.join(' ')).not.toContain(secret);
    expect(given?.Parameters).toContainEqual({ ParameterKey: 'DebugKey', ParameterValue: secret });
    expect(readdirSync(aws.temporary)).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leave no file behind after %s', async (signal) => {
    aws.set({ holds: 'cloudformation create-change-set' });
    const words = [...somewhere, `DebugKey=${secret}`];
    const ended = await run('deploy.ts', words, {
      env: aws.env,
      folder: aws.infra,
      meanwhile: (child) => {
        const timer = setInterval(() => {
          if (!namesOfCalls().includes('cloudformation create-change-set')) return;
          clearInterval(timer);
          child.kill(signal);
        }, 50);
      },
    });
    expect(ended.exitCode).toBeGreaterThan(128);
    expect(readdirSync(aws.temporary)).toEqual([]);
  });
});

describe('a public URL that does not respond as it should', () => {
  test('is reported with reason and remedy, with an exit code of its own', async () => {
    const refusing = await recordingBackend((response) => {
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{"Message":"Forbidden"}');
    });
    aws.set({ outputs: { Url: `${refusing.url}/` } });
    const ended = await deploy(somewhere);
    await refusing.close();
    expect([ended.errors, ended.exitCode]).toEqual(['', 8]);
    expect(ended.output).toContain('FAIL  403 from AWS, and the function was not called: the permissions');
  });

  test('is not requested with --url-seconds=0', async () => {
    const words = [...somewhere, '--url-seconds', '0'];
    const { output, exitCode } = await run('deploy.ts', words, { env: aws.env, folder: aws.infra });
    expect([output, exitCode]).toEqual([expect.not.stringContaining('Requesting'), 0]);
  });
});

describe("an operator's mistakes", () => {
  const denied =
    'An error occurred (AccessDenied) when calling the DescribeStacks operation: User: arn:aws:iam::1:user/ada is not authorized to perform: cloudformation:DescribeStacks';

  test.each([
    [
      'a profile that does not exist',
      'sts get-caller-identity',
      'The config profile (nobody) could not be found',
      /no such profile.*list-profiles/,
    ],
    [
      'no credentials',
      'sts get-caller-identity',
      'Unable to locate credentials. You can configure credentials by running "aws configure".',
      /no credentials\. Run `aws configure`/,
    ],
    [
      'an expired token',
      'sts get-caller-identity',
      'An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired',
      /wrong or have expired\. Run `aws sso login`/,
    ],
    [
      'an expired sign-on',
      'sts get-caller-identity',
      'Error when retrieving token from sso: Token has expired and refresh failed',
      /wrong or have expired\. Run `aws sso login`/,
    ],
    [
      'a wrong clock',
      'sts get-caller-identity',
      'An error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity operation: Signature expired',
      /the clock of this machine/,
    ],
    [
      'a region that does not exist',
      'cloudformation describe-stacks',
      'Could not connect to the endpoint URL: "https://cloudformation.eu-central-9.amazonaws.com/"',
      /Check the spelling of the region/,
    ],
    [
      'missing permissions',
      'cloudformation describe-stacks',
      denied,
      /do not permit this call\. docs\/deploy\.md has the policy/,
    ],
    [
      'permission for all but the change',
      'cloudformation create-change-set',
      denied,
      /CloudFormation did not deploy[\s\S]*docs\/deploy\.md has the policy/,
    ],
  ])('%s: deploy says what to do', async (_, call, message, told) => {
    aws.set({ faults: { [call]: message } });
    const { exitCode, errors } = await deploy(somewhere);
    expect([exitCode, errors]).toEqual([1, expect.stringMatching(told)]);
    expect(errors).not.toContain('    at ');
    expect(namesOfCalls()).not.toContain('cloudformation execute-change-set');
  });

  test('no region', async () => {
    const { AWS_REGION: _, ...env } = aws.env;
    const { exitCode, errors } = await run('deploy.ts', somewhere, { env, folder: aws.infra });
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('No region is set. Add --region')]);
  });

  const inState = (status: string, parameters: Record<string, string> = { CodeKey: 'k.zip' }) =>
    aws.set({ stack: { id: 'arn:1', status, parameters, resources: ['LogGroup'], events: [] } });

  test.each([
    ['ROLLBACK_COMPLETE', 'lambda-rproxy undeploy --stack-name lambda-rproxy'],
    ['DELETE_FAILED', 'finish its removal first'],
    ['UPDATE_ROLLBACK_FAILED', 'continue-update-rollback'],
    ['UPDATE_IN_PROGRESS', 'wait until it has finished'],
  ])('a stack in state %s', async (status, remedy) => {
    inState(status);
    const { exitCode, errors } = await deploy(somewhere);
    expect([exitCode, errors]).toEqual([1, expect.stringContaining(remedy)]);
  });

  test('the name of a stack that is something else: neither command touches it', async () => {
    inState('UPDATE_COMPLETE', { DatabaseName: 'orders' });
    for (const ended of [await deploy(somewhere), await undeploy(['--yes'])]) {
      expect([ended.exitCode, ended.errors]).toEqual([1, expect.stringContaining('is not a stack of lambda-rproxy')]);
    }
    expect(aws.state().stack?.status).toBe('UPDATE_COMPLETE');
  });

  test('a change that CloudFormation fails: the reasons, the remedies, and what the stack is like now', async () => {
    aws.set({ failure: 'Specified ReservedConcurrentExecutions decreases UnreservedConcurrentExecution below 10' });
    const first = await deploy(somewhere);
    expect([first.exitCode, first.errors]).toEqual([
      1,
      expect.stringContaining('did not deploy lambda-rproxy: ROLLBACK_COMPLETE'),
    ]);
    expect(first.errors).toMatch(
      /too few concurrent executions[\s\S]*lambda-rproxy undeploy --stack-name lambda-rproxy/,
    );
    inState('CREATE_COMPLETE');
    const second = await deploy(somewhere);
    expect(second.errors).toMatch(/UPDATE_ROLLBACK_COMPLETE[\s\S]*The stack is as it was before\./);
  });

  test('a bucket of somebody else is not used', async () => {
    aws.set({ bucket: { name: 'lambda-rproxy-123456789012-eu-central-1', owner: '999999999999', keys: [] } });
    const { exitCode, errors } = await deploy(somewhere);
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('does not belong to account 123456789012')]);
    expect(namesOfCalls()).not.toContain('s3api put-object');
  });

  test('a bucket that does not exist is not created when it was named', async () => {
    const { exitCode, errors } = await deploy([...somewhere, '--bucket', 'no-such-bucket']);
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('There is no bucket no-such-bucket')]);
    expect(namesOfCalls()).not.toContain('s3api create-bucket');
  });

  test('every call that touches a bucket names its owner', async () => {
    await deployed();
    await undeploy(['--yes']);
    const calls = aws.calls().filter(({ name }) => name.startsWith('s3api') && name !== 's3api create-bucket');
    expect(calls.length).toBeGreaterThan(5);
    for (const { name, words } of calls)
      expect([name, words]).toEqual([name, expect.arrayContaining(['--expected-bucket-owner'])]);
  });
});

describe('undeploy', () => {
  test('says what it removes, and removes nothing without the name of the stack', async () => {
    await deployed();
    for (const [typed, message] of [
      ['', 'no name was typed. Scripts add --yes.'],
      ['y\n', 'that is not the name of the stack'],
      ['Lambda-Rproxy\n', 'that is not the name of the stack'],
    ]) {
      const { exitCode, errors, output } = await undeploy([], typed);
      expect([exitCode, errors]).toEqual([2, expect.stringContaining(String(message))]);
      expect(output).toMatch(
        /Removes +the stack, CREATE_COMPLETE, with 2 resources\n +the log of the function[^\n]*\n +1 file of code/,
      );
    }
    expect(aws.state().stack?.status).toBe('CREATE_COMPLETE');
    const { exitCode, errors } = await undeploy([], 'lambda-rproxy\n');
    expect([errors, exitCode]).toEqual(['', 0]);
  });

  test('claims to have removed only what was there', async () => {
    aws.set({
      bucket: { name: 'lambda-rproxy-123456789012-eu-central-1', owner: '123456789012', keys: ['other/1.zip'] },
    });
    expect((await undeploy(['--yes'])).output).toContain('and no code for it in S3. Nothing was removed.');
    aws.set({
      stack: { id: 'arn:1', status: 'ROLLBACK_COMPLETE', parameters: { CodeKey: 'k' }, resources: [], events: [] },
    });
    const { output } = await undeploy(['--yes']);
    expect(output).toContain('Removed: the stack, ROLLBACK_COMPLETE, with 0 resources.');
    expect(aws.state().bucket?.keys).toEqual(['other/1.zip']);
  });

  test('that CloudFormation fails says why and what to do, and can be repeated', async () => {
    await deployed();
    aws.set({ failure: 'resource has a dependent network interface' });
    const { exitCode, errors } = await undeploy(['--yes']);
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('did not remove lambda-rproxy: DELETE_FAILED')]);
    expect(errors).toMatch(/try again in half an hour[\s\S]*lambda-rproxy undeploy --stack-name lambda-rproxy again/);
    const { failure: _, ...state } = aws.state();
    aws.set({ ...state, failure: undefined as unknown as string });
    const again = await undeploy(['--yes']);
    expect([again.errors, again.exitCode]).toEqual(['', 0]);
  });

  test('of a protected stack names the command that removes the protection', async () => {
    await deployed();
    aws.set({
      faults: {
        'cloudformation delete-stack':
          'An error occurred (ValidationError): Stack [x] cannot be deleted while TerminationProtection is enabled',
      },
    });
    const { exitCode, errors } = await undeploy(['--yes']);
    expect([exitCode, errors]).toEqual([
      1,
      expect.stringContaining('--no-enable-termination-protection --stack-name lambda-rproxy'),
    ]);
  });
});
