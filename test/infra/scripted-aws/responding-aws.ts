import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readCalls, writeAws } from './aws-command.ts';

/** The responses of an AWS CLI, by the first two words of a command: an object, or the text of an error. */
export type AwsResponses = Readonly<Record<string, unknown>>;

/** How the AWS CLI of a test responds. */
export interface Script {
  readonly responses?: AwsResponses;
  /** Lines of the log group that Logs Insights searches. */
  readonly lines?: readonly object[];
  /** How old those lines are, in seconds: a query that looks less far back does not find them. */
  readonly ageSeconds?: number;
  /** State in which every query ends; Complete unless told otherwise. */
  readonly status?: string;
}

/** An `aws` command that responds from a list. */
export interface RespondingAws {
  /** Environment in which it is the AWS CLI. */
  readonly env: Record<string, string>;
  /** Command lines so far. */
  calls(): string[][];
  remove(): void;
}

/**
 * Writes an `aws` command that plays a script.
 *
 * @example respondingAws({ responses: { 'cloudformation describe-stacks': { Stacks: [] } } })
 */
export function respondingAws(script: Script): RespondingAws {
  const folder = mkdtempSync(join(tmpdir(), 'aws-'));
  writeFileSync(join(folder, 'script.json'), JSON.stringify(script));
  writeAws(folder, 'player.ts', [folder]);
  return {
    env: { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, AWS_REGION: 'eu-central-1' },
    calls: () => readCalls<string[]>(folder),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
