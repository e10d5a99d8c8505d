import { describe, expect, test } from '@jest/globals';
import { type Aws, AwsError } from '../../infra/aws.ts';
import { codeStore, removeAllBut, removeCode, storedCode } from '../../infra/code-bucket.ts';
import { checkParameters } from '../../infra/parameters.ts';
import type { Stack } from '../../infra/stack.ts';
import { readTemplate } from '../../infra/template.ts';
import {
  checkWebFunctions,
  codeBucketPolicy,
  knownParameters,
  shapeOf,
  storeOf,
  templateOf,
  uploadFor,
  waitForEndpoint,
} from '../../infra/web-function.ts';

const place = { account: '123456789012', caller: 'arn:aws:iam::123456789012:user/ada', region: 'eu-central-1' };
const code = { path: '/tmp/x.zip', bytes: new Uint8Array(), hex: 'abc', base64: '' };
const own = storeOf('WebFunction', 'shop', place, undefined);
const given = storeOf('WebFunction', 'shop', place, 'mine');
const ownerWords = '--expected-bucket-owner 123456789012';

/** What a call of the CLI prints, or the message with which it fails. */
type Answers = Readonly<Record<string, unknown>>;

/** A CLI whose calls end as scripted, by the words that they begin with; every other one succeeds and prints nothing. */
function scripted(answers: Answers): { readonly aws: Aws; readonly calls: string[] } {
  const calls: string[] = [];
  const used = new Map<string, number>();
  const run = async (...words: string[]) => {
    const text = words.join(' ');
    calls.push(text.replace(/ --output json$/, ''));
    const [key, value] = Object.entries(answers).find(([start]) => text.startsWith(start)) ?? [];
    const times = used.get(String(key)) ?? 0;
    used.set(String(key), times + 1);
    const result = Array.isArray(value) ? value[Math.min(times, value.length - 1)] : value;
    if (result instanceof Error) throw result;
    return result === undefined ? '' : JSON.stringify(result);
  };
  return { calls, aws: { run, json: async (...words) => JSON.parse(await run(...words, '--output', 'json')) } };
}

const stackOf = (parameters: Record<string, string>): Stack => ({
  StackStatus: 'CREATE_COMPLETE',
  Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
});

const denied = new AwsError('An error occurred (AccessDenied) when calling the operation');
const missing = new AwsError('An error occurred (404) when calling the HeadObject operation: Not Found');

describe('the shape of a deployment', () => {
  test.each([
    ['a new stack is a function', {}, undefined, 'Function'],
    ['a new stack is what it is told to be', { Shape: 'WebFunction' }, undefined, 'WebFunction'],
    ['a stack stays what it is', { RateLimit: '0' }, { Shape: 'WebFunction' }, 'WebFunction'],
    ['a stack from before there were shapes is a function', {}, {}, 'Function'],
    ['a stack becomes the other one', { Shape: 'Function' }, { Shape: 'WebFunction' }, 'Function'],
  ] as [string, Record<string, string>, Record<string, string> | undefined, string][])(
    '%s',
    (_, parameters, before, shape) => {
      expect(shapeOf(parameters, before === undefined ? undefined : stackOf(before))).toBe(shape);
    },
  );

  test('that does not exist is refused by name', () => {
    expect(() => shapeOf({ Shape: 'Container' }, undefined)).toThrow(
      'Shape must be one of Function, WebFunction, but is "Container".',
    );
  });

  test('has a template of its own, whose default is the shape', () => {
    for (const shape of ['Function', 'WebFunction'] as const)
      expect(readTemplate(templateOf(shape)).Parameters['Shape']?.Default).toBe(shape);
  });

  test('decides which parameters a command line may have, as far as it names it', () => {
    const check = (parameters: Record<string, string>) => () =>
      checkParameters(parameters, knownParameters(parameters));
    expect(check({ RateLimit: '0' })).not.toThrow();
    expect(check({ MemorySize: '512' })).not.toThrow();
    expect(check({ Shape: 'WebFunction', RateLimit: '0' })).not.toThrow();
    expect(check({ Shape: 'WebFunction', MemorySize: '512' })).toThrow('has no parameter MemorySize');
    expect(check({ Shape: 'Function', RateLimit: '0' })).toThrow('has no parameter RateLimit');
    expect(check({ RateLimit: '50' })).toThrow('RateLimit must be one of 0, 100');
    expect(check({ CodeVersion: 'x' })).toThrow('has no parameter CodeVersion');
  });
});

describe('before a Web Function is deployed', () => {
  const settings = 'lambda-web get-web-account-settings';
  const notFound = new AwsError(
    'An error occurred (ResourceNotFoundException) when calling the GetWebFunction operation',
  );

  test.each([
    [
      'a CLI that is too old',
      'aws: error: argument command: Invalid choice, valid choices are:',
      'too old for Shape=WebFunction',
    ],
    ['a region that has none', 'Could not connect to the endpoint URL: "https://…"', 'do not exist in eu-central-1'],
  ])('%s is named with its remedy', async (_, message, told) => {
    const { aws } = scripted({ [settings]: new AwsError(message) });
    await expect(checkWebFunctions(aws, 'shop', 'eu-central-1', true)).rejects.toThrow(told);
  });

  test('a name that another one has is refused, unless it is that of the stack', async () => {
    const taken = scripted({ 'lambda-web get-web-function ': { functionArn: 'arn' } });
    await expect(checkWebFunctions(taken.aws, 'shop', 'eu-central-1', true)).rejects.toThrow(
      'A Web Function shop exists already, and names are unique across all regions',
    );
    await expect(checkWebFunctions(taken.aws, 'shop', 'eu-central-1', false)).resolves.toBeUndefined();
    const free = scripted({ 'lambda-web get-web-function ': notFound });
    await expect(checkWebFunctions(free.aws, 'shop', 'eu-central-1', true)).resolves.toBeUndefined();
  });

  test('whoever may not look may deploy all the same', async () => {
    const { aws } = scripted({ 'lambda-web': denied });
    await expect(checkWebFunctions(aws, 'shop', 'eu-central-1', true)).resolves.toBeUndefined();
  });

  test('a broken command is not taken for an answer', async () => {
    const broken = scripted({ 'lambda-web get-web-function ': new TypeError('spawn') });
    await expect(checkWebFunctions(broken.aws, 'shop', 'eu-central-1', true)).rejects.toThrow(TypeError);
    const broken2 = scripted({ [settings]: new TypeError('spawn') });
    await expect(checkWebFunctions(broken2.aws, 'shop', 'eu-central-1', true)).rejects.toThrow(TypeError);
  });
});

describe('the code of a Web Function', () => {
  const bucket = 'lambda-rproxy-123456789012-eu-central-1-web';

  test('is in a bucket of its own, with versions, that Lambda may read for Web Functions of the account alone', async () => {
    const { aws, calls } = scripted({
      's3api head-object': [missing, { VersionId: 'v1' }],
      's3api put-object': { VersionId: 'v1' },
    });
    expect(await uploadFor(aws, 'WebFunction', own, code)).toEqual({ CodeKey: 'shop/abc.zip', CodeVersion: 'v1' });
    const object = `--bucket ${bucket} ${ownerWords} --key shop/abc.zip`;
    expect(calls).toEqual([
      `s3api put-bucket-versioning --bucket ${bucket} ${ownerWords} --versioning-configuration Status=Enabled`,
      `s3api put-bucket-policy --bucket ${bucket} ${ownerWords} --policy ${JSON.stringify(codeBucketPolicy(own))}`,
      `s3api head-object ${object}`,
      `s3api put-object ${object} --body /tmp/x.zip`,
      `s3api head-object ${object} --version-id v1`,
    ]);
    const [reads, tls] = codeBucketPolicy(own).Statement;
    expect(reads).toMatchObject({
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:eu-central-1:123456789012:web-function/*' },
      },
    });
    expect(tls).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });

  test.each([
    ['cn-north-1', 'arn:aws-cn:s3:::mine/*'],
    ['us-gov-west-1', 'arn:aws-us-gov:s3:::mine/*'],
  ])('has the ARNs of the partition in %s', (region, resource) => {
    const [reads] = codeBucketPolicy(storeOf('WebFunction', 'shop', { ...place, region }, 'mine')).Statement;
    expect(reads).toMatchObject({ Resource: resource });
  });

  test('that is there already keeps its version, so that nothing changes when nothing changed', async () => {
    const { aws, calls } = scripted({ 's3api head-object': { VersionId: 'v7' } });
    expect(await uploadFor(aws, 'WebFunction', own, code)).toMatchObject({ CodeVersion: 'v7' });
    expect(calls.filter((call) => call.includes('put-object'))).toEqual([]);
  });

  test('needs the rights of whoever deploys, which are named', async () => {
    const forbidden = new AwsError('An error occurred (403) when calling the HeadObject operation: Forbidden');
    const { aws } = scripted({ 's3api head-object': forbidden, 's3api put-object': { VersionId: 'v1' } });
    await expect(uploadFor(aws, 'WebFunction', own, code)).rejects.toThrow(
      `needs s3:GetObject and s3:GetObjectVersion on ${bucket}/*`,
    );
  });

  test.each([[{}], [{ VersionId: 'null' }]])('without a version is refused: %j', async (put) => {
    const { aws } = scripted({ 's3api head-object': missing, 's3api put-object': put });
    await expect(uploadFor(aws, 'WebFunction', own, code)).rejects.toThrow('gave the code no version');
  });

  test('in a bucket of the user changes nothing there, and says what is missing', async () => {
    const status = 's3api get-bucket-versioning';
    const policy = 's3api get-bucket-policy';
    const right = { [status]: 'Enabled', [policy]: { Policy: '"lambda.amazonaws.com"' } };
    const ready = { ...right, 's3api head-object': { VersionId: 'v1' } };
    const prepared = scripted(ready);
    expect(await uploadFor(prepared.aws, 'WebFunction', given, code)).toMatchObject({ CodeVersion: 'v1' });
    expect(prepared.calls.filter((call) => call.includes('put-'))).toEqual([]);
    const off = scripted({ ...ready, [status]: 'Off' });
    await expect(uploadFor(off.aws, 'WebFunction', given, code)).rejects.toThrow(
      'aws s3api put-bucket-versioning --bucket mine --versioning-configuration Status=Enabled',
    );
    const none = scripted({ ...ready, [policy]: new AwsError('(NoSuchBucketPolicy)') });
    await expect(uploadFor(none.aws, 'WebFunction', given, code)).rejects.toThrow(
      /Lambda may not read the bucket mine[\s\S]*"s3:GetObjectVersion"/,
    );
    const secret = scripted({ ...ready, [policy]: denied });
    expect(await uploadFor(secret.aws, 'WebFunction', given, code)).toMatchObject({ CodeVersion: 'v1' });
  });

  test('of a function is uploaded without all that', async () => {
    const { aws, calls } = scripted({});
    const store = storeOf('Function', 'shop', place, undefined);
    expect(await uploadFor(aws, 'Function', store, code)).toEqual({ CodeKey: 'shop/abc.zip' });
    expect(calls).toEqual([
      `s3api put-object --bucket lambda-rproxy-123456789012-eu-central-1 ${ownerWords} --key shop/abc.zip --body /tmp/x.zip`,
    ]);
  });

  test('is removed by its versions, delete markers included, and the one in use stays', async () => {
    const objects = [
      { Key: 'shop/abc.zip', VersionId: 'v2' },
      { Key: 'shop/abc.zip', VersionId: 'v1' },
      { Key: 'shop/old.zip', VersionId: 'v0' },
    ];
    const some = scripted({ 's3api list-object-versions': [objects] });
    await removeAllBut(some.aws, own, 'shop/abc.zip', 'v2');
    const start = `s3api delete-object --bucket ${bucket} ${ownerWords} --key`;
    expect(some.calls.slice(1)).toEqual([
      `${start} shop/abc.zip --version-id v1`,
      `${start} shop/old.zip --version-id v0`,
    ]);

    const all = scripted({ 's3api list-object-versions': [objects] });
    expect(await removeCode(all.aws, own, await storedCode(all.aws, own))).toBe(true);
    expect(all.calls.filter((call) => call.startsWith(start))).toHaveLength(3);
    expect(all.calls.at(-1)).toBe(`s3api delete-bucket --bucket ${bucket} ${ownerWords}`);
  });

  test('has its bucket beside that of functions', () => {
    expect(codeStore('shop', place, undefined).bucket).toBe('lambda-rproxy-123456789012-eu-central-1');
    expect([own.bucket, own.isOwn, given.isOwn]).toEqual([bucket, true, false]);
    expect(bucket.replace('eu-central-1', 'ap-southeast-1').length).toBeLessThanOrEqual(63);
  });
});

describe('after a Web Function is deployed', () => {
  test('the endpoint is waited for until it serves the new revision', async () => {
    const { aws, calls } = scripted({});
    await waitForEndpoint(aws, 'shop');
    expect(calls).toEqual([
      'lambda-web wait web-function-endpoint-active --function-name shop --endpoint-name default',
      'lambda-web wait web-function-endpoint-updated --function-name shop --endpoint-name default',
    ]);
  });

  test.each([
    [{ state: 'Failed', stateReason: 'no such role' }, /endpoint is Failed: no such role/],
    [{ state: 'Active', updateStatusReason: 'rolled back' }, /endpoint is Active: rolled back/],
    [denied, /endpoint is not active: Waiter WebFunctionEndpointActive failed/],
  ])('an endpoint that does not come is told with its reason: %j', async (found, message) => {
    const { aws } = scripted({
      'lambda-web wait': new AwsError('Waiter WebFunctionEndpointActive failed: Max attempts exceeded'),
      'lambda-web get-web-function-endpoint': found,
    });
    await expect(waitForEndpoint(aws, 'shop')).rejects.toThrow(message);
  });
});
