import { compatible } from './path-decoding.ts';

/** What one segment of a path may be to a backend. Where backends differ, several are true. */
export interface Segment {
  /** Names that it may go by, in comparable form. */
  readonly names: readonly string[];
  /** It may be `..` and take the segment before it away. */
  readonly mayPop: boolean;
  /** It may be `.` or nothing and stand for nothing. */
  readonly mayVanish: boolean;
  /** It may be a name like any other. */
  readonly mayStay: boolean;
}

/** Letters that compare equal somewhere: compatibility forms, case, dotted and dotless i, invisible characters. */
const fold = (text: string) =>
  // Stryker disable next-line Regex: it says where the shorter way will do, and the longer one always does
  /^[\u0020-\u007e]*$/.test(text)
    ? text.toLowerCase()
    : compatible(text)
        // U+FFFD is what a strict decoder makes of broken UTF-8, and others drop it.
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        .replace(/[\p{Default_Ignorable_Code_Point}\u0000-\u001f\u007f-\u009f\ufffd]/gu, '')
        // Down, up and down again: capital sharp s only meets `ss` that way.
        .toLowerCase()
        .toUpperCase()
        .toLowerCase()
        .replaceAll('i\u0307', 'i');

/** Windows ignores dots and spaces at the end of a name. A loop, because /[. ]+$/ is quadratic on `. . . .x`. */
function trimmed(name: string): string {
  let end = name.length;
  while (/[.\s]/.test(name.charAt(end - 1))) end -= 1;
  return name.slice(0, end);
}

/**
 * Without parameters (`;x`), as servlet containers read it; without a stream (`::$DATA`), as NTFS does; and up to what
 * ends a path, which somebody may have cut off before the next round of decoding.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const shortened = (text: string) => [/;/, /::?\$/, /[\u0000;?#]/].flatMap((end) => text.split(end, 1));

/**
 * Everything that a segment may be.
 *
 * @param text the segment as it stands between two slashes at some stage of decoding
 * @example segmentOf('..;x').mayPop // true
 */
export function segmentOf(text: string): Segment {
  const folded = [text, ...shortened(text)].map(fold);
  const forms = new Set(folded.flatMap((form) => [form, trimmed(form)]));
  return {
    names: [...forms].filter((form) => form !== '' && form !== '.' && form !== '..'),
    mayPop: folded.some((form) => /^\.\.(?: [. ]*)?$/.test(form)),
    mayVanish: text !== '..' && forms.has(''),
    mayStay: text !== '.' && text !== '..',
  };
}

/** The shortest of a segment's names: the form in which the filter's own entries are kept. */
export const shortestName = ({ names }: Segment): string =>
  names.toSorted((one, other) => one.length - other.length)[0] ?? '';
