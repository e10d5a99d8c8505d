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

const install = 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html';
const configure = 'https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-configure.html';

/** Messages of a CLI that is not configured, and the remedy for each. */
const setup: readonly (readonly [RegExp, string])[] = [
  [
    /Unable to locate credentials|NoCredentials|config profile \(.*\) could not be found/,
    `The AWS CLI has no credentials. Run \`aws configure\` or \`aws sso login\`, or set AWS_PROFILE: ${configure}`,
  ],
  [
    /ExpiredToken|Token has expired|InvalidClientTokenId|UnrecognizedClient|AuthFailure|SSO session .* (?:expired|invalid)/,
    'AWS does not accept the credentials: they are wrong or have expired. Run `aws sso login` or renew them.',
  ],
  [/You must specify a region/, 'No region is set. Add --region eu-central-1, or set AWS_REGION.'],
];

/** Converts a message of the CLI: the user corrects credentials and regions; the caller handles everything else. */
function errorFrom(message: string): Error {
  const known = setup.find(([pattern]) => pattern.test(message));
  return known === undefined ? new AwsError(message) : new UserError(`${known[1]}\n(${message})`);
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

/** Returns the account of the credentials and the region. */
export async function whereAmI(aws: Aws, region: string | undefined): Promise<{ account: string; region: string }> {
  const { Account } = await aws.json<{ Account: string }>('sts', 'get-caller-identity');
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const chosen = region || AWS_REGION || AWS_DEFAULT_REGION || (await configuredRegion(aws));
  if (chosen === '') throw new UserError('No region is set. Add --region eu-central-1, or set AWS_REGION.');
  return { account: Account, region: chosen };
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
