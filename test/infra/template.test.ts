import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import validate from '@aws/cloudformation-validate';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { settingName } from '../../infra/parameters.ts';
import { savedQueries, withQueryDefinitions } from '../../infra/query-definitions.ts';
import { readTemplate, templatePath } from '../../infra/template.ts';
import { settings } from '../../src/config/settings.ts';
import { eventFor } from '../helpers/events.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { logsOf } from '../helpers/logs.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';
import { type Variant, variant, variants } from './variants.ts';

const template = readTemplate();
const names = Object.keys(variants);
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
  let folder = '';
  let engine: InstanceType<typeof validate.RegoEngine>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'template-'));
    engine = new validate.RegoEngine();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Findings that are known and right to leave, each with its reason. */
  const accepted: readonly { rule: string; on: RegExp; why: string }[] = [
    { rule: 'W2509', on: /^Secret(?:Key)?Arn$/, why: 'an ARN names a secret and is none' },
    { rule: 'W2001', on: /./, why: 'in a variant a parameter is not used where its branch is not taken' },
  ];

  function diagnosticsOf(name: string, text: string) {
    const path = join(folder, `${name.replaceAll(' ', '-')}.template`);
    writeFileSync(path, text);
    const { diagnostics } = engine.validateStandard(new validate.TemplateFile(path));
    return diagnostics.filter(({ severity }) => severity !== 'INFO' && severity !== 'DEBUG');
  }

  function findings(name: string, text: string): string[] {
    return diagnosticsOf(name, text)
      .filter(
        ({ ruleId, entity }) => !accepted.some(({ rule, on }) => rule === ruleId && on.test(entity?.logicalId ?? '')),
      )
      .map(({ ruleId, entity, propertyPath, message }) => `${ruleId} ${entity?.logicalId} ${propertyPath}: ${message}`);
  }

  test.each(names)('finds nothing wrong with %s, not even to warn of', (name) => {
    const { broken: _, ...content } = of(name);
    const text = JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...content });
    expect(findings(name, text)).toEqual([]);
  });

  test('is contradicted only where it still has something to say', () => {
    const said = names.flatMap((name) => {
      const { broken: _, ...content } = of(name);
      return diagnosticsOf(name, JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...content }));
    });
    for (const { rule, on } of accepted)
      expect([rule, said.some(({ ruleId, entity }) => ruleId === rule && on.test(entity?.logicalId ?? ''))]).toEqual([
        rule,
        true,
      ]);
  });

  test('finds nothing wrong with the rules, conditions and parameters as they are written', () => {
    const found = findings('as it is', readFileSync(templatePath, 'utf8'));
    // A branch that is not taken with the defaults: the variants above take it with real values.
    const inResources = new Set(Object.keys(template.Resources));
    expect(found.filter((text) => !inResources.has(text.split(' ')[1] ?? ''))).toEqual([]);
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
    expect(findings('wrong', text.replace(right, wrong)).length).toBeGreaterThan(findings('right', text).length);
  });
});

describe('the template', () => {
  test('has one parameter for each setting, with its default, its secrecy and its variable', () => {
    const { Environment } = template.Resources['Function']?.Properties ?? {};
    const variables = (Environment as { Variables: Record<string, unknown> }).Variables;
    for (const [name, row] of Object.entries(settings)) {
      const [parameter = '', definition] =
        Object.entries(template.Parameters).find(([candidate]) => settingName(candidate) === name) ?? [];
      expect([name, definition?.NoEcho ?? false]).toEqual([name, 'secret' in row]);
      const isWord = row.default !== 'required' && !row.default.startsWith('(');
      expect([name, String(definition?.Default)]).toEqual([name, isWord ? row.default : '']);
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

  test('is small enough to be deployed without a bucket for itself', () => {
    expect(readFileSync(templatePath).length).toBeLessThan(51_200);
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
    const metrics = ['Errors', 'Throttles', 'Duration'];
    const url = resourcesOf(of(name), 'AWS::Lambda::Url').length > 0 ? ['Url5xxCount', 'UrlRequestCount'] : [];
    const api = resourcesOf(of(name), 'AWS::ApiGatewayV2::Api').length > 0 ? ['5xx', 'Count'] : [];
    const found = [...text.matchAll(/"MetricName":"(\w+)"/g)].map(([, metric]) => metric);
    expect(found.sort()).toEqual([...metrics, ...url, ...api].sort());
  });

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
    ['subnets without security groups', { SubnetIds: 'subnet-0123456789abcdef0' }, /need SecurityGroupIds/],
  ])('%s', (_, parameters, message) => {
    const { broken } = variant(template, { ...base, ...(parameters as Record<string, string>) });
    expect(broken).toEqual([expect.stringMatching(message)]);
  });
});

describe("CloudFront's function", () => {
  const { FunctionCode = '' } = template.Resources['ViewerRequest']?.Properties ?? {};

  /** As CloudFront calls it: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
  function headersAfter(headers: Record<string, string>): Record<string, string> {
    const context = vm.createContext({
      event: {
        viewer: { ip: '198.51.100.7' },
        request: {
          headers: Object.fromEntries(
            Object.entries({ host: 'www.example.com', ...headers }).map(([name, value]) => [name, { value }]),
          ),
        },
      },
    });
    const request = vm.runInContext(`${FunctionCode}\nhandler(event)`, context) as {
      headers: Record<string, { value: string }>;
    };
    return Object.fromEntries(Object.entries(request.headers).map(([name, { value }]) => [name, value]));
  }

  const own = { host: 'www.example.com', 'true-client-ip': '198.51.100.7', 'x-forwarded-host': 'www.example.com' };

  test('names the client and the host that it asked for, whatever the client says of them', () => {
    const claims = [
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-forwarded-port',
      'forwarded',
      'x-real-ip',
    ];
    const more = [
      'x-client-ip',
      'x-cluster-client-ip',
      'x-original-host',
      'true-client-ip',
      'cf-connecting-ip',
      'x-origin-verify',
    ];
    const claimed = Object.fromEntries(
      [...claims, ...more, 'x_forwarded_for', 'X-Forwarded-For'].map((name) => [name, 'evil']),
    );
    expect(headersAfter(claimed)).toEqual(own);
  });

  test('leaves every other field alone', () => {
    const others = {
      cookie: 'a=1',
      authorization: 'Basic x',
      'x-requested-with': 'x',
      'x-realm': 'y',
      'x-forward': 'z',
    };
    expect(headersAfter(others)).toEqual({ ...own, ...others });
  });
});

test('every field with an index is one that the log has', async () => {
  const { lines } = await logsOf(async () =>
    handlerWith({ REMOTE_URL: await refusedUrl() })(eventFor({ headers: { 'x-request-id': 'order-4711-abcdef' } })),
  );
  const access = lines.find(({ message }) => message === 'request');
  const { FieldIndexPolicies = [] } = template.Resources['LogGroup']?.Properties ?? {};
  const fields = (FieldIndexPolicies as { Fields: string[] }[]).flatMap(({ Fields }) => Fields);
  expect(fields.length).toBeGreaterThan(0);
  for (const field of fields) {
    const value = field.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], access);
    expect([field, value]).toEqual([field, expect.anything()]);
  }
});
