import { type Aws, AwsError } from './aws.ts';
import { commandLine } from './installation.ts';
import { UserError } from './user-error.ts';

/** A stack as CloudFormation describes it. */
export interface Stack {
  readonly StackId?: string;
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  readonly Parameters?: readonly { readonly ParameterKey: string; readonly ParameterValue: string }[];
  readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
}

/** Returns the stack, or undefined when there is none of this name. */
export async function describeStack(aws: Aws, name: string): Promise<Stack | undefined> {
  try {
    const described = await aws.json<{ Stacks: Stack[] }>('cloudformation', 'describe-stacks', '--stack-name', name);
    return described.Stacks.find(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
  } catch (error) {
    if (error instanceof AwsError && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** Returns the value of a parameter of an existing stack; a NoEcho one is `****`. */
export const parameterOf = (stack: Stack | undefined, name: string): string | undefined =>
  stack?.Parameters?.find(({ ParameterKey }) => ParameterKey === name)?.ParameterValue;

/** Outputs by name. */
export const outputsOf = ({ Outputs = [] }: Stack): Readonly<Record<string, string>> =>
  Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));

/**
 * Checks that a stack is one of this template: a change to another would replace everything in it, and a removal would
 * remove it.
 *
 * @throws {UserError}
 */
export function checkOurs(name: string, stack: Stack | undefined): void {
  if (stack === undefined || stack.StackStatus === 'REVIEW_IN_PROGRESS') return;
  if (parameterOf(stack, 'CodeKey') !== undefined) return;
  throw new UserError(
    `Stack ${name} is not a stack of lambda-rproxy: it has no parameter CodeKey. Choose another --stack-name.`,
  );
}

const why = ({ StackStatusReason }: Stack) => (StackStatusReason === undefined ? '' : ` (${StackStatusReason})`);

/**
 * Checks that a stack is in a state that a deployment can change.
 *
 * @throws {UserError}
 */
export function checkDeployable(name: string, stack: Stack | undefined): void {
  if (stack === undefined) return;
  const { StackStatus } = stack;
  const state = `Stack ${name} is in state ${StackStatus}${why(stack)}`;
  // REVIEW_IN_PROGRESS is a stack that has only a change set so far.
  if (StackStatus === 'REVIEW_IN_PROGRESS') return;
  if (StackStatus.endsWith('_IN_PROGRESS')) throw new UserError(`${state}: wait until it has finished, and try again.`);
  if (StackStatus === 'ROLLBACK_COMPLETE' || StackStatus === 'ROLLBACK_FAILED' || StackStatus === 'CREATE_FAILED') {
    throw new UserError(`${state}: its creation failed, and nothing can be deployed to it. Remove it first:
  ${commandLine('undeploy', '--stack-name', name)}`);
  }
  if (StackStatus === 'DELETE_FAILED') {
    throw new UserError(`${state}: finish its removal first:
  ${commandLine('undeploy', '--stack-name', name)}`);
  }
  if (StackStatus === 'UPDATE_ROLLBACK_FAILED') {
    throw new UserError(`${state}: an update failed, and so did its rollback. Roll back first, then try again:
  aws cloudformation continue-update-rollback --stack-name ${name}
  aws cloudformation wait stack-rollback-complete --stack-name ${name}`);
  }
}

/** What happened to one resource. */
export interface StackEvent {
  readonly EventId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType?: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

/** Returns the latest events of a stack, newest first. */
export async function eventsOf(aws: Aws, name: string): Promise<readonly StackEvent[]> {
  const words = ['--stack-name', name, '--max-items', '100'];
  const { StackEvents } = await aws.json<{ StackEvents: StackEvent[] }>(
    'cloudformation',
    'describe-stack-events',
    ...words,
  );
  return StackEvents;
}

/** Reasons of CloudFormation, and what to do. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /ReservedConcurrentExecutions|UnreservedConcurrentExecution/,
    'the account has too few concurrent executions: deploy with ReservedConcurrency= or request a higher quota',
  ],
  [/already exists/i, 'something else has this name: remove it, or deploy with another --stack-name'],
  [/not authorized to perform|AccessDenied/, 'docs/deploy.md has the policy that a deployment needs'],
  [/CNAMEAlreadyExists|alternate domain name/i, 'another distribution has DomainName: remove the name there first'],
  [/network interface|ENI/, 'Lambda still releases its network interfaces; try again in half an hour'],
];

/** Returns the reasons of the last failed change, one for each resource; empty when CloudFormation names none. */
export async function failuresOf(aws: Aws, name: string): Promise<string[]> {
  const events = await eventsOf(aws, name);
  return events
    .filter(({ ResourceStatus }) => ResourceStatus.endsWith('_FAILED'))
    .filter(({ ResourceStatusReason }) => !/Resource .* cancelled/.test(ResourceStatusReason ?? ''))
    .map(({ LogicalResourceId, ResourceStatusReason = 'no reason' }) => {
      const remedy = remedies.find(([pattern]) => pattern.test(ResourceStatusReason))?.[1];
      return `${LogicalResourceId}: ${ResourceStatusReason}${remedy === undefined ? '' : `\n    ${remedy}`}`;
    })
    .slice(0, 5);
}
