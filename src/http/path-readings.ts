/**
 * A backend may read a path in more ways than one: it may decode it twice, take `\` for `/`, ignore `;x`, letter case
 * or a trailing dot. A filter that knows one reading is passed by the others, so this module makes them all.
 * Only ever compared with, never forwarded.
 */

/** How often a backend chain may plausibly decode. A path that is still changing then is not an honest one. */
const maxRounds = 5;

/** Bytes in more than one UTF-8 spelling: lenient decoders accept these overlong forms of ASCII. */
const overlong = /[\u00c0\u00c1]([\u0080-\u00bf])|\u00e0([\u0080\u0081])([\u0080-\u00bf])/g;

function fromOverlong(sequence: string): string {
  const bytes = Array.from(sequence, (byte) => byte.charCodeAt(0) & 0x3f);
  return sequence.length === 2
    ? String.fromCharCode(((sequence.charCodeAt(0) & 0x1f) << 6) | (bytes[1] ?? 0))
    : String.fromCharCode(((bytes[1] ?? 0) << 6) | (bytes[2] ?? 0));
}

/** One round of percent-decoding, lenient in every way a backend might be: `%uXXXX`, overlong and broken UTF-8. */
function decodeOnce(path: string): string {
  return path
    .replace(/(?:%[\da-f]{2})+/gi, (run) =>
      Buffer.from(
        Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1').replace(overlong, fromOverlong),
        'latin1',
      ).toString('utf8'),
    )
    .replace(/%u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Letters that compare equal somewhere: compatibility forms, case, dotted and dotless i, invisible characters. */
const fold = (path: string) =>
  path
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('i\u0307', 'i');

/** Windows ignores dots and spaces at the end of a name. A loop, because /[. ]+$/ is quadratic on `. . . .x`. */
function trimName(segment: string): string {
  if (segment === '.' || segment === '..') return segment;
  let end = segment.length;
  while (end > 0 && segment[end - 1] === ' ') end -= 1;
  const name = segment.slice(0, end);
  if (name === '.' || name === '..') return name;
  while (end > 0 && (segment[end - 1] === '.' || segment[end - 1] === ' ')) end -= 1;
  return segment.slice(0, end);
}

/** Path segments with parameters (`;x`), empty names and trailing dots gone; dot segments still in place. */
const segmentsOf = (path: string) =>
  path
    .split('/')
    .map((segment) => trimName(segment.split(';', 1)[0] ?? ''))
    .filter((segment) => segment !== '');

/** RFC 3986 §5.2.4. Climbing above the root stays at the root; `climbed` tells that it was tried. */
function resolveDots(segments: readonly string[]): { resolved: string[]; climbed: boolean } {
  const resolved: string[] = [];
  let climbed = false;
  for (const segment of segments) {
    if (segment === '..') climbed = resolved.pop() === undefined || climbed;
    else if (segment !== '.') resolved.push(segment);
  }
  return { resolved, climbed };
}

const join = (segments: readonly string[]) => segments.map((segment) => `/${segment}`).join('');

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const cutters = /[\u0000?#]/;

/** Readings of one decoding stage: whole and cut at a terminator, with dot segments resolved and left alone. */
function* readingsOf(stage: string): Generator<{ path: string; climbed: boolean }> {
  const cut = stage.search(cutters);
  for (const whole of cut === -1 ? [stage] : [stage, stage.slice(0, cut)]) {
    const segments = segmentsOf(fold(whole.replace(controls, '').replaceAll('\\', '/')));
    const { resolved, climbed } = resolveDots(segments);
    yield { path: join(segments), climbed };
    yield { path: join(resolved), climbed };
  }
}

/** All readings of a path. */
export interface PathReadings {
  /** Canonical spellings: `/a/b` with no slash at the end, `` for the root. */
  readonly paths: ReadonlySet<string>;
  /** Some reading climbs above the path's own root. */
  readonly climbs: boolean;
  /** The path still changed after as many rounds of decoding as any honest one needs. */
  readonly bottomless: boolean;
}

/**
 * Every way a backend could read a path.
 *
 * @param rawPath the path as received or as forwarded
 * @example pathReadings('/x/%2e%2e/FooBar;v=1').paths.has('/foobar') // true
 */
export function pathReadings(rawPath: string): PathReadings {
  const paths = new Set<string>();
  let climbs = false;
  let stage = rawPath;
  for (let round = 0; round <= maxRounds; round += 1) {
    for (const { path, climbed } of readingsOf(stage)) {
      paths.add(path);
      climbs ||= climbed;
    }
    const next = decodeOnce(stage);
    if (next === stage) return { paths, climbs, bottomless: false };
    stage = next;
  }
  return { paths, climbs, bottomless: true };
}

/** True when a path or anything above it, at a segment boundary, is in the set. `/` in the set means the root alone. */
function coveredBy(path: string, entries: ReadonlySet<string>, longest: number): boolean {
  if (entries.has(path)) return true;
  for (let at = path.indexOf('/', 1); at !== -1 && at <= longest; at = path.indexOf('/', at + 1)) {
    if (entries.has(path.slice(0, at))) return true;
  }
  return false;
}

/**
 * Compiles the filtered paths into a test that any reading of a path can fail.
 *
 * @param entries paths as in FILTERED_PATH; each covers itself and everything below it
 * @returns a function of the readings, in time linear in the path's length and independent of the number of entries
 * @example pathFilter(['/foobar'])(pathReadings('//FOOBAR/x')) // true
 */
export function pathFilter(entries: readonly string[]): (readings: PathReadings) => boolean {
  const canonical = new Set(entries.flatMap((entry) => [...pathReadings(entry).paths]));
  const longest = Math.max(0, ...Array.from(canonical, (entry) => entry.length));
  return ({ paths }) => {
    for (const path of paths) if (coveredBy(path, canonical, longest)) return true;
    return false;
  };
}
