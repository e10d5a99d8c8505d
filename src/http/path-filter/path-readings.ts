import { decodedSlash, decodings } from './path-decoding.ts';
import { type Segment, segmentOf } from './path-segments.ts';

/** More readings than any honest path has; what goes beyond only costs time. */
const maxReadings = 64;

/**
 * Every way in which a backend could read a path: it may decode it twice, take `\` for `/`, cut it at a NUL, ignore
 * `;x`, letter case or a final dot. A filter that knows one reading is passed by the others.
 * Only ever compared with, never forwarded.
 */
export interface PathReadings {
  /** Segments in order. Backends that differ in where a path ends or is split have a reading each. */
  readonly readings: readonly (readonly Segment[])[];
  /** Some reading climbs above the path's own root. */
  readonly climbs: boolean;
  /** There are more rounds of decoding, or more readings, than any honest path needs. */
  readonly bottomless: boolean;
}

/** Whole, and cut where C strings, queries and fragments would end it. */
function cuts(stage: string): string[] {
  const ends = ['\u0000', '?', '#'].map((cutter) => stage.indexOf(cutter)).filter((end) => end !== -1);
  return [stage, ...ends.map((end) => stage.slice(0, end))];
}

/** With and without a decoded slash as separator; so it is with `\` in the stages already. */
const splits = (path: string) => [path, path.replaceAll(decodedSlash, '/')];

/** True when some way of resolving dot segments tries to leave the root. */
function climbsOut(segments: readonly Segment[]): boolean {
  let leastDepth = 0;
  for (const { mayPop, mayVanish } of segments) {
    if (mayPop && leastDepth === 0) return true;
    if (mayPop) leastDepth -= 1;
    else if (!mayVanish) leastDepth += 1;
  }
  return false;
}

/** Names of letters, digits, `-` and `_`, with single dots inside of them: nobody reads such a path in another way. */
const plain = /^(?:\/[\w-]+(?:\.[\w-]+)*)+$/;

/**
 * All readings of a path. Most paths are plain and have one, which is all that they cost.
 *
 * @param rawPath the path as received, or joined to a base path as forwarded
 * @returns the readings, made in time linear in the path's length
 * @example pathReadings('/a/%2e%2e/%2e%2e').climbs // true
 */
export function pathReadings(rawPath: string): PathReadings {
  if (!plain.test(rawPath)) return readingsOfAny(rawPath);
  const segments = rawPath.slice(1).toLowerCase().split('/');
  const name = (text: string): Segment => ({ names: [text], mayPop: false, mayVanish: false, mayStay: true });
  return { readings: [segments.map(name)], climbs: false, bottomless: false };
}

/** The same for a path of any kind; the tests compare the two. */
export function readingsOfAny(rawPath: string): PathReadings {
  const { stages, bottomless } = decodings(rawPath);
  const texts = new Set([...stages].flatMap(cuts).flatMap(splits));
  const known = new Map<string, Segment>();
  const segment = (text: string) => {
    const found = known.get(text) ?? segmentOf(text);
    // Stryker disable next-line CallExpression: only saves time
    known.set(text, found);
    return found;
  };
  const readings = [...texts].slice(0, maxReadings).map((text) => text.replace(/^\//, '').split('/').map(segment));
  // Stryker disable next-line EqualityOperator: the bound is a round number, and one more or less would do
  return { readings, climbs: readings.some(climbsOut), bottomless: bottomless || texts.size > maxReadings };
}
