import { ProxyError } from '../failures.ts';
import type { HeaderFields, ProxyResponse } from '../types.ts';

/** Names with all their values, as payload format 1.0 and load balancers hold header fields and parameters. */
export type Entries = readonly (readonly [name: string, values: readonly string[]])[];

/** True for an object that has at least one entry. */
export function isFilled(value: unknown): value is object {
  for (const _ in value as object) return true;
  return false;
}

/** Values by name: the list of all of them where that is filled, else the last of each. */
export function entriesOf(
  all: Readonly<Record<string, readonly (string | number)[]>> | null | undefined,
  last: Readonly<Record<string, string | number>> | null | undefined,
): Entries {
  if (isFilled(all)) return Object.entries(all).map(([name, values]) => [name, values.map(String)]);
  return Object.entries(last ?? {}).map(([name, value]) => [name, [String(value)]]);
}

/** Fields that hold one value, and whose second one makes two parties disagree on what the request is. */
const singletons = new Set(['authorization', 'content-length', 'content-type', 'host']);

function fieldValue(name: string, values: readonly string[]): string {
  if (name === 'cookie') return values.join('; ');
  if (!singletons.has(name)) return values.join(','); // as payload format 2.0 joins them
  if (new Set(values).size === 1) return String(values[0]);
  throw new ProxyError('bad_request', { reason: `event part multiValueHeaders holds different values for ${name}` });
}

/**
 * Header fields by lower-case name, with exactly one Cookie; other repeats are joined (RFC 9110 §5.3).
 *
 * @throws {ProxyError} `bad_request` for a second, different Host, Content-Length, Content-Type or Authorization
 */
export function fieldsOf(entries: Entries): HeaderFields {
  const all: Record<string, string[]> = Object.create(null);
  for (const [name, values] of entries) {
    const lower = name.toLowerCase();
    if (values.length > 0) all[lower] = [...(all[lower] ?? []), ...values];
  }
  const fields: HeaderFields = Object.create(null);
  for (const [name, values] of Object.entries(all)) fields[name] = fieldValue(name, values);
  return fields;
}

/**
 * Fields of a response by lower-case name, each value an entry of its own.
 *
 * @param response a response, its body not looked at
 */
export function listsOf({ headers }: ProxyResponse): Record<string, string[]> {
  // Without a prototype, or a field called `__proto__` would be lost.
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    const values = [value].flat();
    if (values.length > 0) fields[name.toLowerCase()] = values;
  }
  return fields;
}

/**
 * Fields of a response for an event source that takes one value for each name. Cookies cannot be joined, so the first
 * stays and the others are lost.
 *
 * @param lists as `listsOf` makes them
 */
export function singleFields(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const [name, values] of Object.entries(lists)) {
    fields[name] = (name === 'set-cookie' ? values.slice(0, 1) : values).join(', ');
  }
  return fields;
}
