import { foldings } from './path-folding.ts';
import { isScriptFolder, isScriptName } from './script-names.ts';
import { keysOfShortName, shortNameKeys } from './short-names.ts';

/** What one segment of a path may be to a backend. Where backends differ, several are true. */
export interface Segment {
  /** Names that it may have, in comparable form. */
  readonly names: readonly string[];
  /** It may be `..` and remove the segment before it. */
  readonly mayPop: boolean;
  /** It may be `.` or empty and stand for nothing. */
  readonly mayVanish: boolean;
  /** It may be a name like any other. */
  readonly mayStay: boolean;
  /** It may be empty: at the start of a path the next segment may then be an authority, as in `//host/path`. */
  readonly mayBeEmpty: boolean;
  /** It may be a script, which takes what follows as its path. */
  readonly isScript: boolean;
  /** Each segment after it may be a script, whatever its name. */
  readonly holdsScripts: boolean;
}

/**
 * Returns the segment of a plain name, which has one reading.
 *
 * @param name in lower case
 */
export const plainSegment = (name: string): Segment => ({
  names: [name],
  mayPop: false,
  mayVanish: false,
  mayStay: true,
  mayBeEmpty: false,
  isScript: isScriptName(name),
  holdsScripts: isScriptFolder(name),
});

/**
 * Removes the dots and spaces at the end, which Windows ignores, and spaces at the start, which backends trim. Loops,
 * because /[. ]+$/ is quadratic on `. . . .x`.
 */
function trimmed(name: string): string {
  let [start, end] = [0, name.length];
  while (/[.\s]/.test(name.charAt(end - 1))) end -= 1;
  while (start < end && /\s/.test(name.charAt(start))) start += 1;
  return name.slice(start, end);
}

/**
 * Without parameters (`;x`), as servlet containers read it; without a stream (`::$DATA`), as NTFS does; and up to what
 * ends a path, which a hop may have cut off before the next round of decoding.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches NUL on purpose
const shortened = (text: string) => [/;/, /::?\$/, /[\u0000;?#]/].flatMap((end) => text.split(end, 1));

const malformedEscape = /%(?![\da-f]{2}|u[\da-f]{4})/i;

/** Up to a malformed or truncated escape, of which some decoders make NUL or nothing, and without its percent sign. */
const repaired = (text: string) =>
  malformedEscape.test(text)
    ? [...text.split(malformedEscape, 1), text.replace(new RegExp(malformedEscape, 'gi'), '')]
    : [];

const isName = (form: string) => form !== '' && form !== '.' && form !== '..';

/** With `+` as the space that it is in forms. */
const unplussed = (form: string) => (form.includes('+') ? [form, form.replaceAll('+', ' ')] : [form]);

/**
 * Returns everything that a segment may be.
 *
 * @param text the segment as it stands between two slashes at some stage of decoding
 * @example segmentOf('..;x').mayPop // true
 */
export function segmentOf(text: string): Segment {
  // As a set, because most texts have nothing to cut.
  const whole = [...new Set([text, ...shortened(text)])].flatMap(foldings);
  const folded = [...whole, ...repaired(text).flatMap(foldings)].flatMap(unplussed);
  const forms = new Set(folded.flatMap((form) => [form, trimmed(form)]));
  const names = [...forms].filter(isName);
  return {
    names: text.includes('~') ? [...names, ...names.flatMap(keysOfShortName)] : names,
    mayPop: folded.some((form) => /^\s*\.\.(?:\s[.\s]*)?$/.test(form)),
    mayVanish: text !== '..' && forms.has(''),
    mayStay: text !== '.' && text !== '..',
    mayBeEmpty: whole.some((form) => form.trim() === ''),
    isScript: names.some(isScriptName),
    holdsScripts: names.some(isScriptFolder),
  };
}

/** The names under which the filter keeps a segment of an entry. */
export interface EntryName {
  readonly name: string;
  /** Other names of the same resource: in other collations, and those that Windows makes. */
  readonly aliases: readonly string[];
}

/**
 * Returns the names of a segment of an entry: the shortest that it has, and the others that it may go by.
 *
 * @param text the segment, decoded
 * @returns undefined for a segment without a name
 */
export function entryNameOf(text: string): EntryName | undefined {
  const candidates = [text, ...shortened(text)].map((form) =>
    foldings(form).map((folded) => [folded, trimmed(folded)].filter(isName).at(-1) ?? ''),
  );
  const named = candidates.filter(([name = '']) => name !== '');
  const [shortest] = named.toSorted(([one = ''], [other = '']) => one.length - other.length);
  const [name, ...others] = (shortest ?? []).flatMap(unplussed);
  return name === undefined ? undefined : { name, aliases: [...others, ...shortNameKeys(name)] };
}
