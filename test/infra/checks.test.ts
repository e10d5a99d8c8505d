import { describe, expect, jest, test } from '@jest/globals';
import { doubtfulCombinations, unreachable } from '../../infra/checks/combinations.ts';
import { requestPublicUrl } from '../../infra/checks/public-url.ts';
import { inForce, settingProblems } from '../../infra/checks/settings.ts';
import type { Parameters } from '../../infra/parameters.ts';
import type { Stack } from '../../infra/stack.ts';
import { readTemplate } from '../../infra/template.ts';
import { brokenRules, evaluator } from '../../infra/template-values.ts';
import { allow } from '../../src/http/request/max-forwards.ts';
import { recordingBackend } from '../helpers/recording-backend.ts';
import { variants } from './variants.ts';

jest.setTimeout(60_000);

const template = readTemplate();

/** A deployed stack: CloudFormation shows secrets as `****`, empty ones too. */
const stackWith = (parameters: Parameters): Stack => ({
  StackStatus: 'UPDATE_COMPLETE',
  Parameters: Object.entries(template.Parameters).map(([ParameterKey, { Default = '', NoEcho }]) => ({
    ParameterKey,
    ParameterValue: NoEcho ? '****' : (parameters[ParameterKey] ?? String(Default)),
  })),
});

const problems = (given: Parameters, stack?: Stack): string => {
  const all = inForce(given, stack, template);
  return [...brokenRules(template, all.values), ...settingProblems(all, template)].join('\n');
};

const RemoteUrl = 'https://backend.example';

describe('the settings of a deployment', () => {
  test.each([
    [
      'a network that is none',
      { AllowedCidrs: '300.1.1.1' },
      /^ALLOWED_CIDRS must be addresses.* "300\.1\.1\.1" is none.*\n {4}e\.g\. AllowedCidrs=192/,
    ],
    [
      'several at once',
      { AllowedCidrs: 'x', FilteredPath: 'admin' },
      /FILTERED_PATH must be paths[\s\S]*ALLOWED_CIDRS must/,
    ],
    ['an authority that is none', { RemoteCa: 'hello' }, /^REMOTE_CA /],
    ['a client certificate that is none', { RemoteCert: 'hello' }, /^REMOTE_CERT /],
    ['a host that is none', { HostHeader: 'on' }, /^HOST_HEADER must be auto/],
    ['a path that is none', { PublicPath: '/a/../b' }, /^PUBLIC_PATH must be a path/],
    ['an address that is none', { RemoteAddress: ':::' }, /^REMOTE_ADDRESS /],
    ['a time of nothing', { RequestTimeout: '0' }, /^REQUEST_TIMEOUT must be at least/],
    ['streaming with an HTTP API', { InvokeMode: 'RESPONSE_STREAM', HttpApi: 'true' }, /an HTTP API cannot stream/],
    ['a domain without a certificate', { DomainName: 'www.example.com' }, /DomainName is for CloudFront/],
    ['subnets without a security group', { SubnetIds: 'subnet-1' }, /SubnetIds need SecurityGroupIds/],
    ['no endpoint', { FunctionUrl: 'false' }, /nobody can reach the function/],
    ['more than Lambda takes', { FilteredUrlMsg: 'x'.repeat(4000) }, /Lambda accepts 4096/],
    ['a field that frames the response', { ResponseHeaders: 'Content-Length: 3' }, /^RESPONSE_HEADERS .*line 1/],
    ['a secret field with a line break', { RequestHeaders: 'X-Api-Key: a\rX: b' }, /^REQUEST_HEADERS /],
    ['a token for no webhook', { Wake: 'ec2:i-0123456789abcdef0', WakeSecret: 'x'.repeat(20) }, /^WAKE_SECRET /],
    ['a link that runs a script', { SupportUrl: 'javascript:alert(1)' }, /^SUPPORT_URL /],
    ['a style sheet that is not in the package', { PageCss: 'missing.css' }, /^PAGE_CSS .*missing\.css/],
  ] as [string, Parameters, RegExp][])(
    'are refused with %s, in a new stack and in a deployed one',
    (_, wrong, message) => {
      expect(problems({ RemoteUrl, ...wrong })).toMatch(message);
      expect(problems(wrong, stackWith({}))).toMatch(message);
    },
  );

  test('are those of the deployed stack where none are given', () => {
    const trusting = stackWith({ TrustForwarded: 'true', AllowedCidrs: '192.0.2.0/24' });
    expect(problems({ OriginSecret: '' }, trusting)).toMatch(/^ALLOWED_CIDRS needs ORIGIN_SECRET/);
    expect(problems({}, stackWith({ FilteredPath: 'admin' }))).toMatch(/^FILTERED_PATH/);
  });

  test.each([
    ['RemoteUrl', {}],
    ['OriginSecret', { AllowedCidrs: '192.0.2.1', TrustForwarded: 'true' }],
  ])('may need %s, which CloudFormation hides', (_, given) => {
    expect(problems(given, stackWith({}))).toBe('');
  });

  test('may need settings that SecretArn has', () => {
    const SecretArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rproxy-AbCdEf';
    const trusting = { AllowedCidrs: '192.0.2.1', TrustForwarded: 'true' };
    expect(problems({ SecretArn, ...trusting })).toBe('');
    expect(problems({ SecretArn, ...trusting, AllowedCidrs: 'x' })).toMatch(/^ALLOWED_CIDRS must/);
    expect(problems({ RemoteUrl, ...trusting })).toMatch(/^ALLOWED_CIDRS needs ORIGIN_SECRET/);
  });

  test('are what CloudFront makes of them', () => {
    // The template trusts CloudFront, and CloudFront has a secret.
    const fronted = { RemoteUrl, CloudFront: 'true', AllowedCidrs: '192.0.2.1' };
    expect(problems({ ...fronted, OriginSecret: 'a-secret-of-20-characters-or-more' })).toBe('');
    expect(problems(fronted)).toMatch(/CloudFront needs OriginSecret/);
  });

  test.each(Object.keys(variants))('are accepted in the variant: %s', (name) => {
    expect(problems(variants[name] ?? {})).toBe('');
  });

  test.each([
    ['ec2:i-0123456789abcdef0', true],
    ['https://hooks.example/ec2:i-0123456789abcdef0', false],
    ['', false],
  ])('with Wake=%s let the role start an instance: %s', (Wake, starts) => {
    const { values } = inForce({ RemoteUrl, Wake }, undefined, template);
    expect(evaluator(template, values)(template.Conditions['WakesInstance'])).toBe(starts);
  });

  test('the template has no expression that cannot be evaluated here', () => {
    const { values } = inForce({ RemoteUrl }, undefined, template);
    const evaluate = evaluator(template, values);
    for (const [name, condition] of Object.entries(template.Conditions)) {
      expect([name, evaluate(condition)]).toEqual([name, expect.any(Boolean)]);
    }
    const rules = template.Rules as Record<string, { Assertions: { Assert: unknown }[] }>;
    for (const { Assert } of Object.values(rules).flatMap(({ Assertions }) => Assertions)) {
      expect(evaluate(Assert)).toEqual(expect.any(Boolean));
    }
  });
});

describe('combinations that cannot work', () => {
  const doubts = (given: Parameters, stackName = 'rproxy', region = 'eu-central-1') =>
    doubtfulCombinations(inForce({ RemoteUrl, ...given }, undefined, template), given, { stackName, region }).join(
      '\n',
    );

  test.each([
    [
      'CloudFront with a longer timeout than its own',
      { CloudFront: 'true', RequestTimeout: '70' },
      /CloudFront waits 60/,
    ],
    ['a loopback address', { RemoteUrl: 'http://127.0.0.1:9' }, /on Lambda is the function itself/],
    ['a loopback name', { RemoteUrl: 'http://localhost:9' }, /on Lambda is the function itself/],
    ['a loopback address in IPv6', { RemoteUrl: 'http://[::1]:9' }, /on Lambda is the function itself/],
    ['a mapped loopback address', { RemoteUrl: 'http://[::ffff:127.0.0.1]:9' }, /on Lambda is the function itself/],
    ['the unspecified address', { RemoteUrl: 'http://0.0.0.0:9' }, /on Lambda is the function itself/],
    ['a private address', { RemoteUrl: 'http://10.0.0.7' }, /private network.*SubnetIds/],
    ['a private address in IPv6', { RemoteUrl: 'http://[fd00::7]' }, /private network.*SubnetIds/],
    ['a link-local address', { RemoteUrl: 'http://169.254.169.254' }, /private network.*SubnetIds/],
    ['a private name', { RemoteUrl: 'http://intranet.internal' }, /private network.*SubnetIds/],
    ['a name without a dot', { RemoteUrl: 'http://backend:8080' }, /private network.*SubnetIds/],
    [
      'a private REMOTE_ADDRESS',
      { RemoteUrl, RemoteAddress: '192.168.1.7:8443' },
      /192\.168\.1\.7, which belongs to a private/,
    ],
  ] as [string, Parameters, RegExp][])('%s', (_, given, message) => {
    expect(doubts(given)).toMatch(message);
  });

  test.each([
    [{ RemoteUrl: 'http://10.0.0.7', SubnetIds: 'subnet-1' }],
    [{ RemoteUrl: 'http://203.0.113.9:8443' }],
    [{ RemoteUrl: 'http://[2001:db8::1]' }],
    [{ RemoteUrl: 'http://10.example.com' }],
    [{ CloudFront: 'true', RequestTimeout: '60' }],
    [{ RequestTimeout: '70' }],
  ] as [Parameters][])('%j works', (given) => {
    expect(doubts(given)).toBe('');
  });

  test('a subnet does not lead to the function itself', () => {
    expect(doubts({ RemoteUrl: 'http://127.0.0.1', SubnetIds: 'subnet-1' })).toMatch(/is the function itself/);
  });

  test('a name is judged by its addresses once they are known', () => {
    expect(unreachable('app.example.com', ['10.0.0.7'], false)).toMatch(
      /app\.example\.com, 10\.0\.0\.7, which belongs/,
    );
    expect(unreachable('app.example.com', ['127.0.0.1'], true)).toMatch(
      /127\.0\.0\.1, which on Lambda is the function/,
    );
    expect(unreachable('app.example.com', ['10.0.0.7', '203.0.113.9'], false)).toBeUndefined();
  });

  test('a region without Function URLs, unless the stack has an HTTP API instead', () => {
    expect(doubts({}, 'rproxy', 'eu-central-2')).toMatch(
      /no Function URLs in eu-central-2.*FunctionUrl=false HttpApi=true/,
    );
    expect(doubts({ FunctionUrl: 'false', HttpApi: 'true' }, 'rproxy', 'eu-central-2')).toBe('');
  });

  test('a name that is too long for what CloudFront makes of it', () => {
    expect(doubts({ CloudFront: 'true' }, 'a'.repeat(50))).toMatch(/with CloudFront it may have 49/);
    expect(doubts({ CloudFront: 'true' }, 'a'.repeat(49))).toBe('');
    expect(doubts({}, 'a'.repeat(64))).toBe('');
  });
});

describe('the public URL', () => {
  const json = { 'content-type': 'application/json' };
  const ofProxy = (error: string) => ({
    'content-type': 'application/problem+json',
    'proxy-status': `lambda-rproxy; error=${error}`,
  });
  const problem = (code: string) => JSON.stringify({ type: 'about:blank', code });

  /** The findings when the site responds so; `atBackend` is what the backend's page is in place of the first response. */
  async function findings(status: number, headers: Record<string, string>, body: string, atBackend = false) {
    const site = await recordingBackend((response, { method }) => {
      if (atBackend && method === 'OPTIONS') response.setHeader('allow', allow).end();
      else response.writeHead(status, headers).end(body);
    });
    try {
      const found = await requestPublicUrl(`${site.url}/`, 0);
      return { found, requests: site.requests };
    } finally {
      await site.close();
    }
  }

  test('is requested at the proxy itself, then at the backend', async () => {
    const { found, requests } = await findings(200, { 'content-type': 'text/html' }, '<p>', true);
    expect(found).toEqual([
      { level: 'ok', text: 'the proxy responds' },
      { level: 'ok', text: 'the backend responds 200, text/html' },
    ]);
    expect(requests.map(({ method, headers }) => [method, headers['max-forwards']])).toEqual([
      ['OPTIONS', '0'],
      ['GET', undefined],
    ]);
  });

  test.each([
    [
      'the permissions of a Function URL',
      403,
      { ...json, 'x-amzn-errortype': 'AccessDeniedException' },
      '{"Message":null}',
      'failure',
      /permissions of the Function URL are wrong.*lambda:InvokeFunctionUrl.*lambda:InvokeFunction /,
    ],
    ['the permissions of an HTTP API', 403, json, '{"message":"Forbidden"}', 'failure', /permissions/],
    ['a WAF', 403, { 'x-cache': 'Error from cloudfront' }, '<html>', 'failure', /403 from CloudFront/],
    [
      'no environment',
      429,
      { ...json, 'x-amzn-requestid': 'x' },
      '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}',
      'failure',
      /no environment is free; raise ReservedConcurrency/,
    ],
    [
      'a function that ended',
      502,
      { ...json, 'x-amzn-requestid': 'x' },
      'Internal Server Error',
      'failure',
      /did not start, or ended without/,
    ],
    ...(
      [
        [403, 'Client.Forbidden', /403 from AWS \(Client\.Forbidden\): .*AuthType ApplicationManaged/],
        [404, 'Client.NotFound', /no endpoint of this name/],
        [429, 'Client.Throttled', /the Web Function is throttled; raise RateLimit/],
        [500, 'Runtime.X', /did not start.*platform\.initReport/],
        [502, 'Platform.InvalidNetworkConfiguration', /502 from AWS \(Platform\.InvalidNetworkConfiguration\)/],
        [504, 'Platform.Timeout', /in time; let RequestTimeout/],
        [507, 'Platform.X', /no file descriptors left; lower RequestsPerEnvironment/],
      ] as const
    ).map(([status, type, text]) => [
      `a ${status} of AWS for a Web Function`,
      status,
      { 'lambda-web-error-type': type },
      '',
      'failure',
      text,
    ]),
    ['CloudFront without its origin', 504, { server: 'CloudFront' }, '<html>', 'failure', /504 from CloudFront/],
    ['a missing route', 404, json, '{"message":"Not Found"}', 'failure', /the route or the stage is missing/],
    [
      'a wrong setting',
      500,
      ofProxy('proxy_configuration_error'),
      problem('configuration_error'),
      'failure',
      /500 configuration_error: a setting is missing or wrong; correct/,
    ],
    [
      'a secret that differs',
      403,
      ofProxy('http_request_denied'),
      problem('front_bypassed'),
      'failure',
      /front_bypassed: .*ORIGIN_SECRET/,
    ],
    [
      'a network that is not allowed',
      403,
      ofProxy('http_request_denied'),
      problem('client_not_allowed'),
      'note',
      /refuses this machine, 403 client_not_allowed/,
    ],
    [
      'a page of the proxy without problem details',
      500,
      { ...ofProxy('x'), 'content-type': 'text/html' },
      '<p>',
      'failure',
      /500 lambda-rproxy; error=x: the log/,
    ],
    ['another server', 200, {}, 'hello', 'failure', /something else than the proxy responds: 200/],
  ] as [string, number, Record<string, string>, string, string, RegExp][])(
    'tells %s',
    async (_, status, headers, body, level, text) => {
      expect((await findings(status, headers, body)).found).toEqual([{ level, text: expect.stringMatching(text) }]);
    },
  );

  test.each([
    [
      'a backend that is down',
      502,
      ofProxy('connection_refused'),
      problem('connection_refused'),
      'failure',
      /connection_refused: nothing listens on the port of the backend; start the backend/,
    ],
    [
      'a start page that is filtered',
      403,
      ofProxy('http_request_denied'),
      problem('path_filtered'),
      'note',
      /path_filtered/,
    ],
    [
      'a backend that fails by itself',
      500,
      { 'content-type': 'text/html' },
      '<p>',
      'failure',
      /the backend responds 500, text\/html: look at its log/,
    ],
    ['a redirect', 302, { location: '/login' }, '', 'ok', /the backend responds 302/],
    ['a page that wants a password', 401, { 'www-authenticate': 'Basic' }, '', 'ok', /the backend responds 401/],
  ] as [string, number, Record<string, string>, string, string, RegExp][])(
    'tells %s',
    async (_, status, headers, body, level, text) => {
      expect((await findings(status, headers, body, true)).found[1]).toEqual({
        level,
        text: expect.stringMatching(text),
      });
    },
  );

  test('without a server is no response', async () => {
    const { close, url } = await recordingBackend();
    await close();
    expect(await requestPublicUrl(`${url}/`, 0)).toEqual([
      { level: 'failure', text: expect.stringContaining('no response (ECONNREFUSED)') },
    ]);
  });
});
