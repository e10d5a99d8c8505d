import { AwsError, awsCli, whereAmI } from './aws.ts';
import { codeStore, ownBucket, removeCode } from './code-bucket.ts';
import { readOptions } from './options.ts';
import { describeStack, failuresOf, parameterOf } from './stack.ts';
import { runMain, UserError } from './user-error.ts';
import { ownWebBucket, removeWebCode, shapeOf } from './web-function.ts';

/** `npm run undeploy`: removes the stack, its log, and its code in S3. It can be repeated until nothing is left. */
await runMain(async (commandLine) => {
  const options = readOptions(commandLine);
  const { stackName, parameters } = options;
  if (Object.keys(parameters).length > 0) throw new UserError('npm run undeploy takes no stack parameters.', 2);
  const aws = awsCli(options);
  const { account, region } = await whereAmI(aws, options.region);
  const stack = await describeStack(aws, stackName);
  if (stack !== undefined) {
    console.log(`Removing stack ${stackName} in ${region}; with a VPC or CloudFront this takes some minutes …`);
    await aws.run('cloudformation', 'delete-stack', '--stack-name', stackName);
    try {
      await aws.run('cloudformation', 'wait', 'stack-delete-complete', '--stack-name', stackName);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const failures = await failuresOf(aws, stackName).catch(() => []);
      throw new UserError([`CloudFormation did not remove ${stackName}.`, ...failures, error.message].join('\n  '));
    }
  }
  const given = options.bucket ?? parameterOf(stack, 'CodeBucket');
  // Without a stack nobody knows its shape: what an interrupted removal left may be in either bucket.
  const shapes = stack === undefined ? (['Function', 'WebFunction'] as const) : [shapeOf({}, stack)];
  const removed: string[] = [];
  for (const shape of shapes) {
    removed.push(
      shape === 'WebFunction'
        ? await removeWebCode(aws, codeStore(stackName, ownWebBucket(account, region), given))
        : await removeCode(aws, codeStore(stackName, ownBucket(account, region), given)),
    );
  }
  const what = [
    ...(stack === undefined ? [] : ['the stack with its log']),
    ...removed.filter((each) => each !== 'nothing'),
  ];
  console.log(
    what.length === 0
      ? `There is no stack ${stackName} in ${region}, and no code for it in S3.`
      : `Removed: ${what.join(', ')}.`,
  );
});
