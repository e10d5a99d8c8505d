import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Aws } from './aws.ts';
import { type CodeStore, uploadTemplate } from './code-bucket.ts';
import type { Parameters } from './parameters.ts';
import { withPrivateFile } from './private-file.ts';
import { parameterOf, type Stack } from './stack.ts';
import type { Template } from './template.ts';
import { UserError } from './user-error.ts';

const pollMs = 1000;

/** Largest template in bytes that a call of CloudFormation carries. */
const maxTemplateBytes = 51_200;

interface ResourceChange {
  readonly Action: 'Add' | 'Modify' | 'Remove' | 'Import' | 'Dynamic' | 'SyncWithActual';
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly Replacement?: 'True' | 'False' | 'Conditional';
  readonly Details?: readonly { readonly Target?: { readonly Attribute?: string; readonly Name?: string } }[];
}

/** A change that CloudFormation has computed and not yet made. */
export interface ChangeSet {
  readonly ChangeSetId: string;
  readonly StackId: string;
  readonly Status: string;
  readonly StatusReason?: string;
  readonly Changes?: readonly { readonly ResourceChange?: ResourceChange }[];
}

/** What a change set is made from. */
export interface Change {
  readonly stackName: string;
  /** The current stack, or undefined when it is new. */
  readonly stack: Stack | undefined;
  readonly template: Template;
  /** Path of the template. */
  readonly templatePath: string;
  /** Parameters with new values; the others keep theirs. */
  readonly parameters: Parameters;
  readonly tags: Parameters;
  readonly store: CodeStore;
}

/** Returns the parameters as CloudFormation takes them: a new value, or the one that the stack has. */
function parameterList({ stack, template, parameters }: Change): object[] {
  return Object.keys(template.Parameters).flatMap((ParameterKey): object[] => {
    const ParameterValue = parameters[ParameterKey];
    if (ParameterValue !== undefined) return [{ ParameterKey, ParameterValue }];
    return parameterOf(stack, ParameterKey) === undefined ? [] : [{ ParameterKey, UsePreviousValue: true }];
  });
}

const isNew = ({ stack }: Change) => stack === undefined || stack.StackStatus === 'REVIEW_IN_PROGRESS';

/**
 * Has CloudFormation compute a change. Parameters go through a file that only its owner can read, which is removed before
 * the change begins.
 *
 * @returns undefined when nothing changes
 * @throws {UserError} when CloudFormation refuses the change
 */
export async function createChangeSet(aws: Aws, change: Change): Promise<ChangeSet | undefined> {
  const { stackName, tags, store, templatePath } = change;
  const body = readFileSync(templatePath);
  const template =
    body.length > maxTemplateBytes
      ? { TemplateURL: await uploadTemplate(aws, store, templatePath) }
      : { TemplateBody: body.toString() };
  const input = {
    StackName: stackName,
    ChangeSetName: `lambda-rproxy-${Date.now().toString(36)}`,
    ChangeSetType: isNew(change) ? 'CREATE' : 'UPDATE',
    Capabilities: ['CAPABILITY_IAM'],
    Parameters: parameterList(change),
    Tags: Object.entries({ project: 'lambda-rproxy', ...tags }).map(([Key, Value]) => ({ Key, Value })),
    ...template,
  };
  const { Id } = await withPrivateFile(JSON.stringify(input), (path) =>
    aws.json<{ Id: string }>('cloudformation', 'create-change-set', '--cli-input-json', `file://${path}`),
  );
  const words = ['--change-set-name', Id, '--stack-name', stackName];
  for (;;) {
    const changeSet = await aws.json<ChangeSet>('cloudformation', 'describe-change-set', ...words);
    const { Status, StatusReason = 'no reason' } = changeSet;
    if (Status === 'CREATE_COMPLETE') return changeSet;
    if (Status === 'FAILED') {
      await aws.run('cloudformation', 'delete-change-set', ...words);
      if (/didn't contain changes|No updates are to be performed/.test(StatusReason)) return undefined;
      throw new UserError(`CloudFormation refuses the change of ${stackName}: ${StatusReason}`);
    }
    await sleep(pollMs);
  }
}

const shown = (value: string | undefined) => {
  if (value === undefined || value === '') return '(none)';
  const [line = ''] = value.split('\n', 1);
  return line.length > 60 || line !== value ? `${line.slice(0, 60)}…` : line;
};

/** Returns a line for each parameter that changes; secrets without their values. */
function parameterLines({ stack, template, parameters }: Change): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    if (template.Parameters[name]?.NoEcho === true)
      return stack === undefined && value === '' ? [] : [`    ${name}: (secret)`];
    const before = stack === undefined ? template.Parameters[name]?.Default : parameterOf(stack, name);
    if (String(before ?? '') === value) return [];
    return [`    ${name}: ${shown(before === undefined ? undefined : String(before))} -> ${shown(value)}`];
  });
}

const verbs: Readonly<Record<string, string>> = {
  Add: 'adds',
  Modify: 'changes',
  Remove: 'removes',
  Import: 'imports',
};

function resourceLine({ Action, LogicalResourceId, ResourceType, Replacement, Details = [] }: ResourceChange): string {
  const verb = Replacement === 'True' ? 'REPLACES' : (verbs[Action] ?? Action);
  const properties = new Set(Details.flatMap(({ Target }) => Target?.Name ?? Target?.Attribute ?? []));
  const what = properties.size === 0 || Action !== 'Modify' ? '' : `: ${[...properties].join(', ')}`;
  const maybe = Replacement === 'Conditional' ? ' (may replace it)' : '';
  return `    ${verb} ${LogicalResourceId} (${ResourceType})${what}${maybe}`;
}

/** Counts the resources of a new stack by type: thirty lines of "adds" say less. */
function typeLines(changes: readonly ResourceChange[]): string[] {
  const counts = new Map<string, number>();
  for (const { ResourceType } of changes) counts.set(ResourceType, (counts.get(ResourceType) ?? 0) + 1);
  return [...counts].sort().map(([type, count]) => `    adds ${String(count).padStart(2)} ${type}`);
}

/** Returns what a change set does, in words. */
export function summaryOf({ Changes = [] }: ChangeSet, change: Change): string {
  const changes = Changes.flatMap(({ ResourceChange }) => ResourceChange ?? []);
  const resources = isNew(change) ? typeLines(changes) : changes.map(resourceLine);
  return ['  What changes', ...parameterLines(change), ...resources, ''].join('\n');
}
