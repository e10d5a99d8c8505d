import { parseArgs } from 'node:util';
import { type Parameters, parseParameters } from './parameters.ts';
import { UserError } from './user-error.ts';

/** The command line of `npm run deploy` and `npm run undeploy`. */
export interface Options {
  readonly parameters: Parameters;
  readonly stackName: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** Bucket for the code; by default the deployment creates one. */
  readonly bucket: string | undefined;
  /** False deploys without checking the backend. */
  readonly doctor: boolean;
}

const usage = `Usage: npm run deploy -- RemoteUrl=https://203.0.113.9:8443 [Name=value …] [options]
       npm run undeploy -- [options]
Options: --stack-name NAME (lambda-rproxy), --region REGION, --profile NAME, --bucket NAME, --no-doctor
Parameters: infra/template.yaml, docs/deploy.md`;

function words(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      allowPositionals: true,
      allowNegative: true,
      options: {
        'stack-name': { type: 'string', default: 'lambda-rproxy' },
        region: { type: 'string' },
        profile: { type: 'string' },
        bucket: { type: 'string' },
        doctor: { type: 'boolean', default: true },
      },
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n${usage}`, 2);
  }
}

/**
 * Parses a command line.
 *
 * @throws {UserError} for an unknown option, or a stack name that is not a valid function name; exit code 2
 */
export function readOptions(commandLine: readonly string[]): Options {
  const { values, positionals } = words(commandLine);
  const stackName = values['stack-name'];
  if (!/^[A-Za-z][A-Za-z\d-]{0,63}$/.test(stackName)) {
    throw new UserError('--stack-name must begin with a letter and have at most 64 letters, digits and hyphens', 2);
  }
  const { region, profile, bucket, doctor } = values;
  return { parameters: parseParameters(positionals), stackName, region, profile, bucket, doctor };
}
