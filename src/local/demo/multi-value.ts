/** Names with one value each, or with a list where a name repeats: how httpbin shows queries and forms. */
export type MultiValue = Record<string, string | string[]>;

/**
 * Groups pairs by name, keeping the order of first appearance.
 *
 * @example groupValues([['a', '1'], ['b', '2'], ['a', '3']]) // { a: ['1', '3'], b: '2' }
 */
export function groupValues(pairs: Iterable<readonly [string, string]>): MultiValue {
  // A Map, because a field may be called "__proto__".
  const groups = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const before = groups.get(name);
    groups.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(groups);
}
