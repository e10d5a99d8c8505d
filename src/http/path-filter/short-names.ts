/** Starts a key for short names. A noncharacter, so that no name equals a key. */
const mark = '\ufdd1';

/** Name and extension, split at the last dot. A dot at the start belongs to the name. */
function parted(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf('.');
  return dot < 1 ? [name, ''] : [name.slice(0, dot), name.slice(dot, dot + 4)];
}

/**
 * Returns the keys of the 8.3 names that Windows may give a file or folder, without their numbers: `ADMINI~1` for
 * `administrator`, and `AD3F2B~1` where many names begin alike.
 *
 * @param name in lower case
 */
export function shortNameKeys(name: string): string[] {
  const [stem, extension] = parted(name);
  const kept = stem
    .slice(0, 256)
    .replace(/[ .]/g, '')
    .replace(/[+,;=[\]]/g, '_');
  const prefixes = new Set([kept.slice(0, 6), kept.slice(0, 5), `${kept.slice(0, 2)}#`]);
  return Array.from(prefixes, (prefix) => `${mark}${prefix}~${extension}`);
}

/**
 * Returns the keys of a name that has the form of an 8.3 name, and none for other names.
 *
 * @param name in lower case
 * @example shortNameKeys('administrator').includes(keysOfShortName('admini~1')[0] ?? '') // true
 */
export function keysOfShortName(name: string): string[] {
  const [, prefix = '', extension = ''] = /^([^~.]{1,6})~\d{1,6}(\.[^.]{0,3})?$/.exec(name) ?? [];
  if (prefix === '') return [];
  const hashed = /^(..?)[\da-f]{4}$/.exec(prefix)?.[1];
  const prefixes = hashed === undefined ? [prefix] : [prefix, `${hashed}#`];
  return prefixes.map((each) => `${mark}${each}~${extension}`);
}
