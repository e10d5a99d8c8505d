import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { settingName } from '../../infra/parameters.ts';
import { readTemplate, webFunctionTemplatePath } from '../../infra/template.ts';
import { builtWebFunctionTemplate, webFunctionTemplate } from '../../infra/web-function-template.ts';
import { settings } from '../../src/config/settings.ts';
import { type Finding, Validator } from './validator.ts';
import { type Variant, variant, webVariants } from './variants.ts';
import { type PropertyTable, propertyTables, wrongProperties } from './web-function-properties.ts';

const template = readTemplate(webFunctionTemplatePath);
const ofFunction = readTemplate();
const names = Object.keys(webVariants);
const of = (name: string): Variant => variant(template, webVariants[name] ?? {});

type Resource = Variant['Resources'][string] & { readonly DependsOn?: string | readonly string[] };
const resourcesOf = ({ Resources }: Variant, type: string): Resource[] =>
  Object.values(Resources).filter(({ Type }) => Type === type);
const propertiesOf = (name: string, type: string) => resourcesOf(of(name), type)[0]?.Properties ?? {};

const revision = 'AWS::Lambda::WebFunctionRevision';
const endpoint = 'AWS::Lambda::WebFunctionEndpoint';

describe('the template of the Web Function', () => {
  test('is made from the template of the function and from what differs', () => {
    expect(readFileSync(webFunctionTemplatePath, 'utf8')).toBe(builtWebFunctionTemplate());
  });

  test('cannot take out or replace what the template of the function does not have', () => {
    const parts = (text: string) => `Description: x\n${text}\nGroups: {}\nLabels: {}\n`;
    const small = readFileSync(new URL('../../infra/template.yaml', import.meta.url), 'utf8');
    const without = parts('Without: {Resources: [Nothing]}\nReplace: []');
    expect(() => webFunctionTemplate(small, without)).toThrow('Resources have no Nothing to take out');
    const replace = parts('Without: {}\nReplace: [{At: [Resources, Nothing, Type], With: x}]');
    expect(() => webFunctionTemplate(small, replace)).toThrow('there is nothing at Resources.Nothing.Type');
  });

  test('hands every setting to the revision, as the template of the function does to the function', () => {
    const variables = (Properties: Record<string, unknown> | undefined, ...path: string[]) =>
      path.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], Properties) as Record<
        string,
        unknown
      >;
    const web = variables(template.Resources['Revision']?.Properties, 'ServiceConfig', 'EnvironmentVariables');
    const other = variables(ofFunction.Resources['Function']?.Properties, 'Environment', 'Variables');
    expect(Object.keys(web)).toEqual(['FUNCTION_NAME', ...Object.keys(other)]);
    for (const name of Object.keys(settings)) {
      const [parameter] = Object.keys(template.Parameters).filter((candidate) => settingName(candidate) === name);
      expect([name, JSON.stringify(web[name])]).toEqual([name, expect.stringContaining(`{"Ref":"${parameter}"}`)]);
    }
  });

  test('has the parameters of the function but those of things that do not exist here, and its own', () => {
    const [web, other] = [template, ofFunction].map(({ Parameters }) => Object.keys(Parameters));
    expect(other?.filter((name) => !web?.includes(name))).toEqual([
      ...['FunctionUrl', 'InvokeMode', 'HttpApi', 'MemorySize', 'Architecture', 'ReservedConcurrency', 'Tracing'],
    ]);
    expect(web?.filter((name) => !other?.includes(name))).toEqual([
      ...['RateLimit', 'MaxEnvironments', 'RequestsPerEnvironment', 'CodeVersion'],
    ]);
  });

  test('uses every parameter and every condition, and no other', () => {
    const text = JSON.stringify([template.Conditions, template.Rules, template.Resources, template.Outputs]);
    const unused = Object.keys(template.Parameters).filter(
      (name) => !text.includes(`{"Ref":"${name}"}`) && !text.includes(`\${${name}}`),
    );
    expect(unused).toEqual([]);
    const conditions = Object.keys(template.Conditions);
    const unneeded = conditions.filter(
      (name) => !text.includes(`"Fn::If":["${name}"`) && !text.includes(`"Condition":"${name}"`),
    );
    expect(unneeded).toEqual([]);
    const used = [...text.matchAll(/"(?:Fn::If":\[|Condition":)"(\w+)"/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !conditions.includes(name))).toEqual([]);
  });

  test('shows every parameter in the console under a heading and with a label, and no other', () => {
    const { ParameterGroups, ParameterLabels } = (template['Metadata'] as Record<string, unknown>)[
      'AWS::CloudFormation::Interface'
    ] as { ParameterGroups: { Parameters: string[] }[]; ParameterLabels: object };
    const known = Object.keys(template.Parameters).sort();
    expect(ParameterGroups.flatMap(({ Parameters }) => Parameters).sort()).toEqual(known);
    expect(Object.keys(ParameterLabels).sort()).toEqual(known);
  });

  test('says in one sentence that the other shape has another template', () => {
    const { broken } = variant(template, { ...webVariants['nothing but a backend'], Shape: 'Function' });
    expect(broken).toEqual([expect.stringMatching(/infra\/template\.yaml/)]);
  });
});

describe('in every variant of the Web Function', () => {
  test.each(names)('%s keeps the rules', (name) => {
    expect(of(name).broken).toEqual([]);
  });

  test.each(names)('%s has no resource of the other shape', (name) => {
    const types = Object.values(of(name).Resources).map(({ Type }) => Type);
    const foreign = /^AWS::(?:Lambda::(?:Function|Url|Permission)|ApiGateway.*)$/;
    expect(types.filter((type) => foreign.test(type))).toEqual([]);
    expect(JSON.stringify(of(name).Resources)).not.toMatch(/"(?:Function|Url)"|\$\{(?:Function|Url|Api)\}/);
  });

  test.each(names)('%s has only properties that AWS documents, and every one that is required', (name) => {
    const wrong = Object.entries(of(name).Resources).flatMap(([id, { Type, Properties }]) => {
      const table: PropertyTable | undefined = propertyTables[Type];
      return table === undefined ? [] : wrongProperties(id, Properties, table);
    });
    expect(wrong).toEqual([]);
  });

  test.each(names)('%s names the function by its bare name everywhere, and waits for what it needs', (name) => {
    const [web] = resourcesOf(of(name), 'AWS::Lambda::WebFunction');
    const [made] = resourcesOf(of(name), revision);
    const [open] = resourcesOf(of(name), endpoint);
    for (const each of [web, made, open]) expect(each?.Properties['FunctionName']).toEqual({ Ref: 'AWS::StackName' });
    expect([made?.DependsOn, open?.DependsOn]).toEqual(['WebFunction', ['WebFunction', 'Revision']]);
    expect(open?.Properties['RevisionWeights']).toEqual([
      { RevisionId: { 'Fn::GetAtt': ['Revision', 'RevisionId'] }, Weight: 100 },
    ]);
    expect(JSON.stringify(of(name))).not.toMatch(/"Ref":"(?:WebFunction|Revision|Endpoint)"|FunctionArn/);
  });

  test.each(names)('%s pins the code to a version, and leaves no variable empty', (name) => {
    expect(propertiesOf(name, revision)['BuildConfig']).toEqual({
      CodeConfig: {
        S3Object: { Bucket: { Ref: 'CodeBucket' }, Key: { Ref: 'CodeKey' }, VersionId: { Ref: 'CodeVersion' } },
      },
      RuntimeConfig: { Runtime: 'nodejs24.x' },
    });
    const { EnvironmentVariables } = propertiesOf(name, revision)['ServiceConfig'] as Record<string, object>;
    const given = (parameter: string) => webVariants[name]?.[parameter] ?? template.Parameters[parameter]?.Default;
    const empty = Object.entries(EnvironmentVariables ?? {}).filter(
      ([, value]) => given((value as { Ref: string }).Ref) === '',
    );
    expect(empty).toEqual([]);
    expect(EnvironmentVariables).toMatchObject({
      FUNCTION_NAME: { Ref: 'AWS::StackName' },
      POWERTOOLS_SERVICE_NAME: { Ref: 'AWS::StackName' },
    });
  });

  test.each(names)('%s limits requests a second and environments', (name) => {
    expect(propertiesOf(name, endpoint)).toMatchObject({
      EndpointType: 'HomeRegion',
      AuthType: 'ApplicationManaged',
      ThrottleConfig: { RateLimit: { Ref: 'RateLimit' } },
      ScalingConfig: { MaxEnvironments: { Ref: 'MaxEnvironments' } },
    });
  });

  test.each(names)('%s keeps both of its logs for a while, may write to them, and lets trace lines through', (name) => {
    const logs = resourcesOf(of(name), 'AWS::Logs::LogGroup').map(({ Properties }) => Properties['LogGroupName']);
    const group = ['/aws/lambda/web/$', '{AWS::StackName}'].join('');
    expect(logs).toEqual([{ 'Fn::Sub': group }, { 'Fn::Sub': `${group}.local` }]);
    for (const { Properties } of resourcesOf(of(name), 'AWS::Logs::LogGroup'))
      expect(Properties['RetentionInDays']).toBeDefined();
    const role = JSON.stringify(of(name).Resources['Role']?.Properties['Policies']);
    expect(role).toContain('{"Fn::GetAtt":["LogGroup","Arn"]},{"Fn::GetAtt":["LocalLogGroup","Arn"]}');
    expect(role).not.toMatch(/ec2:|xray:/);
    expect(propertiesOf(name, revision)['ServiceConfig']).toMatchObject({
      TelemetryConfig: { LoggingConfig: { LogGroup: { Ref: 'LogGroup' }, ApplicationLogLevel: 'DEBUG' } },
    });
    for (const { Properties } of resourcesOf(of(name), 'AWS::Logs::QueryDefinition'))
      expect(Properties['LogGroupNames']).toEqual([{ Ref: 'LogGroup' }]);
  });

  test.each(names)('%s reaches a VPC by a connector of that version, and only there', (name) => {
    const connectors = resourcesOf(of(name), 'AWS::Lambda::NetworkConnector');
    const inVpc = webVariants[name]?.['SubnetIds'] !== undefined;
    expect(connectors).toHaveLength(inVpc ? 1 : 0);
    const { EgressNetworkConnectorArn } = propertiesOf(name, revision)['ServiceConfig'] as Record<string, unknown>;
    expect(EgressNetworkConnectorArn).toEqual(inVpc ? { 'Fn::GetAtt': ['Connector', 'LatestVersionArn'] } : undefined);
    const protocol = webVariants[name]?.['VpcIpv6'] === 'true' ? 'DualStack' : 'IPv4';
    for (const { Properties } of connectors)
      expect(Properties['Configuration']).toMatchObject({ VpcEgressConfiguration: { NetworkProtocol: protocol } });
  });

  test.each(names)(
    '%s has alarms for responses, starts and the time of the backend, in the namespaces that have them',
    (name) => {
      const alarms = resourcesOf(of(name), 'AWS::CloudWatch::Alarm');
      for (const { Properties } of alarms) expect(Properties['TreatMissingData']).toBe('notBreaching');
      const text = JSON.stringify(alarms);
      expect(text).toContain('SELECT SUM(HTTPResponseStatusClass5XX) FROM \\"AWS/Lambda/Web\\"');
      expect(text).not.toMatch(/"Namespace":"AWS\/Lambda"/);
      const filters = JSON.stringify(resourcesOf(of(name), 'AWS::Logs::MetricFilter'));
      for (const [metric] of text.matchAll(/"MetricName":(?:"FirstByte"|\{"Fn::Sub":"[^"]+"\})/g))
        expect(filters).toContain(metric);
      expect(alarms).toHaveLength(3);
    },
  );

  test.each(names)('%s has a dashboard that is JSON', (name) => {
    const { DashboardBody } = propertiesOf(name, 'AWS::CloudWatch::Dashboard') as {
      DashboardBody: { 'Fn::Sub': string };
    };
    const { widgets } = JSON.parse(DashboardBody['Fn::Sub']) as { widgets: { properties: { title: string } }[] };
    expect(widgets.map(({ properties }) => properties.title)).toHaveLength(4);
  });

  test.each(names.filter((name) => webVariants[name]?.['CloudFront'] === 'true'))(
    '%s puts CloudFront in front of the endpoint',
    (name) => {
      expect(JSON.stringify(propertiesOf(name, 'AWS::CloudFront::Distribution'))).toContain(
        '"DomainName":{"Fn::GetAtt":["Endpoint","DomainName"]}',
      );
    },
  );

  test.each(names)('%s names its public URL', (name) => {
    expect(of(name).Outputs['Url']?.Value).toEqual({ 'Fn::Sub': ['https://$', '{Endpoint.DomainName}/'].join('') });
    expect(of(name).Outputs['LogGroupName']?.Value).toEqual({ Ref: 'LogGroup' });
  });
});

describe("AWS's own validator, which does not know Web Functions yet", () => {
  let validator: Validator;
  beforeAll(() => {
    validator = new Validator();
  });
  afterAll(() => validator.remove());

  /** Every finding, with the reason to leave it. Any other one fails. */
  const known: readonly (Omit<Finding, 'path'> & { why: string })[] = [
    ...['WebFunction', 'WebFunctionRevision', 'WebFunctionEndpoint'].map((type) => ({
      rule: 'F3006',
      on: { WebFunction: 'WebFunction', WebFunctionRevision: 'Revision', WebFunctionEndpoint: 'Endpoint' }[type] ?? '',
      message: `Unknown resource type 'AWS::Lambda::${type}'`,
      why: 'a type of November 2026; the tables of this test check it',
    })),
    {
      rule: 'E9004',
      on: 'Revision',
      message: "'LatestVersionArn' is not one of ['Arn', 'State']",
      why: 'an attribute of November 2026, which a revision needs',
    },
    {
      rule: 'W3030',
      on: 'Connector',
      message: "'WebFunction' is not one of ['MicroVm']",
      why: 'a value of November 2026',
    },
    {
      rule: 'W3005',
      on: 'Endpoint',
      message: "'Revision' dependency already enforced by a 'GetAtt' at 'Properties.RevisionWeights.0.RevisionId'",
      why: 'AWS asks for both dependencies by name',
    },
  ];
  /** As for the function: in a variant a parameter is not used where its branch is not taken, and an ARN is no secret. */
  const alsoOfTheFunction = new Set(['W2001', 'W2509']);

  test.each(names)('says of %s what is listed here, and nothing else', (name) => {
    const { broken: _, ...content } = of(name);
    const found = validator.findings(name, JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...content }));
    const unexpected = found
      .filter(({ rule }) => !alsoOfTheFunction.has(rule))
      .filter(
        (one) => !known.some(({ rule, on, message }) => rule === one.rule && on === one.on && message === one.message),
      );
    expect(unexpected).toEqual([]);
  });

  test('says all that is listed here of a Web Function with everything', () => {
    const { broken: _, ...content } = of('everything');
    const found = validator.findings('all', JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...content }));
    for (const { rule, on, message } of known)
      expect([rule, on, found.some((one) => one.rule === rule && one.on === on && one.message === message)]).toEqual([
        rule,
        on,
        true,
      ]);
  });
});

describe('the property tables', () => {
  const table = propertyTables[endpoint] as PropertyTable;
  const right = of('nothing but a backend').Resources['Endpoint']?.Properties ?? {};

  test.each([
    ['a property that does not exist', { ...right, Name: 'x' }, 'Endpoint.Name is not documented'],
    ['a nested one', { ...right, ThrottleConfig: { Rate: 1 } }, 'Endpoint.ThrottleConfig.Rate is not documented'],
    ['one that is missing', { ...right, AuthType: undefined }, 'Endpoint.AuthType is required'],
    ['a value that does not exist', { ...right, EndpointType: 'Global' }, 'Endpoint.EndpointType must not be "Global"'],
    [
      'a member of a list',
      { ...right, RevisionWeights: [{ Weight: 100 }] },
      'Endpoint.RevisionWeights.0.RevisionId is required',
    ],
  ])('find %s', (_, properties, finding) => {
    expect(wrongProperties('Endpoint', properties, table)).toEqual([finding]);
  });
});
