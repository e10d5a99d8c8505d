import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { UserError } from './user-error.ts';

/** A failed call of the AWS CLI, with the message of the CLI. */
export class AwsError extends UserError {}

/** The AWS CLI with a region and a profile. */
export interface Aws {
  /**
   * Runs a command and returns its output.
   *
   * @throws {AwsError} with its stderr
   * @throws {UserError} when there is no AWS CLI, no credentials or no region
   */
  run(...words: string[]): Promise<string>;
  /** Runs a command and parses its output. */
  json<Value>(...words: string[]): Promise<Value>;
}

const noRegion = 'No region is set. Add --region eu-central-1, or set AWS_REGION.';
const install = 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html';
const configure = 'https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-configure.html';

/** Messages of a CLI that is not set up, and the remedy for each. */
const setup: readonly (readonly [RegExp, string])[] = [
  [
    /config profile \(.*\) could not be found/,
    'The AWS CLI has no such profile. `aws configure list-profiles` names those that exist; check --profile and AWS_PROFILE.',
  ],
  [
    /Unable to locate credentials|NoCredentials|Partial credentials/,
    `The AWS CLI has no credentials. Run \`aws configure\` or \`aws sso login\`, or set AWS_PROFILE: ${configure}`,
  ],
  [
    /SignatureDoesNotMatch|RequestTimeTooSkewed|Signature (?:expired|not yet current)/,
    'AWS refuses the signature: the clock of this machine or the secret access key is wrong.',
  ],
  [
    /ExpiredToken|[Tt]oken (?:has expired|included in the request is expired)|RequestExpired|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|AuthFailure|SSO session .* (?:expired|invalid)|Error loading SSO Token|Token for .* does not exist|refresh failed/,
    'AWS does not accept the credentials: they are wrong or have expired. Run `aws sso login` or renew them.',
  ],
  [/You must specify a region/, noRegion],
  [
    /Could not connect to the endpoint URL|Provided region_name .* match|Invalid endpoint/,
    'AWS does not respond at the address of this region. Check the spelling of the region (--region, AWS_REGION) and the network.',
  ],
];

/** A call that the credentials do not permit; callers may still tell one call from another. */
const denied = /AccessDenied|not authorized to perform/;

/** Converts a message of the CLI: the user corrects credentials and regions; the caller handles everything else. */
function errorFrom(message: string): Error {
  const known = setup.find(([pattern]) => pattern.test(message));
  if (known !== undefined) return new UserError(`${known[1]}\n(${message})`);
  const hint = denied.test(message)
    ? '\nThe credentials do not permit this call. docs/deploy.md has the policy that a deployment needs.'
    : '';
  return new AwsError(`${message}${hint}`);
}

/**
 * Returns the AWS CLI on the PATH.
 *
 * @param region e.g. `eu-central-1`; by default from the CLI's configuration
 * @param profile name of a profile; by default from the CLI's configuration
 */
export function awsCli({ region, profile }: { region: string | undefined; profile: string | undefined }): Aws {
  const common = Object.entries({ region, profile }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  const run = async (...words: string[]) => {
    const child = spawn('aws', [...words, ...common], {
      env: { ...process.env, AWS_PAGER: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    try {
      const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
      if (code === 0) return output;
      throw errorFrom(errors.trim() || `aws ${words.slice(0, 2).join(' ')} ended with ${code}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new UserError(`The AWS CLI is not installed, or not on the PATH: ${install}`);
    }
  };
  return { run, json: async (...words) => JSON.parse(await run(...words, '--output', 'json')) };
}

/** Whose account a deployment changes, and where. */
export interface Place {
  readonly account: string;
  /** ARN of the user or role of the credentials. */
  readonly caller: string;
  readonly region: string;
}

/**
 * Returns the account of the credentials and the region.
 *
 * @throws {UserError} when no region is set, or when it is not the name of one
 */
export async function whereAmI(aws: Aws, region: string | undefined): Promise<Place> {
  const { Account, Arn } = await aws.json<{ Account: string; Arn: string }>('sts', 'get-caller-identity');
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const chosen = region || AWS_REGION || AWS_DEFAULT_REGION || (await configuredRegion(aws));
  if (chosen === '') throw new UserError(noRegion);
  return { account: Account, caller: Arn, region: chosen };
}

/** `aws configure get` exits with 1 and prints nothing when there is none. */
const configuredRegion = (aws: Aws) =>
  aws.run('configure', 'get', 'region').then(
    (output) => output.trim(),
    (error: unknown) => {
      if (error instanceof AwsError) return '';
      throw error;
    },
  );
