import { setTimeout as sleep } from 'node:timers/promises';
import type { Aws } from './aws.ts';
import { describeStack, eventsOf, type Stack, type StackEvent } from './stack.ts';

const pollMs = 2000;

/** Milliseconds without news after which a line says what is under way. */
const quietMs = 30_000;

const words: Readonly<Record<string, string>> = { CREATE: 'created', UPDATE: 'changed', DELETE: 'removed' };

/** Returns the line for an event, or undefined for one that says nothing new. */
function lineFor({ LogicalResourceId, ResourceStatus, ResourceStatusReason }: StackEvent): string | undefined {
  const [, action = '', end] = /^([A-Z]+)_(COMPLETE|FAILED)$/.exec(ResourceStatus) ?? [];
  if (end === 'FAILED') return `${LogicalResourceId} failed: ${ResourceStatusReason ?? 'no reason'}`;
  return end === undefined ? undefined : `${LogicalResourceId} ${words[action] ?? ResourceStatus}`;
}

/**
 * Waits until CloudFormation has finished with a stack, and prints what it does meanwhile.
 *
 * @param stackId ARN, because a removed stack has no name any more
 * @param earlier ids of the events before this change
 * @param say prints a line
 * @returns the stack, or undefined when it has been removed
 */
export async function follow(
  aws: Aws,
  stackId: string,
  earlier: readonly string[],
  say: (line: string) => void,
): Promise<Stack | undefined> {
  const startedAt = Date.now();
  const seen = new Set(earlier);
  const underWay = new Set<string>();
  let quietSince = startedAt;
  const tell = (text: string) => {
    quietSince = Date.now();
    say(`  ${String(Math.round((quietSince - startedAt) / 1000)).padStart(5)} s  ${text}`);
  };
  for (;;) {
    const stack = await describeStack(aws, stackId);
    const events = (await eventsOf(aws, stackId)).filter(({ EventId }) => !seen.has(EventId)).reverse();
    for (const event of events) {
      seen.add(event.EventId);
      // The stack's own events repeat its state.
      if (event.ResourceType === 'AWS::CloudFormation::Stack') continue;
      if (event.ResourceStatus.endsWith('_IN_PROGRESS')) underWay.add(event.LogicalResourceId);
      else underWay.delete(event.LogicalResourceId);
      const line = lineFor(event);
      if (line !== undefined) tell(line);
    }
    if (stack === undefined || !stack.StackStatus.endsWith('_IN_PROGRESS')) return stack;
    if (Date.now() - quietSince > quietMs) tell(`still under way: ${[...underWay].join(', ') || stack.StackStatus}`);
    await sleep(pollMs);
  }
}
