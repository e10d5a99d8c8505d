import { describe, expect, test } from '@jest/globals';
import { languageTags } from '../../src/pages/languages.ts';
import { logInPage, logOutPage } from '../../src/pages/log-in-page.ts';
import { logInWords } from '../../src/pages/log-in-words.ts';
import { hostileTexts, skeleton, tagsOf, unescaped } from '../helpers/markup.ts';

const branding = { css: undefined, logo: undefined };
const config = { appName: 'Greenhouse', branding, responseRules: [] };
const requestIn = (language: string) => ({ method: 'GET', headers: { 'accept-language': language } });
const facts = { statusCode: 401, realm: 'Garden', action: '?_rproxy_log_in', problem: 'wrong' } as const;

describe('the log-in pages', () => {
  test('have their texts in every language of the pages, each another one [O30]', () => {
    expect(Object.keys(logInWords)).toEqual(languageTags);
    const texts = Object.values(logInWords).map((words) => JSON.stringify(words));
    expect(new Set(texts).size).toBe(languageTags.length);
    const shape = (value: unknown): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)]))
        : typeof value === 'string' && value.trim() === value && value !== '';
    for (const words of Object.values(logInWords)) expect(shape(words)).toEqual(shape(logInWords['en']));
  });

  test.each(languageTags)(
    'in %s name each field for people, screen readers and password managers [O30]',
    async (tag) => {
      const { body, headers } = await logInPage(requestIn(tag), config, facts);
      expect(headers['content-language']).toBe(tag);
      const tags = tagsOf(body);
      const fields = tags.filter(({ name, attributes }) => name === 'input' && attributes['type'] !== 'hidden');
      expect(
        fields.map(({ attributes }) => [
          attributes['name'],
          attributes['autocomplete'],
          attributes['aria-describedby'],
        ]),
      ).toEqual([
        ['username', 'username', 'problem'],
        ['password', 'current-password', 'problem'],
      ]);
      const labels = tags.filter(({ name }) => name === 'label').map(({ attributes }) => attributes['for']);
      expect(labels).toEqual(fields.map(({ attributes }) => attributes['id']));
      expect(tags.filter(({ name }) => name === 'h1')).toHaveLength(1);
      expect(tags.filter(({ attributes }) => attributes['role'] === 'alert')).toHaveLength(1);
      for (const text of [logInWords[tag]?.title, logInWords[tag]?.problems.wrong])
        expect(unescaped(body)).toContain(text);
    },
  );

  test.each(hostileTexts)('escape %j as realm, name and target [O26]', async (text) => {
    const { body: plain } = await logInPage(requestIn('en'), config, facts);
    const { body } = await logInPage(
      requestIn('en'),
      { ...config, appName: text },
      { ...facts, realm: text, action: `?${text}` },
    );
    expect(skeleton(body)).toEqual(skeleton(plain));
  });

  test('show no message where nothing is wrong, and no area without a realm [O30]', async () => {
    const { body } = await logInPage(requestIn('en'), config, { statusCode: 401, action: '?' });
    expect(body).not.toMatch(/role="alert"|aria-invalid=|<bdi>/);
  });

  test('log out by a button, and lead to the start page from behind any prefix [O27]', async () => {
    const { body, statusCode } = await logOutPage(requestIn('de'), config, false);
    expect(statusCode).toBe(200);
    expect(
      tagsOf(body)
        .filter(({ name }) => ['form', 'button', 'a'].includes(name))
        .map(({ name }) => name),
    ).toEqual(['form', 'button']);
    const { body: done } = await logOutPage(requestIn('de'), config, true);
    expect(tagsOf(done).find(({ name }) => name === 'a')?.attributes['href']).toBe('../');
    expect(done).toContain('Sie sind abgemeldet');
  });
});
