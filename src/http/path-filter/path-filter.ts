import type { PathReadings } from './path-readings.ts';
import type { Segment } from './path-segments.ts';
import { type Branch, eachChild, treeOf } from './path-tree.ts';

/**
 * More branches than any real path reaches at once. Each costs time at every further segment, and only a path made to
 * leave open where it leads keeps so many.
 */
const maxReached = 128;

/** How many segments may stand above a branch that has been reached: the least and the most. */
interface Depth {
  readonly least: number;
  readonly most: number;
}

const ground: Depth = { least: 0, most: 0 };

/** What a segment may do at the place where it stands, beyond what it may do anywhere. */
interface Place {
  readonly isRoot: boolean;
  readonly mayVanish: boolean;
  readonly resolves: boolean;
}

/** Returns the depth after one more segment; undefined when that segment removes the branch itself. */
function deeper({ least, most }: Depth, segment: Segment, place: Place): Depth | undefined {
  const popped = segment.mayPop && place.resolves && (most > 0 || place.isRoot);
  const stays = segment.mayStay || !place.resolves;
  if (!popped && !place.mayVanish && !stays) return undefined;
  const ends = [
    ...(popped ? [Math.max(least, 1) - 1, Math.max(most, 1) - 1] : []),
    ...(place.mayVanish ? [least, most] : []),
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

/** Where a path may begin: the root, and the root behind the name of a script, where `/` is not the start page. */
interface Roots {
  readonly root: Branch;
  readonly behindScript: Branch;
}

/**
 * Walks a reading with every branch that it may have reached at once, because backends differ in what they resolve,
 * drop or keep.
 */
function reaches({ root, behindScript }: Roots, segments: readonly Segment[], resolves: boolean): boolean {
  let reached = new Map<Branch, Depth>([[root, ground]]);
  let [hasEmpty, mayBeAuthority, mayBeScript] = [false, false, false];
  for (const segment of segments) {
    const next = new Map<Branch, Depth>();
    const reach = (at: Branch, depth: Depth) => next.set(at, widened(depth, next.get(at)));
    const isScript = segment.isScript || mayBeScript;
    let isAtRoot = false;
    for (const [at, depth] of reached) {
      const isRoot = at === root || at === behindScript;
      const isFirst = isRoot && depth.least === 0;
      isAtRoot ||= isFirst;
      const mayVanish = segment.mayVanish || (isFirst && mayBeAuthority);
      const rest = deeper(depth, segment, { isRoot, mayVanish, resolves });
      if (rest !== undefined) reach(at, rest);
      // A script may stand below the path of an application, which the rest of the path continues.
      if (isScript) reach(isRoot ? behindScript : at, depth);
      if (depth.least === 0) eachChild(at, segment, (child) => reach(child, ground));
    }
    if (isScript) reach(behindScript, ground);
    if (next.size > maxReached) return true;
    reached = next;
    hasEmpty ||= segment.mayBeEmpty && isAtRoot;
    // Behind `//`, and behind `//x/..` and `//.` for those who resolve dot segments first.
    mayBeAuthority = hasEmpty && (segment.mayVanish || segment.mayPop);
    mayBeScript ||= segment.holdsScripts;
  }
  for (const [at, depth] of reached) if (at.filtered && (at !== root || depth.least === 0)) return true;
  return false;
}

// Stryker disable next-line ConditionalExpression,LogicalOperator: it only saves a walk that would find nothing new
const isDots = ({ mayPop, mayStay }: Segment) => mayPop && !mayStay;

/**
 * Compiles the filtered paths into a test that any reading of a path can fail.
 *
 * @param entries paths as in FILTERED_PATH; each covers itself and everything below it, one that ends in `.*` covers
 *   itself with any extension too, and `/` covers the root alone
 * @returns a function of the readings, in time linear in the path's length and independent of the number of entries
 * @example pathFilter(['/foobar'])(pathReadings('//FOOBAR/x')) // true
 */
export function pathFilter(entries: readonly string[]): (readings: PathReadings) => boolean {
  const root = treeOf(entries);
  const roots: Roots = { root, behindScript: { ...root, filtered: false } };
  return ({ readings }) =>
    readings.some(
      (segments) =>
        reaches(roots, segments, true) ||
        // Some backends compare before they resolve dot segments, or never do.
        (segments.some(isDots) && reaches(roots, segments, false)),
    );
}
