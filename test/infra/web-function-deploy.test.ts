import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Ended, run } from './command.ts';
import { type ScriptedAws, scriptedAws } from './scripted-aws/scripted-aws.ts';

let aws: ScriptedAws;
beforeEach(() => {
  aws = scriptedAws();
  aws.set({
    outputs: { Url: 'https://a.b.lambda-web.eu-central-1.on.aws/', LogGroupName: '/aws/lambda/web/lambda-rproxy' },
  });
});
afterEach(() => aws.close());

const deploy = (...words: string[]): Promise<Ended> =>
  run('deploy.ts', ['--url-seconds=0', '--no-doctor', ...words], { env: aws.env, folder: aws.infra });
const undeploy = (...words: string[]): Promise<Ended> => run('undeploy.ts', words, { env: aws.env, folder: aws.infra });
const backend = 'RemoteUrl=https://backend.example';

/** A deployment that must succeed. */
async function deployed(...words: string[]): Promise<string> {
  const { exitCode, errors, output } = await deploy(...words);
  expect([errors, exitCode]).toEqual(['', 0]);
  return output;
}
const parameters = () => aws.state().stack?.parameters ?? {};
const namesOfCalls = () => aws.calls().map(({ name }) => name);
const webBucket = 'lambda-rproxy-123456789012-eu-central-1-web';

describe('deploy and undeploy of a Web Function', () => {
  test('make it, change it, switch it off and remove it, without the shape being named again', async () => {
    expect(await deployed('Shape=WebFunction', backend)).toContain('https://a.b.lambda-web.eu-central-1.on.aws/');
    const { CodeKey = '', ...first } = parameters();
    const CodeVersion = expect.stringMatching(/^version-of-/);
    expect(first).toMatchObject({ Shape: 'WebFunction', CodeBucket: webBucket, CodeVersion, RateLimit: '1000' });
    expect(Object.keys(first)).not.toContain('MemorySize');
    expect(aws.state().bucket).toMatchObject({ name: webBucket, keys: [CodeKey] });
    const order = ['lambda-web get-web-account-settings', 's3api put-bucket-policy', 's3api put-object'];
    const later = ['cloudformation create-change-set', 'cloudformation execute-change-set', 'lambda-web wait'];
    const places = [...order, ...later].map((name) => namesOfCalls().indexOf(name));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
    const given = aws.calls().find(({ name }) => name === 'cloudformation create-change-set')?.given;
    expect(JSON.stringify(given)).toContain('AWS::Lambda::WebFunctionRevision');

    const uploads = namesOfCalls().filter((name) => name === 's3api put-object').length;
    expect(await deployed('RateLimit=0')).toContain('The site is switched off');
    expect(parameters()).toMatchObject({ Shape: 'WebFunction', RateLimit: '0', CodeKey });
    expect(namesOfCalls().filter((name) => name === 's3api put-object')).toHaveLength(uploads);

    const removed = await undeploy('--yes');
    expect([removed.errors, removed.exitCode]).toEqual(['', 0]);
    expect(removed.output).toContain(`1 file of code in bucket ${webBucket}`);
    expect(aws.state()).not.toMatchObject({ bucket: expect.anything() });
    const again = await undeploy('--yes');
    expect([again.exitCode, again.output]).toEqual([0, expect.stringContaining('Nothing was removed.')]);
  }, 180_000);

  test('a function becomes a Web Function, and the code of the function is removed', async () => {
    await deployed(backend);
    expect(parameters()).toMatchObject({ Shape: 'Function' });
    expect(await deployed('Shape=WebFunction')).toContain('The stack becomes a WebFunction');
    expect(parameters()).toMatchObject({ Shape: 'WebFunction', CodeBucket: webBucket });
    const asked = aws.calls().filter(({ name }) => name === 's3api head-bucket');
    // The bucket of the function comes first, and again when its code is removed.
    expect(asked.map(({ words }) => words.includes(webBucket))).toEqual([false, true, false]);
  }, 180_000);

  test.each([
    ['MemorySize', ['Shape=WebFunction', backend, 'MemorySize=512'], 'has no parameter MemorySize'],
    ['RateLimit of a function', [backend, 'RateLimit=0'], 'has no parameter RateLimit'],
    ['a rate that AWS does not know', ['Shape=WebFunction', backend, 'RateLimit=50'], 'RateLimit must be one of'],
    ['a setting that is wrong', ['Shape=WebFunction', backend, 'AllowedCidrs=300.1.1.1'], 'ALLOWED_CIDRS must be'],
    ['a shape that does not exist', ['Shape=Container', backend], 'Shape must be one of Function, WebFunction'],
    [
      'CloudFront on a plan without a web ACL',
      ['Shape=WebFunction', backend, 'CloudFront=true', 'CloudFrontPlan=FREE'],
      'needs WebAclArn',
    ],
  ])(
    'refuse %s before anything is changed',
    async (_, words, message) => {
      const { exitCode, errors } = await deploy(...words);
      expect([exitCode, errors]).toEqual([2, expect.stringContaining(message)]);
      expect(namesOfCalls()).not.toContain('cloudformation create-change-set');
      expect(namesOfCalls()).not.toContain('s3api create-bucket');
    },
    30_000,
  );

  test.each([
    [
      'an old CLI',
      { 'lambda-web get-web-account-settings': 'aws: error: argument command: Invalid choice' },
      'too old',
    ],
    [
      'a region without Web Functions',
      { 'lambda-web get-web-account-settings': 'Could not connect to the endpoint URL: "https://lambda"' },
      'do not exist in eu-central-1',
    ],
    [
      'a bucket that gives no version',
      { 's3api head-object': 'An error occurred (403): Forbidden' },
      's3:GetObjectVersion',
    ],
  ])(
    'tell %s from the rest, with the remedy',
    async (_, faults, message) => {
      aws.set({ faults });
      const { exitCode, errors } = await deploy('Shape=WebFunction', backend);
      expect([exitCode, errors]).toEqual([1, expect.stringContaining(message)]);
      expect(namesOfCalls()).not.toContain('cloudformation create-change-set');
    },
    30_000,
  );

  test('refuse a name that another Web Function of the account has', async () => {
    aws.set({ webFunction: 'lambda-rproxy' });
    const { exitCode, errors } = await deploy('Shape=WebFunction', backend);
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('A Web Function lambda-rproxy exists already')]);
  }, 30_000);
});
