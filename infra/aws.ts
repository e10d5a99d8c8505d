import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { UserError } from './user-error.ts';

/** A call of the AWS CLI that failed, with what the CLI says; nobody need see more, if nobody knows better. */
export class AwsError extends UserError {}

/** The AWS CLI, with the region and profile that the caller chose. */
export interface Aws {
  /**
   * Runs a command and returns what it prints.
   *
   * @throws {AwsError} with what it says on stderr
   * @throws {UserError} when there is no AWS CLI, no credentials or no region
   */
  run(...words: string[]): Promise<string>;
  /** Runs a command and parses what it prints. */
  json<Value>(...words: string[]): Promise<Value>;
}

const install = 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html';
const configure = 'https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-configure.html';

/** What the CLI says when it was never set up, and what a person can do about it. */
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

/** Credentials or a region are a matter of the person's; everything else is for the caller to understand. */
function errorFrom(message: string): Error {
  const known = setup.find(([pattern]) => pattern.test(message));
  return known === undefined ? new AwsError(message) : new UserError(`${known[1]}\n(${message})`);
}

/**
 * The AWS CLI that is on the PATH.
 *
 * @param region e.g. `eu-central-1`; else the CLI's own configuration says
 * @param profile name of a profile; else the CLI's own configuration says
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

/** Who the credentials belong to, and where they work. */
export async function whereAmI(aws: Aws, region: string | undefined): Promise<{ account: string; region: string }> {
  const { Account } = await aws.json<{ Account: string }>('sts', 'get-caller-identity');
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const chosen = region || AWS_REGION || AWS_DEFAULT_REGION || (await configuredRegion(aws));
  if (chosen === '') throw new UserError('No region is set. Add --region eu-central-1, or set AWS_REGION.');
  return { account: Account, region: chosen };
}

/** `aws configure get` ends with 1 and says nothing when there is none. */
const configuredRegion = (aws: Aws) =>
  aws.run('configure', 'get', 'region').then(
    (output) => output.trim(),
    (error: unknown) => {
      if (error instanceof AwsError) return '';
      throw error;
    },
  );
