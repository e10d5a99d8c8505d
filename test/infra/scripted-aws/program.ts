import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsFile } from './aws-command.ts';
import type { Call, Event, State, TemplateFacts } from './state.ts';

/** The `aws` command as the tests script it: one stack and one bucket, kept in a file between calls. */

const folder = process.env['SCRIPTED_AWS'] ?? '';
const words = process.argv.slice(2);
const [service = '', operation = ''] = words;
const name = `${service} ${operation}`;
const option = (key: string) => (words.includes(`--${key}`) ? words[words.indexOf(`--${key}`) + 1] : undefined);
const input = option('cli-input-json')?.replace('file://', '');
const given = input === undefined ? undefined : JSON.parse(readFileSync(input, 'utf8'));

const statePath = join(folder, 'state.json');
const state = JSON.parse(readFileSync(statePath, 'utf8')) as State;
const save = () => writeFileSync(statePath, JSON.stringify(state));
const call: Call = { name, words, input, given };
appendFileSync(join(folder, callsFile), `${JSON.stringify(call)}\n`);

/** Ends as the AWS CLI does when AWS refuses a call. */
function fail(message: string): never {
  process.stderr.write(`\n${message}\n`);
  process.exit(254);
}

const noStack = () =>
  fail(
    `An error occurred (ValidationError) when calling the operation: Stack with id ${option('stack-name')} does not exist`,
  );

const template = JSON.parse(readFileSync(join(folder, 'template.json'), 'utf8')) as TemplateFacts;
const stackOf = () => state.stack ?? noStack();

function addEvent(LogicalResourceId: string, ResourceStatus: string, ResourceStatusReason?: string): void {
  const events = stackOf().events;
  const event: Event = {
    EventId: `e${events.length}`,
    LogicalResourceId,
    ResourceType: 'AWS::Any::Thing',
    ResourceStatus,
  };
  events.unshift(ResourceStatusReason === undefined ? event : { ...event, ResourceStatusReason });
}

/** Parameters as CloudFormation shows them. */
const shown = (parameters: Record<string, string>) =>
  Object.entries(parameters).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: template.secrets.includes(ParameterKey) ? '****' : value,
  }));

function createChangeSet() {
  const { Parameters } = given as { Parameters: { ParameterKey: string; ParameterValue?: string }[] };
  const before = state.stack?.parameters ?? {};
  const after = Object.fromEntries(
    Parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue ?? before[ParameterKey] ?? '']),
  );
  const isNew = state.stack === undefined || state.stack.status === 'REVIEW_IN_PROGRESS';
  const id = `arn:aws:cloudformation:eu-central-1:123456789012:stack/${given.StackName}/1`;
  state.stack ??= { id, status: 'REVIEW_IN_PROGRESS', parameters: {}, events: [], resources: [] };
  state.changeSet = { isNew, after, isEmpty: JSON.stringify(before) === JSON.stringify(after) };
  return { Id: 'change', StackId: state.stack.id };
}

function describeChangeSet() {
  const { isNew, isEmpty } = state.changeSet ?? fail('An error occurred (ChangeSetNotFound)');
  const ids = { ChangeSetId: 'change', StackId: stackOf().id };
  if (isEmpty) return { ...ids, Status: 'FAILED', StatusReason: "The submitted information didn't contain changes." };
  const added = Object.entries(template.types).map(([LogicalResourceId, ResourceType]) => ({
    Action: 'Add',
    LogicalResourceId,
    ResourceType,
  }));
  const Details = [{ Target: { Attribute: 'Properties', Name: 'Environment' } }];
  const changed = { Action: 'Modify', LogicalResourceId: 'Function', ResourceType: 'AWS::Lambda::Function', Details };
  const Changes = (isNew ? added : [changed]).map((ResourceChange) => ({ Type: 'Resource', ResourceChange }));
  return { ...ids, Status: 'CREATE_COMPLETE', Changes };
}

function executeChangeSet() {
  const stack = stackOf();
  const { isNew, after } = state.changeSet ?? fail('An error occurred (ChangeSetNotFound)');
  delete state.changeSet;
  const action = isNew ? 'CREATE' : 'UPDATE';
  if (state.failure !== undefined) {
    addEvent('Function', `${action}_FAILED`, state.failure);
    stack.status = isNew ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
    return;
  }
  stack.parameters = after;
  stack.resources = ['Function', 'LogGroup'];
  for (const resource of stack.resources) addEvent(resource, `${action}_COMPLETE`);
  stack.status = state.isSlow ? `${action}_IN_PROGRESS` : `${action}_COMPLETE`;
}

function describeStacks() {
  const stack = stackOf();
  const described = {
    StackId: stack.id,
    StackStatus: stack.status,
    Parameters: shown(stack.parameters),
    Outputs: Object.entries(state.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  };
  if (!stack.status.startsWith('REVIEW_')) stack.status = stack.status.replace('_IN_PROGRESS', '_COMPLETE');
  return { Stacks: [described] };
}

function deleteStack() {
  if (state.failure === undefined) {
    delete state.stack;
    return;
  }
  addEvent('Function', 'DELETE_FAILED', state.failure);
  stackOf().status = 'DELETE_FAILED';
}

/** A bucket that does not exist or belongs to somebody else is refused as S3 does. */
function bucketOf() {
  const { bucket } = state;
  if (bucket === undefined || bucket.name !== option('bucket'))
    return fail(`An error occurred (404) when calling the ${operation} operation: Not Found`);
  if (bucket.owner !== option('expected-bucket-owner'))
    return fail(`An error occurred (403) when calling the ${operation} operation: Forbidden`);
  return bucket;
}

/** Version of an object, as S3 gives it in a bucket with versions. */
const versionOf = (key: string) => `version-of-${key.replaceAll(/[^a-z0-9]/g, '-')}`;

const operations: Readonly<Record<string, () => unknown>> = {
  'sts get-caller-identity': () => ({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/ada' }),
  'cloudformation describe-stacks': describeStacks,
  'cloudformation describe-stack-events': () => ({ StackEvents: state.stack?.events ?? [] }),
  'cloudformation create-change-set': createChangeSet,
  'cloudformation describe-change-set': describeChangeSet,
  'cloudformation delete-change-set': () => {
    delete state.changeSet;
  },
  'cloudformation execute-change-set': executeChangeSet,
  'cloudformation list-stack-resources': () => ({
    StackResourceSummaries: stackOf().resources.map((LogicalResourceId) => ({
      LogicalResourceId,
      ResourceType: template.types[LogicalResourceId],
      ResourceStatus: 'CREATE_COMPLETE',
    })),
  }),
  'cloudformation delete-stack': deleteStack,
  's3api head-bucket': () => {
    bucketOf();
  },
  's3api create-bucket': () => {
    state.bucket = { name: option('bucket') ?? '', owner: '123456789012', keys: [] };
  },
  's3api put-object': () => {
    const { keys } = bucketOf();
    const key = option('key') ?? '';
    if (!keys.includes(key)) keys.push(key);
    return { VersionId: versionOf(key) };
  },
  's3api put-bucket-versioning': () => {
    bucketOf();
  },
  's3api put-bucket-policy': () => {
    bucketOf();
  },
  's3api head-object': () => {
    const key = option('key') ?? '';
    if (!bucketOf().keys.includes(key)) return fail('An error occurred (404) when calling the HeadObject operation');
    return { VersionId: versionOf(key) };
  },
  's3api list-object-versions': () =>
    bucketOf()
      .keys.filter((key) => key.startsWith(option('prefix') ?? ''))
      .map((key) => ({ Key: key, VersionId: versionOf(key) })),
  'lambda-web get-web-account-settings': () => ({}),
  'lambda-web get-web-function': () =>
    state.webFunction === option('function-name') ? {} : fail('An error occurred (ResourceNotFoundException)'),
  'lambda-web wait': () => undefined,
  's3api list-objects-v2': () => {
    const keys = bucketOf().keys.filter((key) => key.startsWith(option('prefix') ?? ''));
    return keys.length === 0 ? null : keys;
  },
  's3api delete-object': () => {
    const bucket = bucketOf();
    bucket.keys = bucket.keys.filter((key) => key !== option('key'));
  },
  's3api delete-bucket': () => {
    if (bucketOf().keys.length > 0)
      return fail('An error occurred (BucketNotEmpty) when calling the DeleteBucket operation');
    delete state.bucket;
  },
  'configure get': () => process.exit(1),
};

const fault = state.faults[name];
if (fault !== undefined) fail(fault);
const result = operations[name];
if (result === undefined) fail(`the script knows no ${name}`);
const output = result();
save();
if (output !== undefined) process.stdout.write(`${JSON.stringify(output)}\n`);
// A call that takes its time, for tests that interrupt it; it ends with them.
while (state.holds === name && existsSync(statePath)) await new Promise((resolve) => setTimeout(resolve, 100));
