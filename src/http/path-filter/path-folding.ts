import { compatible } from './path-decoding.ts';

/** Characters that parsers or collations ignore: invisible ones, control characters, and U+FFFD from broken UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches control characters on purpose
const ignored = /[\p{Default_Ignorable_Code_Point}\u0000-\u001f\u007f-\u009f\ufffd]/gu;

/** Names that one character may equal in a collation that ignores accents: digits, letters, ligatures as two letters. */
const bases = [
  ...'0123456789abcdefghijklmnopqrstuvwxyz',
  ...'aa ae ao au av ay db dz hv ij lj ls lz nj oe oo qp ss th ts tz'.split(' '),
];

/** Maps a character to its base, as the Unicode Collation Algorithm does without accents and case. */
function baseLookup(): (character: string) => string {
  // English has the root collation of Unicode, unlike a locale that the environment may choose.
  const { compare } = new Intl.Collator('en', { sensitivity: 'base' });
  const sorted = bases.toSorted(compare);
  const known = new Map<string, string>();

  const search = (character: string): string => {
    if (compare(character, '') === 0) return '';
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const base = sorted[middle] ?? '';
      const order = compare(character, base);
      if (order === 0) return base;
      if (order < 0) to = middle;
      else from = middle + 1;
    }
    // Hiragana and katakana differ in nothing but the form.
    return character.replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
  };

  return (character) => {
    const base = known.get(character) ?? search(character);
    known.set(character, base);
    return base;
  };
}

let toBase: ((character: string) => string) | undefined;

/** Where a common collation differs from the root collation, the characters that it compares in another way. */
const tailorings: readonly Readonly<Record<string, string>>[] = [
  {},
  // MariaDB's utf8mb4_general_ci
  { ß: 's', ẞ: 's' },
  // latin1_swedish_ci
  { ü: 'y', ű: 'y', æ: 'a' },
  // The German phone book and Danish
  { ä: 'ae', ö: 'oe', ø: 'oe', ü: 'ue', å: 'aa' },
];

/** General collations of MySQL and MariaDB compare all characters beyond the first 65,536 as equal. */
const oneSupplementary = (text: string) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '\ufdd2');

/** Folds case and accents. Lower, upper and lower case again: capital sharp s only meets `ss` that way. */
function withoutAccents(text: string): string {
  toBase ??= baseLookup();
  const sameCase = text.toLowerCase().toUpperCase().toLowerCase();
  return sameCase
    .normalize('NFKD')
    .replace(/\P{ASCII}/gu, toBase)
    .toLowerCase();
}

/**
 * Folds a name into the forms under which backends and their databases compare it: case, accents, compatibility forms,
 * invisible characters.
 *
 * @returns one form for ASCII; otherwise one for each known collation, the root collation's first
 * @example foldings('Straße') // ['strasse', 'strase']
 */
export function foldings(text: string): readonly string[] {
  if (/^[\u0020-\u007e]*$/.test(text)) return [text.toLowerCase()];
  const visible = compatible(text).replace(ignored, '').toLowerCase();
  const tailored = tailorings.map((tailoring) =>
    visible.replace(/\P{ASCII}/gu, (character) => tailoring[character] ?? character),
  );
  const general = compatible(oneSupplementary(text)).replace(ignored, '').toLowerCase();
  // Most texts are the same in all of them, and are folded once.
  return [...new Set([...new Set([...tailored, general])].map(withoutAccents))];
}
