import { describe, expect, test } from '@jest/globals';
import { settingTexts } from '../../docs/setting-texts.ts';
import { type FailureCode, failures } from '../../src/failures.ts';
import { languageTags, messagesFor } from '../../src/pages/languages.ts';
import { en } from '../../src/pages/messages/en.ts';
import type { Messages } from '../../src/pages/messages/messages.ts';
import { splashPage, splashText } from '../../src/pages/splash.ts';

const codes = Object.keys(failures) as FailureCode[];
const languages = await Promise.all(languageTags.map((tag) => messagesFor(tag)));
const others = languages.filter(({ lang }) => lang !== 'en');

/** Columns of the failure table that no reader sees, which English has because its texts are that table's. */
const noText = /\.(?:proxyError|fault|operatorText|reason|remedy)$/;

/** Returns every text of a language by its place, e.g. `.waiting.pause`. */
function textsOf(value: unknown, place = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[place, value]]);
  const parts = Object.entries(value ?? {}).flatMap(([name, part]) => [...textsOf(part, `${place}.${name}`)]);
  return new Map(parts.filter(([name]) => !noText.test(name)));
}

/** Words that are the same in several languages. */
const shared = /^(?:\.dir|\.stop|\.proxy|\.site|\.waiting\.pause)$/;

describe.each(languages.map((words) => [words.lang, words] as const))('%s', (lang, words: Messages) => {
  test('has the same texts as English [P13]', () => {
    expect([...textsOf(words).keys()].sort()).toEqual([...textsOf(en).keys()].sort());
  });

  test('has no empty text, and none with spaces at its ends [P13]', () => {
    for (const [place, text] of textsOf(words)) {
      expect([place, text]).toEqual([place, expect.stringMatching(/\S/)]);
      if (place !== '.stop') expect([place, text]).toEqual([place, text.trim()]);
    }
  });

  test('is the language of its tag [P13]', () => {
    expect(languageTags).toContain(lang);
    expect(new Intl.Locale(lang).language).toBe(lang.split('-')[0]);
    const rightToLeft = /\p{Script=Arabic}|\p{Script=Hebrew}/u.test(words.side.backend);
    expect(words.dir).toBe(rightToLeft ? 'rtl' : 'ltr');
  });

  test.each(codes)(
    'has a title and an advice for %s, of whole sentences, without host, software or stack [P2 P8 P13]',
    (code) => {
      const { title, advice } = words.failures[code];
      expect(title).toMatch(/[^.。]$/);
      expect(advice).toMatch(/[.。]$/);
      expect(`${title} ${advice}`).not.toMatch(/https?:|REMOTE_|localhost|\bgot\b|Node|Error:|\bat \/|[<>&"]/);
    },
  );

  test('has a different title for each failure [P13]', () => {
    expect(new Set(codes.map((code) => words.failures[code].title)).size).toBe(codes.length);
  });

  test('has one place for the seconds [P11]', () => {
    expect(words.waiting.next.split('#')).toHaveLength(2);
  });

  test('has no page of 12 KB or more [P5]', () => {
    for (const code of codes) {
      const splash = { code, method: 'GET', requestId: '8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60', time: new Date(0) };
      const operators = {
        appName: 'Sample Application',
        generalError: 'AWS Lambda Error',
        filteredUrlMessage: 'Filtered URL.',
      };
      const { html } = splashPage({ ...splash, ...operators, targetLink: 'https://203.0.113.9:8443/app' }, words);
      expect([code, Buffer.byteLength(html)]).toEqual([code, expect.any(Number)]);
      expect(Buffer.byteLength(html)).toBeLessThan(12_000);
    }
  });
});

test.each(others.map((words) => [words.lang, words] as const))('%s leaves nothing in English [P13]', (_, words) => {
  const english = textsOf(en);
  const left = [...textsOf(words)].filter(([place, text]) => english.get(place) === text && !shared.test(place));
  expect(left).toEqual([]);
});

describe('texts that the operator has not set', () => {
  test('are in English the defaults of the settings [P6]', () => {
    const { GENERAL_ERROR, FILTERED_URL_MSG } = settingTexts;
    expect(en.defaults).toEqual({ generalError: GENERAL_ERROR.default, filteredUrlMessage: FILTERED_URL_MSG.default });
  });

  test.each(languages.map((words) => [words.lang, words] as const))(
    'are in %s on its pages, and those that are set stay as they are [P6 P13]',
    (_, words) => {
      const splash = { code: 'path_filtered', method: 'GET', requestId: 'r', time: new Date(0) } as const;
      const { html } = splashPage({ ...splash, ...en.defaults }, words);
      for (const text of Object.values(words.defaults)) expect(html).toContain(text);
      expect(splashText({ ...splash, ...en.defaults }, words).startsWith(words.defaults.filteredUrlMessage)).toBe(true);
      const own = splashPage({ ...splash, generalError: 'Sorry', filteredUrlMessage: 'Closed in winter.' }, words).html;
      for (const text of ['Sorry', 'Closed in winter.']) expect(own).toContain(text);
      for (const text of Object.values(words.defaults)) expect(own).not.toContain(text);
    },
  );
});

describe('the language of a page', () => {
  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE-ch', 'de'],
    ['it-IT,it;q=0.9,en-US;q=0.8,en;q=0.7', 'it'],
    ['pt-BR,pt;q=0.9', 'pt'],
    ['zh', 'zh-Hans'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-Hans'],
    ['zh-Hans-CN', 'zh-Hans'],
    ['ar-EG', 'ar'],
    ['nl, fr;q=0.4, en;q=0.3', 'fr'],
    ['nl', 'en'],
    ['nl, sv;q=0.8', 'en'],
    ['en;q=0, es', 'es'],
    ['en;q=0.2, ja;q=0.7', 'ja'],
    ['*;q=0.1, fr', 'fr'],
    [['nl', 'es;q=0.5'], 'es'],
    [';;q=,,=\u0000', 'en'],
    ['de;q=nonsense', 'en'],
    ['__proto__', 'en'],
    ['constructor, toString;q=0.9', 'en'],
  ])('for Accept-Language: %j is %s [P13]', async (acceptLanguage, lang) => {
    expect((await messagesFor(acceptLanguage)).lang).toBe(lang);
  });

  test('is found in a list of any length [P13]', async () => {
    const long = Array.from({ length: 1500 }, (_, index) => `x${index}`).join(',');
    expect((await messagesFor(`${long},de`)).lang).toBe('de');
  });
});
