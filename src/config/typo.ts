/**
 * Returns whether one text becomes another when at most so many letters are inserted, deleted or replaced (Levenshtein
 * distance).
 *
 * @example isTypo('bakend', 'backend', 1) // true
 */
export function isTypo(text: string, word: string, edits: number): boolean {
  if (text === '' || word === '') return text.length + word.length <= edits;
  const [restOfText, restOfWord] = [text.slice(1), word.slice(1)];
  if (text[0] === word[0]) return isTypo(restOfText, restOfWord, edits);
  const left = edits - 1;
  return (
    left >= 0 &&
    (isTypo(restOfText, restOfWord, left) || isTypo(restOfText, word, left) || isTypo(text, restOfWord, left))
  );
}
