import { ProxyError } from '../failures.ts';
import type { HeaderFields, ProxyResponse } from '../types.ts';

/** Names with all their values, as payload format 1.0 and load balancers hold header fields and parameters. */
export type Entries = readonly (readonly [name: string, values: readonly string[]])[];

/** Values by name: the list of all of them where there is one, else the last of each. */
export const entriesOf = (
  all: Readonly<Record<string, readonly string[]>> | null | undefined,
  last: Readonly<Record<string, string>> | null | undefined,
): Entries => (all ? Object.entries(all) : Object.entries(last ?? {}).map(([name, value]) => [name, [value]]));

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
 * Fields of an answer by lower-case name, each value an entry of its own.
 *
 * @param response an answer, its body not looked at
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
