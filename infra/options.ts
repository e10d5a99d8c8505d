import { commandLine } from './installation.ts';
import { type Parameters, parseParameters } from './parameters.ts';
import { Help, UserError } from './user-error.ts';
import { parseWords } from './words.ts';

/** Where a command works. */
interface Target {
  readonly stackName: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** Bucket for the code; by default the deployment creates one. */
  readonly bucket: string | undefined;
}

/** The command line of `npm run deploy`. */
export interface DeployOptions extends Target {
  readonly parameters: Parameters;
  /** File with further parameters. */
  readonly secrets: string | undefined;
  /** Tags of the stack and of its resources. */
  readonly tags: Parameters;
  /** False deploys without checking the backend. */
  readonly doctor: boolean;
  /** True deploys combinations that cannot work as far as this command knows. */
  readonly force: boolean;
  /** Seconds to wait until the public URL responds; 0 does not request it. */
  readonly urlSeconds: number;
}

/** The command line of `npm run undeploy`. */
export interface UndeployOptions extends Target {
  /** True removes without a question. */
  readonly yes: boolean;
}

const targetUsage = `  --stack-name NAME     default: lambda-rproxy; the function has the same name
  --region REGION       default: AWS_REGION, or the configuration of the AWS CLI
  --profile NAME        profile of the AWS CLI`;

const deployUsage = `Usage: ${commandLine('deploy', 'RemoteUrl=https://203.0.113.9:8443 [Name=value …] [options]')}
Creates the stack, or changes it: parameters that are not named keep their values. Shape=WebFunction deploys a Lambda
Web Function in place of a function with its URL.
${targetUsage}
  --bucket NAME         bucket of this account for the code; default: one that the command creates
  --secrets FILE        parameters from a file: a JSON object, or lines Name=value
  --tag NAME=VALUE      tag of the stack and of its resources; may be repeated
  --no-doctor           deploy without checking the backend
  --force               deploy although the command expects that it cannot work
  --url-seconds N       how long to wait for the public URL to respond; default 30, 0 for no request
Parameters also come from variables RPROXY_…, e.g. RPROXY_DEBUG_KEY; the command line comes before the file, and the file
before the variables. Other users of this machine can read a command line: do not write secrets there.
Parameters: docs/deploy.md, infra/template.yaml; of Shape=WebFunction infra/web-function.yaml`;

const undeployUsage = `Usage: ${commandLine('undeploy', '[options]')}
Removes the stack, its log, and its code in S3. It asks for the stack's name first.
${targetUsage}
  --bucket NAME         bucket of the code, if the stack is gone and it is not the one that deploy creates
  --yes                 do not ask`;

const targetOptions = {
  'stack-name': { type: 'string', default: 'lambda-rproxy' },
  region: { type: 'string' },
  profile: { type: 'string' },
  bucket: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Checks names that AWS would refuse later.
 *
 * @throws {UserError} exit code 2
 */
function targetOf(values: {
  'stack-name': string;
  region?: string | undefined;
  profile?: string | undefined;
  bucket?: string | undefined;
}): Target {
  const { 'stack-name': stackName, region, profile, bucket } = values;
  if (!/^[A-Za-z][A-Za-z\d-]{0,63}$/.test(stackName)) {
    throw new UserError(
      `--stack-name must begin with a letter and have at most 64 letters, digits and hyphens, but is ${JSON.stringify(stackName)}`,
      2,
    );
  }
  if (region !== undefined && !/^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/.test(region)) {
    throw new UserError(
      `--region must be the name of a region, e.g. eu-central-1, but is ${JSON.stringify(region)}`,
      2,
    );
  }
  if (bucket !== undefined && !/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(bucket)) {
    throw new UserError(`--bucket must be the name of a bucket, but is ${JSON.stringify(bucket)}`, 2);
  }
  return { stackName, region, profile, bucket };
}

/**
 * Parses the command line of `npm run deploy`.
 *
 * @throws {Help} for --help
 * @throws {UserError} naming what is wrong; exit code 2
 */
export function deployOptions(words: readonly string[]): DeployOptions {
  const options = {
    ...targetOptions,
    secrets: { type: 'string' },
    tag: { type: 'string', multiple: true },
    doctor: { type: 'boolean', default: true },
    force: { type: 'boolean', default: false },
    'url-seconds': { type: 'string', default: '30' },
  } as const;
  const { values, positionals } = parseWords(words, options, deployUsage);
  if (values.help) throw new Help(deployUsage);
  const { secrets, doctor, force, 'url-seconds': seconds } = values;
  if (!/^\d{1,4}$/.test(seconds)) throw new UserError('--url-seconds must be a whole number of seconds', 2);
  const tags = (values.tag ?? []).map((tag) => {
    const [, name, value] = /^([^=]{1,128})=(.{0,256})$/s.exec(tag) ?? [];
    if (name === undefined || value === undefined) throw new UserError('--tag must be NAME=VALUE', 2);
    return [name, value] as const;
  });
  return {
    ...targetOf(values),
    parameters: parseParameters(positionals),
    secrets,
    tags: Object.fromEntries(tags),
    doctor,
    force,
    urlSeconds: Number(seconds),
  };
}

/**
 * Parses the command line of `npm run undeploy`.
 *
 * @throws {Help} for --help
 * @throws {UserError} naming what is wrong; exit code 2
 */
export function undeployOptions(words: readonly string[]): UndeployOptions {
  const options = { ...targetOptions, yes: { type: 'boolean', short: 'y', default: false } } as const;
  const { values, positionals } = parseWords(words, options, undeployUsage);
  if (values.help) throw new Help(undeployUsage);
  if (positionals.length > 0) {
    throw new UserError(
      `${commandLine('undeploy')} takes no stack parameters; name the stack with --stack-name.\n\n${undeployUsage}`,
      2,
    );
  }
  return { ...targetOf(values), yes: values.yes };
}
