import { decodedSlash, decodings } from './path-decoding.ts';
import { plainSegment, type Segment, segmentOf } from './path-segments.ts';

/** More readings than any real path has. A path with more is refused, because each costs time. */
const maxReadings = 64;

/**
 * Every way in which a backend could read a path: it may decode it twice, take `\` for `/`, cut it at a NUL, ignore
 * `;x`, letter case or a final dot. A filter that knows one reading is bypassed by the others.
 * Readings are only compared, never forwarded.
 */
export interface PathReadings {
  /** Segments in order. Backends that differ in where a path ends or is split have a reading each. */
  readonly readings: readonly (readonly Segment[])[];
  /** Some reading climbs above the path's own root. */
  readonly climbs: boolean;
  /** There are more rounds of decoding, or more readings, than any real path needs. */
  readonly bottomless: boolean;
}

/** Whole, and cut where C strings, queries and fragments would end it. */
function cuts(stage: string): string[] {
  const ends = ['\u0000', '?', '#'].map((cutter) => stage.indexOf(cutter)).filter((end) => end !== -1);
  return [stage, ...ends.map((end) => stage.slice(0, end))];
}

/** Segments in which ASP.NET keeps a session without cookies: `(24 characters)`, `(S(x))`, `(A(x)F(y))`. */
const session = /\/\((?:[a-z\d]{24}|(?:[a-z]\([^()/]*\))+)\)/gi;

/** As it is, and without sessions. ASP.NET removes the slash too, so that `/ad/(S(x))min` is `/admin`. */
function sessions(path: string): string[] {
  const without = path.includes('/(') ? path.replace(session, '') : path;
  return without === path ? [path] : [path, without];
}

/** With and without a decoded slash as separator. The stages have both readings of `\` already. */
const splits = (path: string) => [path, path.replaceAll(decodedSlash, '/')];

/** In absolute form, the path is what follows `http:` and the authority. */
const withoutScheme = (text: string) => text.replace(/^[a-z][a-z\d+.-]*:(?=[/\\])/i, '');

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

/** Names of letters, digits, `-` and `_`, with single dots inside: such a path has one reading. */
const plain = /^(?:\/[\w-]+(?:\.[\w-]+)*)+$/;

/**
 * Returns all readings of a path. Most paths are plain and have one, so they cost no more than that.
 *
 * @param rawPath the path as received, or joined to a base path as forwarded
 * @returns the readings, made in time linear in the path's length
 * @example pathReadings('/a/%2e%2e/%2e%2e').climbs // true
 */
export function pathReadings(rawPath: string): PathReadings {
  if (!plain.test(rawPath)) return readingsOfAny(rawPath);
  const segments = rawPath.slice(1).toLowerCase().split('/');
  return { readings: [segments.map(plainSegment)], climbs: false, bottomless: false };
}

/** Returns the readings of a path of any kind. Tests compare it with the short way for plain paths. */
export function readingsOfAny(rawPath: string): PathReadings {
  const { stages, bottomless } = decodings(rawPath);
  const texts = new Set([...stages].flatMap(cuts).flatMap(splits).flatMap(sessions));
  const known = new Map<string, Segment>();
  const segment = (text: string) => {
    const found = known.get(text) ?? segmentOf(text);
    // Stryker disable next-line CallExpression: only saves time
    known.set(text, found);
    return found;
  };
  const segmentsOf = (text: string) => withoutScheme(text).replace(/^\//, '').split('/').map(segment);
  const readings = [...texts].slice(0, maxReadings).map(segmentsOf);
  // Stryker disable next-line EqualityOperator: the bound is a round number, and one more or less would do
  return { readings, climbs: readings.some(climbsOut), bottomless: bottomless || texts.size > maxReadings };
}
