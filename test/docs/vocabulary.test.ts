import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { avoidedWords, checkedFiles, exceptions } from './vocabulary.ts';

const files = checkedFiles.flatMap((pattern) => globSync(pattern)).sort();

/** Returns the lines of a file that somebody writes: generated tables are empty lines. */
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .replaceAll(/<!-- table: \w+ -->[\s\S]*?<!-- \/table -->/g, (table) => table.replaceAll(/[^\n]/g, ''))
    .split('\n');

const wordsIn = (line: string) =>
  avoidedWords.flatMap(({ pattern, use }) => [...line.matchAll(pattern)].map(([word]) => `${word}: ${use}`));

const isException = (file: string, line: string) =>
  exceptions.some((exception) => exception.file === file && exception.text.test(line));

describe('the vocabulary', () => {
  test.each(files)('%s uses one word for one thing', (file) => {
    const found = linesOf(file).flatMap((line, index) =>
      isException(file, line) ? [] : wordsIn(line).map((word) => `${file}:${index + 1}: ${word}`),
    );
    expect(found).toEqual([]);
  });

  test('is checked in files that exist', () => {
    for (const pattern of checkedFiles) expect([pattern, globSync(pattern)]).not.toEqual([pattern, []]);
  });

  test('finds an avoided word in any case, and not inside of others', () => {
    expect(wordsIn('Answers time out; Time-out, the run-book')).toHaveLength(3);
    expect(wordsIn('unanswerable timeouts in the runbook')).toEqual([]);
  });

  test('has no exception that is not needed', () => {
    const needless = exceptions.filter(
      ({ file, text }) => !linesOf(file).some((line) => text.test(line) && wordsIn(line).length > 0),
    );
    expect(needless).toEqual([]);
  });
});
