import type { Config } from '../../src/config/config.ts';
import type { Aws } from '../aws.ts';
import type { Parameters } from '../parameters.ts';
import { describeStack, outputsOf } from '../stack.ts';
import { UserError } from '../user-error.ts';
import { endpointName, type Shape, shapeOf } from '../web-function.ts';
import { configFromEnvironment, environmentOf } from './settings.ts';
import type { FunctionFacts } from './site.ts';

/** A deployed function as its stack and Lambda describe it. */
export interface Deployed {
  readonly config: Config;
  readonly facts: FunctionFacts;
  /** Where clients find it; undefined when the stack names no URL. */
  readonly publicUrl: string | undefined;
}

interface FunctionConfiguration {
  readonly Handler?: string;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly VpcConfig?: { readonly SubnetIds?: readonly string[] };
}

interface Endpoint {
  readonly revisionWeights?: readonly { readonly revisionId: string; readonly weight?: number }[];
}

interface Revision {
  readonly serviceConfig?: {
    readonly environmentVariables?: Readonly<Record<string, string>>;
    readonly egressNetworkConnectorArn?: string;
  };
}

/** What runs on AWS. */
interface Running {
  readonly variables: Readonly<Record<string, string>>;
  readonly inVpc: boolean;
  readonly streams: boolean;
}

async function runningFunction(aws: Aws, name: string): Promise<Running> {
  const { Handler, Environment, VpcConfig } = await aws.json<FunctionConfiguration>(
    ...['lambda', 'get-function-configuration', '--function-name', name],
  );
  return {
    variables: Environment?.Variables ?? {},
    inVpc: (VpcConfig?.SubnetIds ?? []).length > 0,
    streams: Handler?.endsWith('.streamHandler') === true,
  };
}

/** Reads the revision that gets most requests: settings belong to a revision, and not to the Web Function. */
async function runningWebFunction(aws: Aws, name: string): Promise<Running> {
  const named = ['--function-name', name];
  const { revisionWeights = [] } = await aws.json<Endpoint>(
    ...['lambda-web', 'get-web-function-endpoint', ...named, '--endpoint-name', endpointName],
  );
  const [main] = revisionWeights.toSorted(({ weight: one = 0 }, { weight: other = 0 }) => other - one);
  if (main === undefined) throw new UserError(`The endpoint of the Web Function ${name} leads to no revision.`);
  const { serviceConfig = {} } = await aws.json<Revision>(
    ...['lambda-web', 'get-web-function-revision', ...named, '--revision-id', main.revisionId],
  );
  const { environmentVariables: variables = {}, egressNetworkConnectorArn: connector } = serviceConfig;
  return { variables, inVpc: Boolean(connector), streams: true };
}

const running: Readonly<Record<Shape, (aws: Aws, name: string) => Promise<Running>>> = {
  Function: runningFunction,
  WebFunction: runningWebFunction,
};

/** Settings that name files in the package, which is not here. */
const filesOfPackage = new Set(['PAGE_CSS', 'PAGE_LOGO']);

/** Returns the settings in a secret. What it holds is never shown. */
async function readSecret(aws: Aws, arn: string): Promise<Readonly<Record<string, string>>> {
  const { SecretString = '' } = await aws.json<{ SecretString?: string }>(
    ...['secretsmanager', 'get-secret-value', '--secret-id', arn],
  );
  try {
    const values = Object.entries(JSON.parse(SecretString) as Record<string, unknown>);
    return Object.fromEntries(values.map(([name, value]) => [name, String(value)]));
  } catch {
    throw new UserError('SECRET_ARN does not hold a JSON object of settings');
  }
}

/**
 * Reads the settings of a deployed stack from the function itself, because CloudFormation hides those that are secret.
 *
 * @param aws the AWS CLI
 * @param stackName name of the stack
 * @param changes parameters to check in place of the deployed ones
 * @throws {UserError} when there is no such stack, or a setting is wrong
 */
export async function readDeployed(aws: Aws, stackName: string, changes: Parameters): Promise<Deployed> {
  const stack = await describeStack(aws, stackName);
  if (stack === undefined) {
    throw new UserError(`There is no stack ${stackName} in this account and region; name the region with --region.`);
  }
  const outputs = outputsOf(stack);
  const name = outputs['FunctionName'];
  if (name === undefined) throw new UserError(`Stack ${stackName} has no function (it is ${stack.StackStatus}).`);
  const { variables: deployed, inVpc, streams } = await running[shapeOf({}, stack)](aws, name);
  const variables = Object.entries(deployed).filter(([variable]) => !filesOfPackage.has(variable));
  const env = { ...Object.fromEntries(variables), ...environmentOf(changes) };
  const arn = env['SECRET_ARN'] ?? '';
  const held = arn === '' ? {} : await readSecret(aws, arn);
  const changed = environmentOf(changes);
  const secret = Object.fromEntries(Object.entries(held).filter(([setting]) => !Object.hasOwn(changed, setting)));
  const publicUrl = outputs['CloudFrontUrl'] ?? outputs['Url'] ?? outputs['HttpApiUrl'];
  return {
    config: configFromEnvironment(env, secret),
    facts: {
      publicHost: publicUrl === undefined ? undefined : new URL(publicUrl).host,
      inVpc,
      streams,
    },
    publicUrl,
  };
}
