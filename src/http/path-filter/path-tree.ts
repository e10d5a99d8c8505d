import { decodedSlash, decodings } from './path-decoding.ts';
import { type EntryName, entryNameOf, type Segment } from './path-segments.ts';

/** The filtered paths as a tree of names. */
export interface Branch {
  readonly children: Map<string, Branch>;
  /** Children by their other names, which several may share. */
  readonly aliases: Map<string, Set<Branch>>;
  /** Children that an extension may follow, by name, and the lengths of these names. */
  readonly extensible: Map<string, Set<Branch>>;
  readonly lengths: Set<number>;
  filtered: boolean;
}

const branch = (): Branch => ({
  children: new Map(),
  aliases: new Map(),
  extensible: new Map(),
  lengths: new Set(),
  filtered: false,
});

/** The one path that an entry means: decoded to the end, dot segments resolved. A query is no part of it. */
function namesOf(entry: string): EntryName[] {
  // Stryker disable next-line StringLiteral: never taken, because the entry itself is a stage
  const decoded = [...decodings(entry.replace(/[?#].*/s, '')).stages].at(-1) ?? '';
  const names: EntryName[] = [];
  for (const text of decoded.replaceAll(decodedSlash, '/').split('/')) {
    const name = entryNameOf(text);
    if (text === '..') names.pop();
    else if (name !== undefined) names.push(name);
  }
  return names;
}

function addTo(map: Map<string, Set<Branch>>, name: string, child: Branch): void {
  const branches = map.get(name) ?? new Set();
  map.set(name, branches.add(child));
}

/** Returns the child of a name, made where there is none. */
function childOf(at: Branch, { name, aliases }: EntryName): Branch {
  const child = at.children.get(name) ?? branch();
  at.children.set(name, child);
  for (const alias of aliases) addTo(at.aliases, alias, child);
  return child;
}

/** Lets an extension follow a child's names, as in `/admin.json`. */
function allowExtension(at: Branch, { name, aliases }: EntryName, child: Branch): void {
  for (const each of [name, ...aliases]) {
    addTo(at.extensible, each, child);
    at.lengths.add(each.length);
  }
}

/** `/admin.*` covers `/admin.json` too. A name of `.*` alone is a name like any other. */
const suffixed = /[^/]\.\*$/;

/** Builds the tree of the entries of FILTERED_PATH. */
export function treeOf(entries: readonly string[]): Branch {
  const root = branch();
  for (const entry of entries) {
    const hasSuffix = suffixed.test(entry);
    let [at, above, last] = [root, root, undefined as EntryName | undefined];
    for (const name of namesOf(hasSuffix ? entry.slice(0, -2) : entry)) {
      [above, at, last] = [at, childOf(at, name), name];
    }
    at.filtered = true;
    if (hasSuffix && last !== undefined) allowExtension(above, last, at);
  }
  return root;
}

/** Calls back with every child that a segment may name, in time that does not depend on the number of children. */
export function eachChild(at: Branch, { names }: Segment, found: (child: Branch) => void): void {
  for (const name of names) {
    const child = at.children.get(name);
    if (child !== undefined) found(child);
    at.aliases.get(name)?.forEach(found);
    for (const length of at.lengths) {
      if (name.charAt(length) === '.') at.extensible.get(name.slice(0, length))?.forEach(found);
    }
  }
}
