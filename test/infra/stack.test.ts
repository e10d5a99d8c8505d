import { describe, expect, test } from '@jest/globals';
import { checkTimes, missingSecrets } from '../../infra/decisions.ts';
import { introduction } from '../../infra/introduction.ts';
import { checkDeployable, type Stack } from '../../infra/stack.ts';

const inState = (StackStatus: string, parameters: Record<string, string> = {}): Stack => ({
  StackStatus,
  Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
});

describe('a stack', () => {
  test.each([
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'REVIEW_IN_PROGRESS',
    'IMPORT_COMPLETE',
  ])('in state %s can be changed', (state) => {
    expect(() => checkDeployable('rproxy', inState(state))).not.toThrow();
  });

  test.each([
    ['ROLLBACK_COMPLETE', 'npm run undeploy -- --stack-name rproxy'],
    ['CREATE_FAILED', 'npm run undeploy -- --stack-name rproxy'],
    ['DELETE_FAILED', 'npm run undeploy -- --stack-name rproxy'],
    ['UPDATE_ROLLBACK_FAILED', 'aws cloudformation continue-update-rollback --stack-name rproxy'],
    ['UPDATE_IN_PROGRESS', 'wait until it has finished'],
    ['DELETE_IN_PROGRESS', 'wait until it has finished'],
  ])('in state %s cannot, and it is said what to do', (state, remedy) => {
    const attempt = () => checkDeployable('rproxy', { ...inState(state), StackStatusReason: 'something broke' });
    expect(attempt).toThrow(`Stack rproxy is in state ${state} (something broke)`);
    expect(attempt).toThrow(remedy);
  });
});

describe('secrets that the deployment makes', () => {
  const secret = expect.stringMatching(/^[\w-]{32}$/);

  test.each([
    ['a new stack gets a DEBUG_KEY', {}, undefined, { DebugKey: secret }],
    ['none when one is given', { DebugKey: 'mine' }, undefined, {}],
    ['none when it is wanted empty', { DebugKey: '' }, undefined, {}],
    ['none when the debug queries are off', { DebugQueries: 'false' }, undefined, {}],
    ['none when a secret holds them', { SecretArn: 'arn' }, undefined, {}],
    ['none for a stack that is there', {}, {}, {}],
    ['CloudFront gets an ORIGIN_SECRET', { CloudFront: 'true' }, undefined, { DebugKey: secret, OriginSecret: secret }],
    ['CloudFront that comes later too', { CloudFront: 'true' }, { CloudFront: 'false' }, { OriginSecret: secret }],
    ['CloudFront that was there keeps its own', { CloudFront: 'true' }, { CloudFront: 'true' }, {}],
    ['the log-in page gets a BASIC_LOGIN_SECRET', { BasicLogin: 'true' }, {}, { BasicLoginSecret: secret }],
    ['none when one is given', { BasicLogin: 'true', BasicLoginSecret: 'mine' }, {}, {}],
    ['the log-in page that was there keeps its own', { BasicLogin: 'true' }, { BasicLogin: 'true' }, {}],
    ['none without the log-in page', { BasicLogin: 'false' }, {}, {}],
    ['CloudFront with a secret by its ARN has it there', { CloudFront: 'true' }, { SecretArn: 'arn' }, {}],
  ] as [string, Record<string, string>, Record<string, string> | undefined, object][])(
    '%s',
    (_, parameters, before, made) => {
      const stack = before === undefined ? undefined : inState('CREATE_COMPLETE', before);
      expect(missingSecrets(parameters, stack)).toEqual(made);
    },
  );

  test('are never the same twice', () => {
    expect(missingSecrets({}, undefined)['DebugKey']).not.toBe(missingSecrets({}, undefined)['DebugKey']);
  });
});

describe('the time for the backend', () => {
  const defaults = { Timeout: '40', RequestTimeout: '11.0' };

  test('must end before the time of the function, whichever of the two is changed', () => {
    expect(() => checkTimes({}, undefined, defaults)).not.toThrow();
    expect(() => checkTimes({ RequestTimeout: '39.9' }, undefined, defaults)).not.toThrow();
    expect(() => checkTimes({ RequestTimeout: '40' }, undefined, defaults)).toThrow(
      'RequestTimeout (40 seconds) must be less than Timeout (40); name both, e.g. RequestTimeout=40 Timeout=45',
    );
    expect(() => checkTimes({ Timeout: '10' }, undefined, defaults)).toThrow('must be less than Timeout (10)');
    const stack = inState('CREATE_COMPLETE', { Timeout: '60', RequestTimeout: '50' });
    expect(() => checkTimes({ RequestTimeout: '55' }, stack, defaults)).not.toThrow();
    expect(() => checkTimes({ Timeout: '45' }, stack, defaults)).toThrow('must be less than Timeout (45)');
  });
});

describe('the introduction to a deployed stack', () => {
  const Url = 'https://abc.lambda-url.eu-central-1.on.aws/';
  const HttpApiUrl = 'https://xyz.execute-api.eu-central-1.amazonaws.com/';
  const told = (outputs: Record<string, string>, debugKey?: string) =>
    introduction({ outputs: { LogGroupName: '/aws/lambda/rproxy', ...outputs }, region: 'eu-central-1', debugKey });

  test('is the public address and three things to try', () => {
    const text = told({ Url }, 'k3y');
    expect(text).toMatch(/Public URL +https:\/\/abc\.lambda-url/);
    expect(text).toContain(`curl -i '${Url}'`);
    expect(text).toContain(`curl '${Url}?dump_request=k3y'`);
    expect(text).toContain('aws logs tail /aws/lambda/rproxy --follow --region eu-central-1');
    expect(text).toContain('is k3y. It is not shown again');
    expect(told({ Url })).not.toContain('shown again');
  });

  test('names every other address with its use', () => {
    expect(told({ Url, HttpApiUrl })).toMatch(/Public URL +https:\/\/abc[\s\S]*HTTP API +https:\/\/xyz/);
    expect(told({ HttpApiUrl })).toMatch(/Public URL +https:\/\/xyz/);
    expect(told({ HttpApiUrl }).match(/HTTP API/)).toBeNull();
    const own = { Url, CloudFrontUrl: 'https://www.example.com/', CloudFrontDomainName: 'd1.cloudfront.net' };
    expect(told(own)).toMatch(
      /Public URL +https:\/\/www\.example\.com\/\n +Its own URL .*403.*\n +DNS record +d1\.cloudfront\.net/,
    );
    expect(told({ ...own, CloudFrontUrl: 'https://d1.cloudfront.net/' })).not.toContain('DNS record');
    expect(told({ Url, AppName: 'shop' })).toMatch(/Page title +shop \(AppName\)/);
  });

  test('has no curl command when there is no URL', () => {
    expect(told({})).toContain('names no URL');
    expect(told({})).not.toContain('curl');
  });
});
