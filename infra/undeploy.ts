import { createInterface } from 'node:readline';
import { type Aws, AwsError, awsCli, whereAmI } from './aws.ts';
import { type CodeStore, removeCode, type StoredCode, storedCode } from './code-bucket.ts';
import { commandLine } from './installation.ts';
import { undeployOptions } from './options.ts';
import { follow } from './progress.ts';
import { checkOurs, describeStack, eventsOf, failuresOf, parameterOf, type Stack } from './stack.ts';
import { runMain, UserError } from './user-error.ts';
import { shapeOf, storeOf } from './web-function.ts';

const say = (line: string) => console.log(line);

interface Resource {
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
}

/** The code of a stack, and where it is. */
interface Stored extends StoredCode {
  readonly store: CodeStore;
}

/** Returns the resources that a stack still has. */
async function resourcesOf(aws: Aws, stackName: string): Promise<Resource[]> {
  const words = ['--stack-name', stackName];
  const { StackResourceSummaries } = await aws.json<{ StackResourceSummaries: Resource[] }>(
    'cloudformation',
    'list-stack-resources',
    ...words,
  );
  return StackResourceSummaries.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
}

/** Returns what a removal takes away, a line for each. */
function contents(stack: Stack | undefined, resources: readonly Resource[], stored: readonly Stored[]): string[] {
  const hasLog = resources.some(({ ResourceType }) => ResourceType === 'AWS::Logs::LogGroup');
  const lines: string[] = [];
  if (stack !== undefined) {
    lines.push(`the stack, ${stack.StackStatus}, with ${resources.length} resources`);
    if (hasLog) lines.push('the log of the function with all its lines');
  }
  for (const { store, objects } of stored) {
    const files = objects.length === 1 ? 'file' : 'files';
    if (objects.length > 0) lines.push(`${objects.length} ${files} of code in bucket ${store.bucket}`);
  }
  return lines;
}

/**
 * Has the user type the stack's name.
 *
 * @throws {UserError} when it is another, or when nobody types
 */
async function confirm(stackName: string): Promise<void> {
  process.stdout.write('Type the name of the stack to remove it: ');
  const lines = createInterface({ input: process.stdin });
  for await (const typed of lines) {
    lines.close();
    if (typed.trim() === stackName) return;
    throw new UserError('Nothing was removed: that is not the name of the stack.', 2);
  }
  throw new UserError('Nothing was removed: no name was typed. Scripts add --yes.', 2);
}

const protection = (stackName: string) => `The stack is protected. To remove it, first run:
  aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${stackName}`;

/** Removes a stack and prints what CloudFormation does. */
async function removeStack(aws: Aws, stackName: string, { StackId = stackName }: Stack): Promise<void> {
  try {
    const earlier = (await eventsOf(aws, StackId)).map(({ EventId }) => EventId);
    await aws.run('cloudformation', 'delete-stack', '--stack-name', stackName);
    say(`Removing stack ${stackName}; with a VPC or CloudFront this takes some minutes …`);
    const left = await follow(aws, StackId, earlier, say);
    if (left === undefined) return;
    const failures = await failuresOf(aws, StackId).catch(() => []);
    const next = `Correct the reason and run ${commandLine('undeploy', '--stack-name', stackName)} again.`;
    throw new UserError(
      [`CloudFormation did not remove ${stackName}: ${left.StackStatus}.`, ...failures, next].join('\n  '),
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const hint = /TerminationProtection/i.test(error.message) ? `\n${protection(stackName)}` : '';
    throw new UserError(`CloudFormation did not remove ${stackName}.\n  ${error.message}${hint}`);
  }
}

/** `npm run undeploy`: removes the stack, its log, and its code in S3. It can be repeated until nothing is left. */
await runMain(async (words) => {
  const options = undeployOptions(words);
  const { stackName } = options;
  const aws = awsCli(options);
  const place = await whereAmI(aws, options.region);
  const stack = await describeStack(aws, stackName);
  checkOurs(stackName, stack);
  if (stack?.StackStatus.endsWith('_IN_PROGRESS') && !/^(?:REVIEW|DELETE)_/.test(stack.StackStatus)) {
    throw new UserError(
      `Stack ${stackName} is in state ${stack.StackStatus}: wait until it has finished, and try again.`,
    );
  }
  const bucket = options.bucket ?? parameterOf(stack, 'CodeBucket');
  // Without a stack nobody knows its shape: what an interrupted removal left may be in either default bucket.
  const shapes = stack === undefined ? (['Function', 'WebFunction'] as const) : [shapeOf({}, stack)];
  const stored: Stored[] = [];
  for (const shape of shapes) {
    const store = storeOf(shape, stackName, place, bucket);
    stored.push({ store, ...(await storedCode(aws, store)) });
  }
  const resources = stack === undefined ? [] : await resourcesOf(aws, stackName);
  const found = contents(stack, resources, stored);
  if (found.length === 0) {
    say(`There is no stack ${stackName} in ${place.region}, and no code for it in S3. Nothing was removed.`);
    return;
  }
  say(`
  Account  ${place.account} (${place.caller})
  Region   ${place.region}
  Removes  ${found.join('\n           ')}
`);
  if (!options.yes) await confirm(stackName);
  if (stack !== undefined) await removeStack(aws, stackName, stack);
  for (const { store, ...code } of stored) if (await removeCode(aws, store, code)) found.push(`bucket ${store.bucket}`);
  say(`Removed: ${found.join(', ')}.`);
});
