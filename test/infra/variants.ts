import type { Template } from '../../infra/template.ts';

const absent = Symbol('AWS::NoValue');

type Conditions = Readonly<Record<string, boolean>>;
type Values = Readonly<Record<string, unknown>>;

/** Value of a condition's expression, as CloudFormation reckons it. */
function holds(expression: unknown, values: Values, conditions: Template['Conditions']): boolean {
  const [[name, operands] = ['', undefined]] = Object.entries(expression as Record<string, unknown>);
  const list = operands as unknown[];
  const each = () => list.map((operand) => holds(operand, values, conditions));
  const operandValue = (operand: unknown): unknown => {
    if (typeof operand !== 'object' || operand === null) return operand;
    const { Ref, 'Fn::Select': select, 'Fn::Split': split } = operand as Record<string, [string | number, unknown]>;
    if (select !== undefined) return (operandValue(select[1]) as unknown[])[Number(select[0])];
    if (split !== undefined) return String(operandValue(split[1])).split(String(split[0]));
    return values[String(Ref)];
  };
  switch (name) {
    case 'Fn::Equals':
      return String(operandValue(list[0])) === String(operandValue(list[1]));
    case 'Fn::Not':
      return !each()[0];
    case 'Fn::And':
      return each().every(Boolean);
    case 'Fn::Or':
      return each().some(Boolean);
    case 'Condition':
      return holds(conditions[operands as string], values, conditions);
    default:
      throw new Error(`no such function in a condition: ${name}`);
  }
}

/** Every `Fn::If` replaced by the branch that is taken, and what is AWS::NoValue taken away. */
function prune(node: unknown, conditions: Conditions): unknown {
  if (Array.isArray(node)) return node.map((item) => prune(item, conditions)).filter((item) => item !== absent);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node);
  const [name, value] = entries[0] ?? [];
  if (entries.length === 1 && name === 'Ref' && value === 'AWS::NoValue') return absent;
  if (entries.length === 1 && name === 'Fn::If') {
    const [condition, whenTrue, whenFalse] = value as [string, unknown, unknown];
    return prune(conditions[condition] ? whenTrue : whenFalse, conditions);
  }
  const pruned = entries.map(([key, child]) => [key, prune(child, conditions)] as const);
  return Object.fromEntries(pruned.filter(([, child]) => child !== absent));
}

/** Resources and outputs that are there. */
const present = <Item extends { readonly Condition?: string }>(
  section: Readonly<Record<string, Item>>,
  conditions: Conditions,
) =>
  Object.fromEntries(
    Object.entries(section)
      .filter(([, { Condition }]) => Condition === undefined || conditions[Condition])
      .map(([name, { Condition: _, ...item }]) => [name, item]),
  );

/** A template as it is with certain parameters: no condition left, and the parameters as defaults. */
export interface Variant extends Pick<Template, 'Parameters' | 'Resources' | 'Outputs'> {
  /** Assertions of the template's rules that do not hold, as a person reads them. */
  readonly broken: readonly string[];
}

/** What CloudFormation would make of a template with these parameters. */
export function variant(template: Template, parameters: Readonly<Record<string, string>>): Variant {
  const Parameters = Object.fromEntries(
    Object.entries(template.Parameters).map(([name, row]) => [
      name,
      { ...row, Default: parameters[name] ?? row.Default },
    ]),
  ) as Template['Parameters'];
  const values = Object.fromEntries(Object.entries(Parameters).map(([name, { Default }]) => [name, Default]));
  const isTrue = (expression: unknown) => holds(expression, values, template.Conditions);
  const conditions = Object.fromEntries(
    Object.entries(template.Conditions).map(([name, expression]) => [name, isTrue(expression)]),
  );
  type Rule = { RuleCondition?: unknown; Assertions: { Assert: unknown; AssertDescription: string }[] };
  const broken = (Object.values(template.Rules) as Rule[])
    .filter(({ RuleCondition }) => RuleCondition === undefined || isTrue(RuleCondition))
    .flatMap(({ Assertions }) => Assertions.filter(({ Assert }) => !isTrue(Assert)))
    .map(({ AssertDescription }) => AssertDescription);
  return {
    ...(prune(
      { Resources: present(template.Resources, conditions), Outputs: present(template.Outputs, conditions) },
      conditions,
    ) as Pick<Template, 'Resources' | 'Outputs'>),
    Parameters,
    broken,
  };
}

const base = { RemoteUrl: 'https://203.0.113.9:8443', CodeBucket: 'code-bucket', CodeKey: 'rproxy/0.zip' };
const secretArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rproxy-AbCdEf';
const cloudFront = { ...base, CloudFront: 'true', OriginSecret: 'a-secret-of-20-characters-or-more' };
const everything = {
  ...cloudFront,
  HttpApi: 'true',
  DomainName: 'www.example.com',
  CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
  WebAclArn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/site/12345678-1234-1234-1234-123456789012',
  SecretArn: secretArn,
  SecretKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012',
  SubnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
  SecurityGroupIds: 'sg-0123456789abcdef0',
  ReservedConcurrency: '20',
  Tracing: 'Active',
  AlarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:alarms',
  Architecture: 'x86_64',
  CloudFrontPlan: 'PRO',
  VpcIpv6: 'true',
  PermissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary',
  AppName: 'Greenhouse',
};

/** Ways to deploy, each of which is checked by itself. */
export const variants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'nothing but a backend': base,
  'streamed answers': { ...base, InvokeMode: 'RESPONSE_STREAM' },
  'an HTTP API beside the Function URL': { ...base, HttpApi: 'true' },
  'an HTTP API alone': { ...base, HttpApi: 'true', FunctionUrl: 'false' },
  CloudFront: cloudFront,
  'CloudFront with streamed answers': { ...cloudFront, InvokeMode: 'RESPONSE_STREAM' },
  'a secret by its ARN': { ...base, RemoteUrl: '', SecretArn: secretArn },
  'CloudFront with a secret by its ARN': { ...base, RemoteUrl: '', CloudFront: 'true', SecretArn: secretArn },
  'an instance that is woken': { ...base, Wake: 'ec2:i-0123456789abcdef0' },
  'a webhook that wakes': {
    ...base,
    Wake: 'https://hooks.example/wake',
    WakeSecret: 'a-secret-of-20-characters-or-more',
  },
  'the name that nobody wants': { ...base, AppName: 'Sample Application' },
  'a free plan of CloudFront': { ...cloudFront, WebAclArn: everything.WebAclArn, CloudFrontPlan: 'FREE' },
  'a VPC': { ...base, SubnetIds: everything.SubnetIds, SecurityGroupIds: everything.SecurityGroupIds },
  everything,
};

const webBase = { ...base, CodeVersion: '3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY' };

/** What only a function has. */
const { HttpApi: _, ReservedConcurrency: __, Tracing: ___, Architecture: ____, ...forBoth } = everything;

/** Ways to deploy a Web Function. */
export const webVariants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'nothing but a backend': webBase,
  'switched off': { ...webBase, RateLimit: '0' },
  CloudFront: { ...webBase, CloudFront: 'true', OriginSecret: cloudFront.OriginSecret },
  'CloudFront with a secret by its ARN': { ...webBase, RemoteUrl: '', CloudFront: 'true', SecretArn: secretArn },
  'a VPC': { ...webBase, SubnetIds: everything.SubnetIds, SecurityGroupIds: everything.SecurityGroupIds },
  everything: { ...webBase, ...forBoth },
};
