import type { Config } from '../../config/config.ts';
import type { HeaderFields } from '../../types.ts';
import { isSameSecret } from '../same-secret.ts';
import { parseParameter, takeParameter } from './query.ts';

const debugQueries = ['trace_connection', 'dump_request'] as const;

/** Queries that developers may add to any URL. */
export type DebugQuery = (typeof debugQueries)[number];

const switchedOn = new Set(['y', 'yes', '1', 'true']);

/** Returns whether a parameter's value switches something on. */
export const isOn = (value: string): boolean => switchedOn.has(value.toLowerCase());

/**
 * Returns whether a debug query of a request is active. The parameter is then consumed; otherwise it is an ordinary one
 * and stays.
 *
 * @param rawQuery the query without its `?`
 * @param name the debug query
 * @param config says whether the queries are on, and the key if there is one
 */
export function debugQuery(
  rawQuery: string,
  name: DebugQuery,
  { debugQueries: isEnabled, debugKey }: Pick<Config, 'debugQueries' | 'debugKey'>,
): { active: boolean; rest: string } {
  // Only escapes could spell the name in another way.
  if (!isEnabled || !(rawQuery.includes(name) || rawQuery.includes('%'))) return { active: false, rest: rawQuery };
  const { values, rest } = takeParameter(rawQuery, name);
  const active = values.some((value) => (debugKey === undefined ? isOn(value) : isSameSecret(value, debugKey)));
  return active ? { active, rest } : { active, rest: rawQuery };
}

/** Fields in which browsers and scripts tell the URL of the page that a request comes from. */
const pageUrls = ['referer', 'hx-current-url', 'next-url', 'x-current-url'];

const mentionsDebugQuery = (text: string) => debugQueries.some((name) => text.includes(name));

/** The value of one parameter, or its replacement where it may be the key or a URL that holds the key. */
function withoutKey(parameter: string): string {
  const { name, value } = parseParameter(parameter);
  const decodedTwice = parseParameter(`=${value}`).value;
  if (!mentionsDebugQuery(name) && !mentionsDebugQuery(value) && !mentionsDebugQuery(decodedTwice)) return parameter;
  return `${parameter.slice(0, Math.max(parameter.indexOf('='), 0))}=redacted`;
}

/**
 * Replaces the key of a debug query in the fields that name the page a request comes from, in place. A page that was
 * loaded with `?trace_connection=<key>` would otherwise send the key to the backend with every request it makes.
 *
 * @param headers the fields on their way to the backend
 */
export function redactDebugKey(headers: HeaderFields): void {
  for (const name of pageUrls) {
    const url = headers[name];
    if (typeof url !== 'string') continue;
    const start = url.search(/[?#]/);
    if (start === -1) continue;
    const parts = url.slice(start + 1).split(/([&#])/);
    const redacted = parts.map((part, index) => (index % 2 === 0 ? withoutKey(part) : part));
    headers[name] = `${url.slice(0, start + 1)}${redacted.join('')}`;
  }
}
