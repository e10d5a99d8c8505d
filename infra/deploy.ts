import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Aws, AwsError, awsCli, whereAmI } from './aws.ts';
import { codeStore, ownBucket, removeAllBut, removeCode, upload } from './code-bucket.ts';
import { checkBackend, checkTimes, missingSecrets } from './decisions.ts';
import { introduction } from './introduction.ts';
import { readOptions } from './options.ts';
import { packageFunction } from './package.ts';
import { checkParameters, defaultsOf, type Parameters } from './parameters.ts';
import { checkDeployable, describeStack, failuresOf, outputsOf, parameterOf } from './stack.ts';
import { readTemplate } from './template.ts';
import { runMain, UserError } from './user-error.ts';
import {
  checkWebFunctions,
  knownParameters,
  ownWebBucket,
  removeVersions,
  removeWebCode,
  shapeOf,
  templateOf,
  uploadVersion,
  waitForEndpoint,
} from './web-function.ts';

const say = (line: string) => console.log(line);

/** Deploys the stack. Parameters go through a file that only its owner can read, because every user of a machine sees its command lines. */
async function deployStack(aws: Aws, stackName: string, template: string, parameters: Parameters): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-rproxy-'));
  try {
    const file = join(folder, 'parameters.json');
    const overrides = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
    writeFileSync(file, JSON.stringify(overrides), { mode: 0o600 });
    await aws.run(
      ...['cloudformation', 'deploy', '--stack-name', stackName, '--template-file', template],
      ...['--parameter-overrides', `file://${file}`, '--capabilities', 'CAPABILITY_IAM'],
      // Directly, CloudFormation takes templates of 51,200 bytes at most.
      ...['--s3-bucket', String(parameters['CodeBucket']), '--s3-prefix', stackName],
      ...['--tags', 'project=lambda-rproxy', '--no-fail-on-empty-changeset'],
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const failures = await failuresOf(aws, stackName).catch(() => []);
    throw new UserError([`CloudFormation did not deploy ${stackName}.`, ...failures, error.message].join('\n  '));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `npm run deploy`: checks the backend, builds and packages the function, and creates or updates the stack. */
await runMain(async (commandLine) => {
  const options = readOptions(commandLine);
  const { parameters, stackName } = options;
  checkParameters(parameters, knownParameters(parameters));
  const aws = awsCli(options);
  const { account, region } = await whereAmI(aws, options.region);
  const stack = await describeStack(aws, stackName);
  checkDeployable(stackName, stack);
  const shape = shapeOf(parameters, stack);
  const before = stack === undefined ? undefined : shapeOf({}, stack);
  const template = readTemplate(templateOf(shape));
  checkParameters(parameters, template);
  checkTimes(parameters, stack, defaultsOf(template));
  if (stack === undefined && !parameters['RemoteUrl'] && !parameters['SecretArn']) {
    throw new UserError('A new stack needs a backend: npm run deploy -- RemoteUrl=https://203.0.113.9:8443', 2);
  }

  if (shape === 'WebFunction') await checkWebFunctions(aws, stackName, region, before !== 'WebFunction');
  if (before !== undefined && before !== shape) say(`The stack becomes a ${shape}, and its own URL another one.`);
  const decided = options.doctor ? await checkBackend(parameters, stack, say) : {};
  const secrets = missingSecrets(parameters, stack);
  say(`Packaging, then ${stack === undefined ? 'creating' : 'updating'} stack ${stackName} in ${region} …`);
  const inForce = (name: string) => parameters[name] ?? parameterOf(stack, name);
  const code = packageFunction([inForce('PageCss'), inForce('PageLogo')]);
  const bucketBefore = parameterOf(stack, 'CodeBucket');
  const given = options.bucket ?? (before === shape ? bucketBefore : undefined);
  const own = shape === 'WebFunction' ? ownWebBucket(account, region) : ownBucket(account, region);
  const store = codeStore(stackName, own, given);
  const uploaded =
    shape === 'WebFunction'
      ? await uploadVersion(aws, store, code, { account, region })
      : { CodeKey: await upload(aws, store, code), CodeVersion: undefined };
  const defaults = stack === undefined ? defaultsOf(template) : {};
  const { CodeKey, CodeVersion } = uploaded;
  const ours = {
    Shape: shape,
    CodeBucket: store.bucket,
    CodeKey,
    ...(CodeVersion === undefined ? {} : { CodeVersion }),
  };
  await deployStack(aws, stackName, templateOf(shape), { ...defaults, ...parameters, ...decided, ...secrets, ...ours });
  if (CodeVersion === undefined) await removeAllBut(aws, store, CodeKey);
  else {
    await waitForEndpoint(aws, stackName);
    await removeVersions(aws, store, CodeVersion);
  }
  if (before === 'Function' && shape !== before) {
    await removeCode(aws, codeStore(stackName, ownBucket(account, region), bucketBefore));
  }
  if (before === 'WebFunction' && shape !== before) {
    await removeWebCode(aws, codeStore(stackName, ownWebBucket(account, region), bucketBefore));
  }

  const deployed = await describeStack(aws, stackName);
  const debugKey = parameters['DebugKey'] || secrets['DebugKey'];
  say(introduction({ outputs: deployed === undefined ? {} : outputsOf(deployed), region, debugKey }));
});
