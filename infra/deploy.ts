import { type Aws, AwsError, awsCli, type Place, whereAmI } from './aws.ts';
import { type Change, type ChangeSet, createChangeSet, summaryOf } from './change-set.ts';
import { doubtfulCombinations } from './checks/combinations.ts';
import { requestPublicUrl } from './checks/public-url.ts';
import { type InForce, inForce, settingProblems } from './checks/settings.ts';
import { prepareBucket, removeAllBut, removeCode, storedCode } from './code-bucket.ts';
import { checkBackend, checkTimes, missingSecrets } from './decisions.ts';
import { commandLine } from './installation.ts';
import { introduction, publicUrls } from './introduction.ts';
import { type DeployOptions, deployOptions } from './options.ts';
import { packageFunction } from './package.ts';
import { parametersFromEnvironment, parametersFromFile, secretsIn } from './parameter-sources.ts';
import { checkParameters, defaultsOf, type Parameters } from './parameters.ts';
import { follow } from './progress.ts';
import {
  checkDeployable,
  checkOurs,
  describeStack,
  eventsOf,
  failuresOf,
  outputsOf,
  parameterOf,
  type Stack,
} from './stack.ts';
import { readTemplate, type Template } from './template.ts';
import { brokenRules } from './template-values.ts';
import { runMain, UserError } from './user-error.ts';
import {
  checkWebFunctions,
  knownParameters,
  shapeOf,
  storeOf,
  templateOf,
  uploadFor,
  waitForEndpoint,
} from './web-function.ts';

const say = (line: string) => console.log(line);

/** Exit code of a deployment that CloudFormation completed and whose public URL does not respond as it should. */
const urlFails = 8;

/** Collects the parameters from the environment, the file and the command line, of which the later come first. */
function collect({ parameters, secrets }: DeployOptions, template: Template): Parameters {
  const fromEnvironment = parametersFromEnvironment(process.env, template);
  const fromFile = secrets === undefined ? {} : parametersFromFile(secrets, template, say);
  const named = Object.keys(fromEnvironment);
  if (named.length > 0) say(`From the environment (RPROXY_…): ${named.join(', ')}`);
  const exposed = secretsIn(parameters, template);
  if (exposed.length > 0) {
    say(
      `Warning: ${exposed.join(', ')} on the command line can be read by other users of this machine (ps), and npm prints it. Pass secrets with --secrets FILE or RPROXY_… variables.`,
    );
  }
  const all = { ...fromEnvironment, ...fromFile, ...parameters };
  checkParameters(all, template);
  return all;
}

/**
 * Checks everything that is known before a change.
 *
 * @throws {UserError} with every problem; exit code 2
 */
function checkChange(all: InForce, given: Parameters, template: Template, options: DeployOptions, place: Place): void {
  const problems = [...brokenRules(template, all.values), ...settingProblems(all, template)];
  if (problems.length > 0) throw new UserError(`Nothing was deployed.\n  ${problems.join('\n  ')}`, 2);
  const doubts = doubtfulCombinations(all, given, { stackName: options.stackName, region: place.region });
  if (doubts.length === 0) return;
  const text = doubts.join('\n  ');
  if (!options.force) throw new UserError(`Nothing was deployed; --force deploys anyway.\n  ${text}`, 2);
  say(`Deploying in spite of this, because of --force:\n  ${text}`);
}

/** Executes a change set and prints what CloudFormation does. Ctrl-C ends only this command. */
async function execute(aws: Aws, { ChangeSetId, StackId }: ChangeSet, stackName: string): Promise<Stack> {
  const earlier = (await eventsOf(aws, StackId)).map(({ EventId }) => EventId);
  await aws.run('cloudformation', 'execute-change-set', '--change-set-name', ChangeSetId, '--stack-name', stackName);
  const onInterrupt = () => {
    say(`\nCloudFormation continues without this command. To watch it:
  aws cloudformation describe-stack-events --stack-name ${stackName} --max-items 20`);
    process.exit(130);
  };
  process.once('SIGINT', onInterrupt);
  const stack = await follow(aws, StackId, earlier, say);
  process.off('SIGINT', onInterrupt);
  if (stack !== undefined && /^(?:CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus)) return stack;
  const failures = await failuresOf(aws, StackId).catch(() => []);
  const next =
    stack?.StackStatus === 'UPDATE_ROLLBACK_COMPLETE'
      ? 'The stack is as it was before.'
      : `Remove it before you deploy again: ${commandLine('undeploy', '--stack-name', stackName)}`;
  throw new UserError(
    [`CloudFormation did not deploy ${stackName}: ${stack?.StackStatus ?? 'it is gone'}.`, ...failures, next].join(
      '\n  ',
    ),
  );
}

/** Computes the change, shows it and makes it. */
async function change(aws: Aws, wanted: Change): Promise<Stack | undefined> {
  const { stackName } = wanted;
  try {
    const changeSet = await createChangeSet(aws, wanted);
    if (changeSet === undefined) {
      say('  Nothing changes.\n');
      return wanted.stack;
    }
    say(summaryOf(changeSet, wanted));
    return await execute(aws, changeSet, stackName);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new UserError(`CloudFormation did not deploy ${stackName}.\n  ${error.message}`);
  }
}

/** Requests the public URLs and prints the findings. */
async function checkUrl(outputs: Readonly<Record<string, string>>, { urlSeconds }: DeployOptions): Promise<void> {
  const [url] = publicUrls(outputs);
  if (url === undefined || urlSeconds === 0) return;
  say(`  Requesting ${url}`);
  const findings = await requestPublicUrl(url, urlSeconds);
  const marks = { ok: 'ok  ', note: 'note', failure: 'FAIL' } as const;
  for (const { level, text } of findings) say(`  ${marks[level]}  ${text}`);
  if (findings.some(({ level }) => level === 'failure')) process.exitCode = urlFails;
}

/** `npm run deploy`: checks settings and backend, packages the function, creates or changes the stack, requests its URL. */
await runMain(async (words) => {
  const options = deployOptions(words);
  const { stackName } = options;
  const parameters = collect(options, knownParameters(options.parameters));
  const aws = awsCli(options);
  const place = await whereAmI(aws, options.region);
  const stack = await describeStack(aws, stackName);
  say(`
  Account  ${place.account} (${place.caller})
  Region   ${place.region}
  Stack    ${stackName}, ${stack === undefined ? 'new' : stack.StackStatus}
`);
  checkOurs(stackName, stack);
  checkDeployable(stackName, stack);
  const shape = shapeOf(parameters, stack);
  const shapeBefore = stack === undefined ? undefined : shapeOf({}, stack);
  const templatePath = templateOf(shape);
  const template = readTemplate(templatePath);
  checkParameters(parameters, template);
  if (stack === undefined && !parameters['RemoteUrl'] && !parameters['SecretArn']) {
    throw new UserError(
      `A new stack needs a backend: ${commandLine('deploy', 'RemoteUrl=https://203.0.113.9:8443')}`,
      2,
    );
  }
  checkTimes(parameters, stack, defaultsOf(template));
  const secrets = missingSecrets(parameters, stack);
  const all = inForce({ ...parameters, ...secrets }, stack, template);
  checkChange(all, parameters, template, options, place);
  if (shape === 'WebFunction') await checkWebFunctions(aws, stackName, place.region, shapeBefore !== shape);
  if (shapeBefore !== undefined && shapeBefore !== shape) {
    say(
      `The stack becomes a ${shape}. Its own URL becomes another one, that of CloudFront stays, and the log begins anew.`,
    );
  }
  const decided = options.doctor ? await checkBackend(parameters, all, options.force, say) : {};

  say('  Packaging the function');
  const code = packageFunction([all.values['PageCss'], all.values['PageLogo']]);
  const bucketBefore = parameterOf(stack, 'CodeBucket');
  const bucket = options.bucket ?? (shapeBefore === shape ? bucketBefore : undefined);
  const store = storeOf(shape, stackName, place, bucket);
  await prepareBucket(aws, store);
  const { CodeKey, ...ofVersion } = await uploadFor(aws, shape, store, code);
  const ofCode = { Shape: shape, CodeBucket: store.bucket, CodeKey, ...ofVersion };
  const defaults = stack === undefined ? defaultsOf(template) : {};
  const wanted = { ...defaults, ...parameters, ...decided, ...secrets, ...ofCode };
  const { tags } = options;
  const deployed = await change(aws, { stackName, stack, template, templatePath, parameters: wanted, tags, store });
  if (shape === 'WebFunction') await waitForEndpoint(aws, stackName);
  await removeAllBut(aws, store, CodeKey, ofVersion.CodeVersion);
  if (shapeBefore !== undefined && shapeBefore !== shape && bucketBefore !== store.bucket) {
    const storeBefore = storeOf(shapeBefore, stackName, place, bucketBefore);
    await removeCode(aws, storeBefore, await storedCode(aws, storeBefore));
  }

  const outputs = deployed === undefined ? {} : outputsOf(deployed);
  if (all.values['RateLimit'] === '0')
    say('  The site is switched off: with RateLimit=0 AWS responds with 429 to every request.');
  else await checkUrl(outputs, options);
  const debugKey = parameters['DebugKey'] || secrets['DebugKey'];
  say(introduction({ outputs, region: place.region, debugKey }));
});
