import type http from 'node:http';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Report } from '../../infra/doctor/report.ts';
import { buffered } from '../../src/delivery/buffered.ts';
import { startServer } from '../../src/local/server.ts';
import { createProxy } from '../../src/proxy.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import { command } from './command.ts';
import { type AwsResponses, respondingAws } from './scripted-aws/responding-aws.ts';

/** Each test starts commands, which load the proxy. */
jest.setTimeout(60_000);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serving(listener: http.RequestListener): Promise<Backend> {
  const backend = await httpBackend(listener);
  closing.push(() => backend.close());
  return backend;
}

/** A Function URL with the real function behind it. */
async function functionUrl(env: Record<string, string>): Promise<string> {
  const handler = buffered(createProxy(env));
  const server = await startServer({ invoke: (event) => handler(event, lambdaContext()) });
  closing.push(() => server.close());
  return `${server.url}/`;
}

const secretArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rproxy-AbCdEf';

/** The responses of AWS for a stack. */
const stack = (url: string, variables: Record<string, string>, more: object = {}): AwsResponses => ({
  'cloudformation describe-stacks': {
    Stacks: [
      {
        StackStatus: 'UPDATE_COMPLETE',
        Parameters: [{ ParameterKey: 'RemoteUrl', ParameterValue: '****' }],
        Outputs: [
          { OutputKey: 'FunctionName', OutputValue: 'rproxy' },
          { OutputKey: 'Url', OutputValue: url },
        ],
      },
    ],
  },
  'lambda get-function-configuration': { Handler: 'index.handler', Environment: { Variables: variables }, ...more },
});

/** The responses of AWS for a stack of a Web Function, two of whose revisions get requests. */
const webStack = (url: string, variables: Record<string, string>, serviceConfig: object = {}): AwsResponses => ({
  'cloudformation describe-stacks': {
    Stacks: [
      {
        StackStatus: 'UPDATE_COMPLETE',
        Parameters: [
          { ParameterKey: 'Shape', ParameterValue: 'WebFunction' },
          { ParameterKey: 'RemoteUrl', ParameterValue: '****' },
        ],
        Outputs: [
          { OutputKey: 'FunctionName', OutputValue: 'rproxy' },
          { OutputKey: 'Url', OutputValue: url },
        ],
      },
    ],
  },
  'lambda-web get-web-function-endpoint': {
    revisionWeights: [
      { revisionId: 'rev-1', weight: 10 },
      { revisionId: 'rev-2', weight: 90 },
    ],
  },
  'lambda-web get-web-function-revision': {
    revisionId: 'rev-2',
    serviceConfig: { environmentVariables: { FUNCTION_NAME: 'rproxy', ...variables }, ...serviceConfig },
  },
});

async function doctor(responses: AwsResponses, ...words: string[]) {
  const aws = respondingAws({ responses });
  closing.push(() => aws.remove());
  const ended = await command('doctor.ts', ['--stack-name', 'rproxy', ...words], aws.env);
  return { ...ended, calls: aws.calls() };
}

async function report(responses: AwsResponses, ...words: string[]) {
  const { output, errors, exitCode } = await doctor(responses, '--json', ...words);
  expect(errors).toBe('');
  const found = JSON.parse(output) as Report;
  expect(found.exitCode).toBe(exitCode);
  return found;
}

const codes = ({ findings }: { findings: readonly { code: string }[] }) => findings.map(({ code }) => code);

describe('npm run doctor -- --stack-name', () => {
  test('checks with the deployed settings, directly and through the public URL', async () => {
    const hosts: (string | undefined)[] = [];
    const backend = await serving(({ headers }, response) => {
      hosts.push(`${headers.host} ${headers.authorization}`);
      response.end('fine');
    });
    const REMOTE_URL = backend.url.replace('//', '//ada:s3cret@');
    const url = await functionUrl({ REMOTE_URL });
    const { output, exitCode, errors } = await doctor(stack(url, { REMOTE_URL }));
    expect([exitCode, errors]).toEqual([0, '']);
    expect(output).toContain(`Public   ${url}`);
    expect(output).toContain('200, and the proxy itself responds');
    expect(output).not.toMatch(/s3cret|YWRhOnMzY3JldA/);
    expect(hosts[0]).toBe(`${new URL(url).host} Basic ${Buffer.from('ada:s3cret').toString('base64')}`);
  });

  test('reads the settings of a Web Function from the revision that gets most requests', async () => {
    const backend = await serving((_request, response) => response.end('fine'));
    const REMOTE_URL = backend.url.replace('//', '//ada:s3cret@');
    const url = await functionUrl({ REMOTE_URL });
    const { output, exitCode, errors, calls } = await doctor(webStack(url, { REMOTE_URL, REQUEST_TIMEOUT: '9' }));
    expect([exitCode, errors]).toEqual([0, '']);
    expect(output).toContain('the timeout is 9000 ms');
    expect(output).toContain('200, and the proxy itself responds');
    expect(output).not.toContain('s3cret');
    expect(calls.slice(1).map((words) => words.slice(0, 6).join(' '))).toEqual([
      'lambda-web get-web-function-endpoint --function-name rproxy --endpoint-name default',
      'lambda-web get-web-function-revision --function-name rproxy --revision-id rev-2',
    ]);
  });

  test('advises no InvokeMode for a Web Function, whose responses are streamed anyway', async () => {
    const backend = await serving((_request, response) => response.end('x'.repeat(7_000_000)));
    const env = { REMOTE_URL: backend.url };
    const url = await functionUrl(env);
    const advised = async (responses: AwsResponses) =>
      (await report(responses)).findings.flatMap(({ set = {} }) => Object.keys(set));
    expect(await advised(stack(url, env))).toContain('InvokeMode');
    expect(await advised(webStack(url, env))).toEqual([]);
  });

  test('says that the endpoint of a Web Function leads nowhere', async () => {
    const responses = {
      ...webStack('https://a/', {}),
      'lambda-web get-web-function-endpoint': { revisionWeights: [] },
    };
    const { exitCode, errors } = await doctor(responses);
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('leads to no revision')]);
  });

  test('reads the settings of SECRET_ARN and shows none of them', async () => {
    const backend = await serving((_request, response) => response.end('fine'));
    const REMOTE_URL = backend.url.replace('//', '//ada:s3cret@');
    const responses = stack(await functionUrl({ REMOTE_URL }), { REMOTE_URL: '', SECRET_ARN: secretArn });
    const SecretString = JSON.stringify({ REMOTE_URL, REQUEST_TIMEOUT: 9 });
    const all = await doctor({ ...responses, 'secretsmanager get-secret-value': { SecretString } });
    expect([all.exitCode, all.errors]).toEqual([0, '']);
    expect(all.output).toContain('the timeout is 9000 ms');
    const broken = await doctor({ ...responses, 'secretsmanager get-secret-value': { SecretString: 's3cret' } });
    expect([broken.exitCode, broken.errors]).toEqual([1, expect.stringContaining('JSON object of settings')]);
    expect(JSON.stringify([all, broken])).not.toContain('s3cret');
  });

  test('checks a change before it is deployed', async () => {
    const backend = await serving(({ headers }, response) => {
      response.statusCode = headers.host?.startsWith('127.0.0.1') ? 200 : 404;
      response.end();
    });
    const env = { REMOTE_URL: backend.url, HOST_HEADER: 'site.example.net' };
    const deployed = stack(await functionUrl(env), env);
    expect(codes(await report(deployed))).toContain('site_unknown');
    const changed = await report(deployed, 'HostHeader=backend');
    expect(codes(changed)).not.toContain('site_unknown');
    expect(changed.findings.at(-1)).toMatchObject({
      code: 'public_url_differs',
      text: expect.stringContaining('404, and the proxy itself responds; directly the backend responds 200'),
    });
  });

  test('says that the function does not reach what this machine reaches, with the request to look for', async () => {
    const backend = await serving((_request, response) => response.end('fine'));
    const url = await functionUrl({ REMOTE_URL: await refusedUrl() });
    const { exitCode, findings, ...facts } = await report(stack(url, { REMOTE_URL: backend.url }));
    expect([exitCode, facts.public]).toEqual([8, { url, status: 502, failure: 'connection_refused' }]);
    expect(findings.at(-1)).toMatchObject({
      code: 'public_url_failed',
      text: expect.stringMatching(/^502 \(connection_refused\): .*; request [\da-f-]{36}$/),
      remedy: expect.stringContaining('the function does not'),
    });
  });

  test('does not fail when only the function reaches the backend', async () => {
    const backend = await serving((_request, response) => response.end('fine'));
    const vpc = { VpcConfig: { SubnetIds: ['subnet-1'] } };
    const url = await functionUrl({ REMOTE_URL: backend.url });
    const { exitCode, findings } = await report(stack(url, { REMOTE_URL: await refusedUrl() }, vpc));
    expect(exitCode).toBe(0);
    expect(findings.find(({ code }) => code === 'connection_failed')).toMatchObject({
      level: 'note',
      text: expect.stringContaining('from this machine'),
    });
  });

  test('says which refusal of the proxy this machine meets', async () => {
    const backend = await serving((_request, response) => response.end('fine'));
    const env = { REMOTE_URL: backend.url, ALLOWED_CIDRS: '192.0.2.0/24' };
    const { findings } = await report(stack(await functionUrl(env), env));
    expect(findings.at(-1)).toMatchObject({
      code: 'public_url_failed',
      level: 'warning',
      text: expect.stringContaining('403 (client_not_allowed)'),
    });
  });

  test.each([
    [
      403,
      { 'x-amzn-errortype': 'AccessDeniedException' },
      '{"Message":"Forbidden"}',
      'public_url_forbidden',
      /lambda:InvokeFunctionUrl/,
    ],
    [
      403,
      {},
      '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: …"}',
      'public_url_forbidden',
      /permissions/,
    ],
    [403, { 'x-cache': 'Error from cloudfront' }, '<html>Request blocked.</html>', 'public_url_forbidden', /WebAclArn/],
    [
      429,
      { 'x-amzn-errortype': 'TooManyRequestsException' },
      '{"Reason":"x"}',
      'public_url_without_proxy',
      /ReservedConcurrency/,
    ],
    [502, {}, 'Internal Server Error', 'public_url_without_proxy', /log/],
    [403, { 'lambda-web-error-type': 'Client.Forbidden' }, '', 'public_url_forbidden', /AuthType ApplicationManaged/],
    [
      429,
      { 'lambda-web-error-type': 'Client.Throttled' },
      '',
      'public_url_without_proxy',
      /RateLimit .*MaxEnvironments/,
    ],
    [504, { 'lambda-web-error-type': 'Platform.Timeout' }, '', 'public_url_without_proxy', /RequestTimeout .* Timeout/],
    [502, { 'lambda-web-error-type': 'Platform.X' }, '', 'public_url_without_proxy', /platform\.initReport/],
    [503, {}, '{"message":"Service Unavailable"}', 'public_url_without_proxy', /log/],
  ])('knows %i with %j and %s for a response of AWS itself', async (status, headers, body, code, remedy) => {
    const backend = await serving((_request, response) => response.end('fine'));
    const aws = await serving((_request, response) =>
      response.writeHead(status, headers as Record<string, string>).end(body),
    );
    const { exitCode, findings } = await report(stack(`${aws.url}/`, { REMOTE_URL: backend.url }));
    expect(exitCode).toBe(8);
    expect(findings.at(-1)).toMatchObject({ code, remedy: expect.stringMatching(remedy) });
  });

  test('says that nothing responds at the public URL', async () => {
    const backend = await serving((_request, response) => response.end('fine'));
    const { exitCode, findings } = await report(stack(`${await refusedUrl()}/`, { REMOTE_URL: backend.url }));
    expect([exitCode, findings.at(-1)?.code]).toEqual([8, 'public_url_unreachable']);
  });

  test.each([
    [{ 'cloudformation describe-stacks': 'Stack with id rproxy does not exist' }, 1, 'There is no stack rproxy'],
    [{ 'cloudformation describe-stacks': 'Unable to locate credentials' }, 1, 'aws sso login'],
    [{ 'cloudformation describe-stacks': { Stacks: [{ StackStatus: 'ROLLBACK_COMPLETE' }] } }, 1, 'has no function'],
    [{ ...stack('https://a/', { REMOTE_URL: 'x', REQUEST_TIMEOUT: '0' }) }, 2, 'REMOTE_URL must begin with http'],
  ])('stops with a sentence: %#', async (responses, code, words) => {
    const { exitCode, errors } = await doctor(responses as AwsResponses);
    expect([exitCode, errors]).toEqual([code, expect.stringContaining(words)]);
    expect(errors).not.toContain('    at ');
  });
});
