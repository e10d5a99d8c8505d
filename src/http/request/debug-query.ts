import type { Config } from '../../config/config.ts';
import { isSameSecret } from '../same-secret.ts';
import { takeParameter } from './query.ts';

/** Queries that developers may add to any address. */
export type DebugQuery = 'trace_connection' | 'dump_request';

const switchedOn = new Set(['y', 'yes', '1', 'true']);

/** Whether a parameter's value switches something on. */
export const isOn = (value: string): boolean => switchedOn.has(value.toLowerCase());

/**
 * Whether a request asks for a debug query and may have it. When it does, the parameter is consumed; otherwise it is
 * an ordinary one and stays.
 *
 * @param rawQuery the query without its `?`
 * @param name which debug query
 * @param config says whether the queries are on, and the key if there is one
 */
export function debugQuery(
  rawQuery: string,
  name: DebugQuery,
  { debugQueries, debugKey }: Pick<Config, 'debugQueries' | 'debugKey'>,
): { active: boolean; rest: string } {
  if (!debugQueries) return { active: false, rest: rawQuery };
  const { values, rest } = takeParameter(rawQuery, name);
  const active = values.some((value) => (debugKey === undefined ? isOn(value) : isSameSecret(value, debugKey)));
  return active ? { active, rest } : { active, rest: rawQuery };
}
