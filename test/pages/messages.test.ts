import { describe, expect, test } from '@jest/globals';
import { type FailureCode, failures } from '../../src/errors.ts';
import { en } from '../../src/pages/messages/en.ts';
import { type Splash, splashPage } from '../../src/pages/splash.ts';

const codes = Object.keys(failures) as FailureCode[];

describe('English', () => {
  test.each(codes)('has a title and an advice for %s, of whole sentences [P8 P10]', (code) => {
    const { title, advice } = en.failures[code];
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(advice).toMatch(/^[A-Z].*\.$/);
  });

  test.each(codes)('tells of %s without a word on hosts, software or stacks [P2 P8]', (code) => {
    const { title, advice } = en.failures[code];
    expect(`${title} ${advice}`).not.toMatch(/https?:|REMOTE_|localhost|\bgot\b|Node|Error:|\bat \//);
  });

  test('leaves no word empty [P5]', () => {
    const { failures: _, ...words } = en;
    for (const word of Object.values(words)) expect(word).not.toBe('');
  });
});

test('a page is in the language that it is given, from right to left too [P5]', () => {
  const hebrew = { ...en, lang: 'he', dir: 'rtl', you: 'אתה', tryAgain: 'נסו שוב' } as const;
  const splash: Splash = { code: 'connection_refused', requestId: 'r', time: new Date(0) };
  const { html } = splashPage(splash, hebrew);
  expect(html).toContain('<html lang="he" dir="rtl">');
  for (const word of ['אתה', 'נסו שוב']) expect(html).toContain(word);
});
