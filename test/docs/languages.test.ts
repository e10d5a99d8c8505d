import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { groups } from '../../docs/conformance/index.ts';
import { languageTags } from '../../src/pages/languages.ts';

const numerals = ['six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen'];
const count = numerals[languageTags.length - 6];
const namesOf = new Intl.DisplayNames('en', { type: 'language' });

test.each(['README.md', 'CHANGELOG.md'])('%s says how many languages the pages have', (file) => {
  expect(readFileSync(file, 'utf8').match(/\b\w+(?= languages\b)/gi)).toEqual([count]);
});

test('the conformance table says how many languages the pages have', () => {
  const row = groups.flatMap(({ rows }) => rows).find(({ id }) => id === 'P13');
  expect(row?.promise.toLowerCase()).toContain(`${count} languages`);
});

test('docs/failures.md names every language of the pages', () => {
  const text = readFileSync('docs/failures.md', 'utf8');
  for (const tag of languageTags) expect(text).toContain(namesOf.of(tag));
});
