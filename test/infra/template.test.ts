import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { settingTexts } from '../../docs/setting-texts.ts';
import { settingName } from '../../infra/parameters.ts';
import { savedQueries, withQueryDefinitions } from '../../infra/query-definitions.ts';
import { parseTemplate, readTemplate, type Template, templatePath } from '../../infra/template.ts';
import { settings } from '../../src/config/settings.ts';
import { eventFor } from '../helpers/events.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import { Validator } from './validator.ts';
import { type Variant, variant, variants } from './variants.ts';

const template = readTemplate();
const names = Object.keys(variants);
const everything = variants['everything'] ?? {};
const of = (name: string): Variant => variant(template, variants[name] ?? {});

type Resource = Variant['Resources'][string];
const resourcesOf = ({ Resources }: Variant, type: string): Resource[] =>
  Object.values(Resources).filter(({ Type }) => Type === type);
const functionOf = (name: string) => resourcesOf(of(name), 'AWS::Lambda::Function')[0]?.Properties ?? {};

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}
const statementsOf = (name: string): Statement[] =>
  resourcesOf(of(name), 'AWS::IAM::Role').flatMap(({ Properties }) =>
    (Properties['Policies'] as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    ),
  );

describe("AWS's own validator", () => {
  let validator: Validator;
  beforeAll(() => {
    validator = new Validator();
  });
  afterAll(() => validator.remove());

  /** Findings that are known and right to leave, each with its reason. */
  const accepted: readonly { rule: string; on: RegExp; why: string }[] = [
    { rule: 'W2509', on: /^Secret(?:Key)?Arn$/, why: 'an ARN names a secret and is none' },
    { rule: 'W2001', on: /./, why: 'in a variant a parameter is not used where its branch is not taken' },
  ];

  const findings = (name: string, text: string): string[] =>
    validator
      .findings(name, text)
      .filter((found) => !accepted.some(({ rule, on }) => rule === found.rule && on.test(found.on)))
      .map(({ rule, on, path, message }) => `${rule} ${on} ${path}: ${message}`);

  test.each(names)('finds nothing wrong with %s, not even to warn of', (name) => {
    const { broken: _, ...content } = of(name);
    const text = JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...content });
    expect(findings(name, text)).toEqual([]);
  });

  test('is contradicted only where it still has something to say', () => {
    const said = names.flatMap((name) => {
      const { broken: _, ...content } = of(name);
      return validator.findings(name, JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...content }));
    });
    for (const { rule, on } of accepted)
      expect([rule, said.some((found) => found.rule === rule && on.test(found.on))]).toEqual([rule, true]);
  });

  /**
   * Parameters, conditions and rules as they are written, with the resources of one variant: the validator tries every
   * combination of conditions, which takes a minute for all resources.
   */
  function asWritten(text: string): string {
    const { Metadata, Parameters, Conditions, Rules, ...rest } = parseTemplate(text);
    const { Resources, Outputs } = variant({ ...rest, Parameters, Conditions, Rules: {} } as Template, everything);
    const written = { Metadata, Parameters, Conditions, Rules, Resources, Outputs };
    return JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...written });
  }

  test('finds nothing wrong with the rules, conditions and parameters as they are written', () => {
    const found = findings('as it is', asWritten(readFileSync(templatePath, 'utf8')));
    // The variants above check the resources with real values; another test finds conditions that nothing uses.
    const inResources = new Set(Object.keys(template.Resources));
    expect(found.filter((each) => !inResources.has(each.split(' ')[1] ?? '') && !each.startsWith('W8001 '))).toEqual(
      [],
    );
  });

  test.each([
    ['a runtime that does not exist', 'nodejs24.x', 'nodejs99.x'],
    ['a property that does not exist', 'InvokeMode: !Ref', 'InvokMode: !Ref'],
    ['days that cannot be chosen', 'RetentionInDays: !Ref LogRetentionDays', 'RetentionInDays: 13'],
    [
      'a rule with a function that rules do not know',
      "!Not [!Equals [!Ref SecurityGroupIds, '']]",
      "!Not [!Equals [!Join ['', [x]], '']]",
    ],
  ])('would find %s', (_, right, wrong) => {
    const text = readFileSync(templatePath, 'utf8');
    expect(text).toContain(right);
    const [before, after] = [text, text.replace(right, wrong)].map((each) => findings('wrong', asWritten(each)));
    expect(after?.length).toBeGreaterThan(before?.length ?? 0);
  });
});

describe('the template', () => {
  test('has one parameter for each setting, with its default, its secrecy and its variable', () => {
    const { Environment } = template.Resources['Function']?.Properties ?? {};
    const variables = (Environment as { Variables: Record<string, unknown> }).Variables;
    for (const [name, row] of Object.entries(settings)) {
      const byDefault = settingTexts[name as keyof typeof settings].default;
      const [parameter = '', definition] =
        Object.entries(template.Parameters).find(([candidate]) => settingName(candidate) === name) ?? [];
      expect([name, definition?.NoEcho ?? false]).toEqual([name, 'secret' in row]);
      // Nobody goes live as "Sample Application": the template proposes another name.
      const isWord = byDefault !== 'required' && !byDefault.startsWith('(') && name !== 'APP_NAME';
      expect([name, String(definition?.Default)]).toEqual([name, isWord ? byDefault : '']);
      expect(JSON.stringify(variables[name])).toContain(`{"Ref":"${parameter}"}`);
    }
    const others = Object.keys(variables).filter((name) => !Object.hasOwn(settings, name));
    expect(others.every((name) => name.startsWith('POWERTOOLS_'))).toBe(true);
  });

  test('shows every parameter in the console under a heading and with a label, and no other', () => {
    const { ParameterGroups, ParameterLabels } = (template['Metadata'] as Record<string, unknown>)[
      'AWS::CloudFormation::Interface'
    ] as { ParameterGroups: { Parameters: string[] }[]; ParameterLabels: object };
    const known = Object.keys(template.Parameters).sort();
    expect(ParameterGroups.flatMap(({ Parameters }) => Parameters).sort()).toEqual(known);
    expect(Object.keys(ParameterLabels).sort()).toEqual(known);
    for (const [name, { Description }] of Object.entries(template.Parameters))
      expect([name, Description]).toEqual([name, expect.stringMatching(/.{5}/)]);
  });

  test("keeps CloudFormation's quotas: 200 parameters, 1 MB by way of a bucket", () => {
    expect(Object.keys(template.Parameters).length).toBeLessThanOrEqual(200);
    expect(readFileSync(templatePath).length).toBeLessThan(1_000_000);
  });

  test('uses every condition', () => {
    const text = JSON.stringify([template.Conditions, template.Resources, template.Outputs]);
    const unused = Object.keys(template.Conditions).filter(
      (name) => !text.includes(`"Fn::If":["${name}"`) && !text.includes(`"Condition":"${name}"`),
    );
    expect(unused).toEqual([]);
  });

  test('has the saved queries of infra/queries, one resource each', () => {
    const text = readFileSync(templatePath, 'utf8');
    expect(text).toBe(withQueryDefinitions(text, savedQueries()));
    expect(Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Logs::QueryDefinition')).toHaveLength(
      savedQueries().length,
    );
  });
});

describe('in every variant', () => {
  test.each(names)('%s keeps the rules', (name) => {
    expect(of(name).broken).toEqual([]);
  });

  test.each(names)('%s matches handler and invoke mode', (name) => {
    const [url] = resourcesOf(of(name), 'AWS::Lambda::Url');
    const mode = variants[name]?.['InvokeMode'] ?? 'BUFFERED';
    expect(functionOf(name)['Handler']).toBe(mode === 'RESPONSE_STREAM' ? 'index.streamHandler' : 'index.handler');
    if (url !== undefined)
      expect(url.Properties).toMatchObject({ AuthType: 'NONE', InvokeMode: { Ref: 'InvokeMode' } });
  });

  test.each(names)('%s has both permissions for a Function URL, or neither', (name) => {
    const permissions = resourcesOf(of(name), 'AWS::Lambda::Permission').map(({ Properties }) => Properties);
    const open = permissions.filter(({ Principal }) => Principal === '*');
    const both = [
      { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
      { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
    ];
    const hasUrl = resourcesOf(of(name), 'AWS::Lambda::Url').length > 0;
    expect(open).toEqual(hasUrl ? both.map((each) => expect.objectContaining(each)) : []);
  });

  test.each(names)('%s may do nothing by a wildcard, and touch its own log alone', (name) => {
    const statements = statementsOf(name);
    for (const { Action } of statements) expect([Action].flat().join()).not.toContain('*');
    const unbounded = statements.filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === '*');
    const services = new Set(unbounded.flatMap(({ Action }) => [Action].flat().map((action) => action.split(':')[0])));
    const given = variants[name] ?? {};
    expect([...services].sort()).toEqual([
      ...(given['SubnetIds'] ? ['ec2'] : []),
      ...(given['Tracing'] === 'Active' ? ['xray'] : []),
    ]);
    const logs = statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('logs:')));
    expect(logs).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': ['LogGroup', 'Arn'] },
      },
    ]);
    const starts = statements.filter(({ Action }) => String(Action).startsWith('ec2:Start'));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    const instance = 'arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/${Instance}';
    const id = { 'Fn::Select': [1, { 'Fn::Split': [':', { Ref: 'Wake' }] }] };
    const woken = given['Wake']?.startsWith('ec2:') ? [{ 'Fn::Sub': [instance, { Instance: id }] }] : [];
    expect(starts.map(({ Resource }) => Resource)).toEqual(woken);
    const secrets = statements.filter(({ Action }) => String(Action).startsWith('secretsmanager:'));
    expect(secrets.map(({ Resource }) => Resource)).toEqual(given['SecretArn'] ? [{ Ref: 'SecretArn' }] : []);
  });

  test.each(names)('%s keeps its log for a while and in JSON, and lets trace lines through', (name) => {
    const [log] = resourcesOf(of(name), 'AWS::Logs::LogGroup');
    expect(log?.Properties['RetentionInDays']).toEqual({ Ref: 'LogRetentionDays' });
    expect(functionOf(name)['LoggingConfig']).toMatchObject({ LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' });
    expect(functionOf(name)['Environment']).toMatchObject({ Variables: { POWERTOOLS_LOG_LEVEL: { Ref: 'LogLevel' } } });
  });

  test.each(names)('%s has alarms for what the function and each endpoint can show', (name) => {
    const text = JSON.stringify(resourcesOf(of(name), 'AWS::CloudWatch::Alarm'));
    const isStreamed = variants[name]?.['InvokeMode'] === 'RESPONSE_STREAM';
    const metrics = isStreamed
      ? ['Errors', 'Invocations', 'Throttles', 'FirstByte']
      : ['Errors', 'Throttles', 'Duration'];
    const url = resourcesOf(of(name), 'AWS::Lambda::Url').length > 0 ? ['Url5xxCount', 'UrlRequestCount'] : [];
    const api = resourcesOf(of(name), 'AWS::ApiGatewayV2::Api').length > 0 ? ['5xx', 'Count'] : [];
    const found = [...text.matchAll(/"MetricName":"(\w+)"/g)].map(([, metric]) => metric);
    expect(found.sort()).toEqual([...metrics, ...url, ...api].sort());
  });

  test.each(names)(
    '%s alarms against REQUEST_TIMEOUT, which ends a request long before the timeout of the function',
    (name) => {
      const expressions = JSON.stringify(resourcesOf(of(name), 'AWS::CloudWatch::Alarm'));
      expect(expressions).toMatch(/"Fn::Sub":"p95 \/ \(10 \* \$\{RequestTimeout\}\)"/);
      expect(expressions).not.toMatch(/\$\{Timeout\}/);
    },
  );

  test.each(names)('%s notifies the topic of every alarm, and calls no missing data a failure', (name) => {
    for (const { Properties } of resourcesOf(of(name), 'AWS::CloudWatch::Alarm')) {
      expect(Properties['TreatMissingData']).toBe('notBreaching');
      const topic = variants[name]?.['AlarmTopicArn'] === undefined ? undefined : [{ Ref: 'AlarmTopicArn' }];
      expect([Properties['AlarmActions'], Properties['OKActions']]).toEqual([topic, topic]);
    }
  });

  test.each(names)(
    '%s limits its roles where a boundary is given, and connects by IPv6 where the VPC has it',
    (name) => {
      const { PermissionsBoundary, SubnetIds } = variants[name] ?? {};
      const boundary = PermissionsBoundary === undefined ? undefined : { Ref: 'PermissionsBoundary' };
      for (const { Properties } of resourcesOf(of(name), 'AWS::IAM::Role'))
        expect(Properties['PermissionsBoundary']).toEqual(boundary);
      const vpc =
        SubnetIds === undefined ? undefined : expect.objectContaining({ Ipv6AllowedForDualStack: { Ref: 'VpcIpv6' } });
      expect(functionOf(name)['VpcConfig']).toEqual(vpc);
    },
  );

  test.each(names)('%s has a name for the pages that is not Sample Application', (name) => {
    const { APP_NAME } = (functionOf(name)['Environment'] as { Variables: Record<string, unknown> }).Variables;
    const { AppName, DomainName } = variants[name] ?? {};
    const named = AppName === undefined || AppName === 'Sample Application' ? undefined : { Ref: 'AppName' };
    const host = DomainName === undefined ? { Ref: 'AWS::StackName' } : { Ref: 'DomainName' };
    expect(APP_NAME).toEqual(named ?? host);
  });

  test.each(names)(
    '%s subscribes to a plan of CloudFront where one is chosen, for the distribution and its web ACL',
    (name) => {
      const plans = resourcesOf(of(name), 'AWS::PricingPlanManager::Subscription').map(({ Properties }) => Properties);
      const { CloudFrontPlan } = variants[name] ?? {};
      const subscription = expect.objectContaining({
        PlanFamily: 'CloudFront',
        PlanTier: { Ref: 'CloudFrontPlan' },
        ResourceArns: [
          expect.objectContaining({ 'Fn::Sub': expect.stringContaining('distribution/') }),
          { Ref: 'WebAclArn' },
        ],
      });
      expect(plans).toEqual(CloudFrontPlan === undefined ? [] : [subscription]);
    },
  );

  test.each(names.filter((name) => variants[name]?.['CloudFront'] === 'true'))(
    '%s caches nothing and sends every field but Host, by policies that AWS manages',
    (name) => {
      const [distribution] = resourcesOf(of(name), 'AWS::CloudFront::Distribution');
      const properties = distribution?.Properties ?? {};
      const { DefaultCacheBehavior } = properties['DistributionConfig'] as Record<string, object>;
      // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
      expect(DefaultCacheBehavior).toMatchObject({
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      });
    },
  );

  test.each(names.filter((name) => variants[name]?.['CloudFront'] === 'true'))(
    '%s sends the secret along, and the function asks for it',
    (name) => {
      const [distribution] = resourcesOf(of(name), 'AWS::CloudFront::Distribution');
      const text = JSON.stringify(distribution?.Properties);
      expect(text).toContain('"HeaderName":"x-origin-verify"');
      const bySecret =
        /"HeaderValue":\{"Fn::Sub":"\{\{resolve:secretsmanager:\$\{SecretArn\}:SecretString:ORIGIN_SECRET\}\}"\}/;
      expect(text).toMatch(variants[name]?.['OriginSecret'] ? /"HeaderValue":\{"Ref":"OriginSecret"\}/ : bySecret);
      expect(functionOf(name)['Environment']).toMatchObject({
        Variables: { TRUST_FORWARDED: 'true', CLIENT_IP_HEADER: 'true-client-ip' },
      });
    },
  );
});

describe('the rules of the template refuse', () => {
  const base = variants['nothing but a backend'] ?? {};
  test.each([
    ['no backend', { RemoteUrl: '' }, /RemoteUrl says where/],
    ['no endpoint', { FunctionUrl: 'false' }, /nobody can reach/],
    ['a streaming HTTP API', { InvokeMode: 'RESPONSE_STREAM', HttpApi: 'true' }, /cannot stream/],
    ['CloudFront without a secret', { CloudFront: 'true' }, /CloudFront needs OriginSecret/],
    [
      'CloudFront without a Function URL',
      { CloudFront: 'true', OriginSecret: 'x'.repeat(20), FunctionUrl: 'false', HttpApi: 'true' },
      /FunctionUrl must be true/,
    ],
    ['a host name without CloudFront', { DomainName: 'www.example.com' }, /is for CloudFront/],
    ['the other shape', { Shape: 'WebFunction' }, /infra\/web-function\.yaml/],
    ['a plan without CloudFront', { CloudFrontPlan: 'FREE', WebAclArn: 'arn' }, /CloudFrontPlan is for CloudFront/],
    [
      'a plan without a web ACL',
      { CloudFrontPlan: 'PRO', CloudFront: 'true', OriginSecret: 'x'.repeat(20) },
      /CloudFrontPlan is for CloudFront and needs WebAclArn/,
    ],
    ['subnets without security groups', { SubnetIds: 'subnet-0123456789abcdef0' }, /need SecurityGroupIds/],
  ])('%s', (_, parameters, message) => {
    const { broken } = variant(template, { ...base, ...(parameters as Record<string, string>) });
    expect(broken).toEqual([expect.stringMatching(message)]);
  });
});

test('every field with an index is one that the log has', async () => {
  const { lines } = await logsOf(async () =>
    handlerWith({ REMOTE_URL: await refusedUrl() })(eventFor({ headers: { 'x-request-id': 'order-4711-abcdef' } })),
  );
  const access = lines.find(({ message }) => message === 'request');
  const { FieldIndexPolicies = [] } = template.Resources['LogGroup']?.Properties ?? {};
  type Policy = { Fields: string[]; FieldsV2: Record<string, { type: string }> };
  const policies = FieldIndexPolicies as Policy[];
  const facets = policies.flatMap(({ FieldsV2 }) => Object.keys(FieldsV2));
  expect(facets).toEqual(['error.type', 'proxy.fault']);
  const fields = [...policies.flatMap(({ Fields }) => Fields), ...facets];
  expect(new Set(fields).size).toBe(fields.length);
  for (const field of fields) {
    const value = field.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], access);
    expect([field, value]).toEqual([field, expect.anything()]);
  }
});
