import type { BackendRequest } from '../../types.ts';
import { namedByConnection } from '../hop-by-hop.ts';
import { type HeaderSource, headerSteps, rulesOf } from './header-steps.ts';
import { whyDropped } from './request-headers.ts';

type Value = string | string[] | undefined;

/** What became of one header field on its way through the proxy. */
export interface FieldChange {
  readonly name: string;
  readonly change: 'same' | 'dropped' | 'added' | 'changed';
  readonly received: Value;
  readonly sent: Value;
  /** The reason of the step that did it; empty where nothing changed. */
  readonly why: string;
}

const isSame = (a: Value, b: Value) => String(a) === String(b) && Array.isArray(a) === Array.isArray(b);

function kindOf(received: Value, sent: Value): FieldChange['change'] {
  if (received === undefined) return 'added';
  if (sent === undefined) return 'dropped';
  return isSame(received, sent) ? 'same' : 'changed';
}

/** Takes the steps one by one, and notes for each field the reason of the last one that changed it. */
function reasonsOf(headerSource: HeaderSource): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  const headers: BackendRequest['headers'] = Object.create(null);
  for (const { why, write } of headerSteps) {
    const before: BackendRequest['headers'] = Object.assign(Object.create(null), headers);
    write(headers, headerSource);
    for (const name of Object.keys({ ...before, ...headers }))
      if (!isSame(before[name], headers[name])) reasons.set(name, why);
  }
  return reasons;
}

/**
 * What becomes of every header field, and why: told by the very steps and rules that make the fields for the backend.
 *
 * @param sending what the fields are made from
 * @param sent what came of it
 * @returns the fields received, in order, and behind them those that were added
 */
export function fieldChanges(headerSource: HeaderSource, sent: BackendRequest): FieldChange[] {
  const { request, config } = headerSource;
  const reasons = reasonsOf(headerSource);
  const named = namedByConnection(request.headers['connection']);
  const names = new Set([...Object.keys(request.headers), ...Object.keys(sent.headers)]);
  return [...names].map((name) => {
    const received = request.headers[name];
    const value = sent.headers[name];
    const change = kindOf(received, value);
    const dropped = change === 'dropped' ? whyDropped(name, named, rulesOf(config)) : undefined;
    const reason = dropped ?? reasons.get(name);
    return { name, change, received, sent: value, why: change === 'same' ? '' : (reason ?? '') };
  });
}
