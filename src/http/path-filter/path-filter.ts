import { decodedSlash, decodings } from './path-decoding.ts';
import type { PathReadings } from './path-readings.ts';
import { type Segment, segmentOf, shortestName } from './path-segments.ts';

/**
 * More branches than any honest path reaches at once. Each costs time at every further segment, and only a path made to
 * leave open where it leads keeps so many.
 */
const maxReached = 128;

/** The filtered paths as a tree of names. */
interface Branch {
  readonly children: Map<string, Branch>;
  filtered: boolean;
}

const branch = (): Branch => ({ children: new Map(), filtered: false });

/** The one path that an entry means: decoded to the end, dot segments resolved. A query is no part of it. */
function namesOf(entry: string): string[] {
  // Stryker disable next-line StringLiteral: never taken, because the entry itself is a stage
  const decoded = [...decodings(entry.replace(/[?#].*/s, '')).stages].at(-1) ?? '';
  const names: string[] = [];
  for (const text of decoded.replaceAll(decodedSlash, '/').split('/')) {
    const name = shortestName(segmentOf(text));
    if (text === '..') names.pop();
    else if (name !== '') names.push(name);
  }
  return names;
}

function treeOf(entries: readonly string[]): Branch {
  const root = branch();
  for (const entry of entries) {
    let at = root;
    for (const name of namesOf(entry)) {
      const next = at.children.get(name) ?? branch();
      at.children.set(name, next);
      at = next;
    }
    at.filtered = true;
  }
  return root;
}

/** How many segments may stand above a branch that has been reached: the least and the most. */
interface Depth {
  readonly least: number;
  readonly most: number;
}

const ground: Depth = { least: 0, most: 0 };

/** The depth after one more segment; undefined when that segment takes the branch itself away. */
function deeper({ least, most }: Depth, segment: Segment, resolves: boolean, isRoot: boolean): Depth | undefined {
  const { mayPop, mayVanish, mayStay } = segment;
  const popped = mayPop && resolves && (most > 0 || isRoot);
  const stays = mayStay || !resolves;
  if (!popped && !mayVanish && !stays) return undefined;
  const ends = [
    ...(popped ? [Math.max(least, 1) - 1, Math.max(most, 1) - 1] : []),
    ...(mayVanish ? [least, most] : []),
    ...(stays ? [least + 1, most + 1] : []),
  ];
  return {
    least: Math.min(...ends),
    // Stryker disable next-line MethodExpression: a random search found no path that tells; the wider one is safe
    most: Math.max(...ends),
  };
}

const widened = (depth: Depth, other: Depth | undefined): Depth =>
  other === undefined
    ? depth
    : {
        least: Math.min(depth.least, other.least),
        // Stryker disable next-line MethodExpression: a random search found no path that tells; the wider one is safe
        most: Math.max(depth.most, other.most),
      };

/**
 * Walks a reading with every branch that it may have reached at once, so that what some backends resolve, drop or keep
 * never has to be decided.
 */
function reaches(root: Branch, segments: readonly Segment[], resolves: boolean): boolean {
  let reached = new Map<Branch, Depth>([[root, ground]]);
  for (const segment of segments) {
    const next = new Map<Branch, Depth>();
    for (const [at, depth] of reached) {
      const rest = deeper(depth, segment, resolves, at === root);
      if (rest !== undefined) next.set(at, widened(rest, next.get(at)));
      if (depth.least > 0) continue;
      for (const name of segment.names) {
        const child = at.children.get(name);
        if (child !== undefined) next.set(child, widened(ground, next.get(child)));
      }
    }
    if (next.size > maxReached) return true;
    reached = next;
  }
  for (const [at, depth] of reached) if (at.filtered && (at !== root || depth.least === 0)) return true;
  return false;
}

// Stryker disable next-line ConditionalExpression,LogicalOperator: it only saves a walk that would find nothing new
const isDots = ({ mayPop, mayStay }: Segment) => mayPop && !mayStay;

/**
 * Compiles the filtered paths into a test that any reading of a path can fail.
 *
 * @param entries paths as in FILTERED_PATH; each covers itself and everything below it, and `/` the root alone
 * @returns a function of the readings, in time linear in the path's length and independent of the number of entries
 * @example pathFilter(['/foobar'])(pathReadings('//FOOBAR/x')) // true
 */
export function pathFilter(entries: readonly string[]): (readings: PathReadings) => boolean {
  const root = treeOf(entries);
  return ({ readings }) =>
    readings.some(
      (segments) =>
        reaches(root, segments, true) ||
        // Some backends compare before they resolve dot segments, or never do.
        (segments.some(isDots) && reaches(root, segments, false)),
    );
}
