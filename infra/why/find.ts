import { setTimeout as sleep } from 'node:timers/promises';
import { type Aws, AwsError } from '../aws.ts';
import { describeStack, outputsOf, parameterOf } from '../stack.ts';
import { UserError } from '../user-error.ts';
import { queryFor } from './id.ts';
import type { LogLine } from './story.ts';

/** Where to look. */
export interface LogGroup {
  readonly name: string;
  /** Days for which the log group keeps its lines. */
  readonly days: number;
}

/** Days that are searched where nothing says how long lines are kept. */
const defaultDays = 14;

/**
 * Returns the log group of a stack.
 *
 * @throws {UserError} when there is no such stack, or it has no log group
 */
export async function logGroupOf(aws: Aws, stackName: string): Promise<LogGroup> {
  const stack = await describeStack(aws, stackName);
  if (stack === undefined) {
    throw new UserError(
      `There is no stack ${stackName} in this account and region. Name another with --stack-name NAME or --region ` +
        'REGION, or the log group itself with --log-group /aws/lambda/NAME (of a Web Function /aws/lambda/web/NAME).',
    );
  }
  const name = outputsOf(stack)['LogGroupName'];
  if (name === undefined) throw new UserError(`Stack ${stackName} names no log group: it has no output LogGroupName.`);
  return { name, days: Number(parameterOf(stack, 'LogRetentionDays')) || defaultDays };
}

/** The log group that the command line names. */
export const namedLogGroup = (name: string): LogGroup => ({ name, days: defaultDays });

interface QueryResults {
  readonly status: string;
  readonly results: readonly (readonly { readonly field: string; readonly value: string }[])[];
}

/** Why a query cannot be started, in the words of a person. */
function explained(error: unknown, { name }: LogGroup): unknown {
  if (!(error instanceof AwsError)) return error;
  if (/ResourceNotFoundException/.test(error.message)) {
    return new UserError(
      `There is no log group ${name} in this account and region: nothing was logged yet, or it is another one.\n(${error.message})`,
    );
  }
  if (/AccessDenied/.test(error.message)) {
    return new UserError(
      `These credentials may not read ${name}. They need logs:StartQuery and logs:GetQueryResults on the log group, and ` +
        `cloudformation:DescribeStacks on the stack.\n(${error.message})`,
    );
  }
  return error;
}

const pause = 500;

/** Seconds after which a query is given up; CloudWatch itself ends one after an hour. */
const patience = 120;

async function results(aws: Aws, queryId: string): Promise<QueryResults> {
  const end = Date.now() + patience * 1000;
  for (;;) {
    const found = await aws.json<QueryResults>('logs', 'get-query-results', '--query-id', queryId);
    if (found.status === 'Complete') return found;
    if (found.status !== 'Scheduled' && found.status !== 'Running') {
      throw new UserError(`CloudWatch ended the query: ${found.status}. Try again, or with a shorter --since.`);
    }
    if (Date.now() > end)
      throw new UserError(`CloudWatch has not finished the query after ${patience} s. Try a shorter --since.`);
    await sleep(pause);
  }
}

/** A log event as the proxy or Lambda wrote it; text that is no JSON is kept as a message. */
function lineOf(message: string): LogLine {
  try {
    const line: unknown = JSON.parse(message);
    if (typeof line === 'object' && line !== null && !Array.isArray(line)) return line as LogLine;
  } catch {
    // Lambda's own lines are text where its log format is.
  }
  return { message: message.trim() };
}

/**
 * Returns the lines that have an id, in the order of time.
 *
 * @param aws the AWS CLI
 * @param group the log group
 * @param id from `parseId`
 * @param seconds how far back to look
 */
export async function linesWith(aws: Aws, group: LogGroup, id: string, seconds: number): Promise<LogLine[]> {
  const now = Math.floor(Date.now() / 1000);
  const words = ['--start-time', String(now - seconds), '--end-time', String(now + 60), '--query-string', queryFor(id)];
  const { queryId } = await aws
    .json<{ queryId: string }>('logs', 'start-query', '--log-group-name', group.name, ...words)
    .catch((error: unknown) => {
      throw explained(error, group);
    });
  const { results: rows } = await results(aws, queryId);
  return rows.map((row) => lineOf(row.find(({ field }) => field === '@message')?.value ?? ''));
}
