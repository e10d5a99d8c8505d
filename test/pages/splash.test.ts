import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FailureCode, failureOf, failures } from '../../src/errors.ts';
import { type Splash, splashPage, splashText } from '../../src/pages/splash.ts';
import { hostileTexts, skeleton, tagsOf, unescaped } from '../helpers/markup.ts';

const codes = Object.keys(failures) as FailureCode[];

const splash = (parts: Partial<Splash> = {}): Splash => ({
  code: 'connection_refused',
  requestId: '8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60',
  time: new Date('2026-11-22T16:40:05.123Z'),
  appName: 'Greenhouse',
  generalError: 'Sorry',
  filteredUrlMessage: 'Closed.',
  ...parts,
});

const pageOf = (parts: Partial<Splash> = {}) => splashPage(splash(parts)).html;

describe('the page for', () => {
  test.each(codes)('%s has language, title, one heading, code, request id and time [P5 P10]', (code) => {
    const html = pageOf({ code });
    const { status, title } = failureOf(code);
    expect(html.startsWith('<!doctype html>\n<html lang="en" dir="ltr">')).toBe(true);
    expect(tagsOf(html).filter(({ name }) => name === 'h1')).toHaveLength(1);
    expect(html).toContain(`<title>${status} ${title}</title>`);
    for (const text of [`<dd>${status} ${code}</dd>`, splash().requestId, '2026-11-22 16:40:05']) {
      expect(html).toContain(text);
    }
    expect(Buffer.byteLength(html)).toBeLessThan(8192);
  });

  test.each(codes)('%s loads nothing and runs nothing [P3 P5]', (code) => {
    const { html, contentSecurityPolicy } = splashPage(splash({ code, targetLink: 'https://backend.example/x' }));
    const names = tagsOf(html).map(({ name }) => name);
    for (const name of ['script', 'img', 'link', 'iframe', 'form', 'object', 'base']) expect(names).not.toContain(name);
    for (const { attributes } of tagsOf(html)) {
      expect(Object.keys(attributes).filter((key) => /^(?:on|src|style|action)/.test(key))).toEqual([]);
    }
    expect(html).not.toMatch(/@import|url\(/);
    expect(contentSecurityPolicy).toMatch(/^default-src 'none';/);
  });

  test.each(codes)('%s offers to try again only when that may help [E28 P5]', (code) => {
    expect(pageOf({ code }).includes('>Try again</a>')).toBe(failureOf(code).retryable);
  });

  test.each(codes)('%s points at one side alone, and the proxy itself is always reached [P5]', (code) => {
    const kinds = tagsOf(pageOf({ code })).flatMap(({ name, attributes }) =>
      name === 'li' ? attributes['class'] : [],
    );
    const side = ['client', 'proxy', 'backend'].indexOf(failureOf(code).fault);
    expect(kinds).toEqual(['good', 'good', 'unknown'].map((kind, index) => (index === side ? 'bad' : kind)));
  });

  test('a filtered path says what the operator wants said, and for no other failure [P6]', () => {
    expect(pageOf({ code: 'path_filtered' })).toContain('<p>Closed.</p>');
    expect(pageOf({ code: 'path_filtered', filteredUrlMessage: undefined })).toContain(failures.path_filtered.advice);
    expect(pageOf({ code: 'bad_request' })).not.toContain('Closed.');
  });

  test('settings that cannot be read has no text of the operator [P6]', () => {
    const html = pageOf({ appName: undefined, generalError: undefined, filteredUrlMessage: undefined });
    expect(html).toContain(`<h1>${failures.connection_refused.title}</h1>`);
    expect(html).not.toContain('undefined');
  });
});

describe('texts of the operator', () => {
  test.each(hostileTexts)('are shown as they are written, once: %s [P1 P6]', (text) => {
    const parts = { code: 'path_filtered', appName: text, generalError: text, filteredUrlMessage: text } as const;
    const html = pageOf(parts);
    expect(skeleton(html)).toEqual(skeleton(pageOf({ code: 'path_filtered' })));
    const shown = unescaped(html);
    expect(shown).toContain(`<header><p>${text}</p></header>`);
    expect(shown).toContain(`<h1>${text}: `);
    expect(shown).toContain(`<div class="card">\n<p>${text}</p>`);
  });

  test('of any kind open no tag and leave no attribute [P1 P6]', () => {
    const any = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[<>"'&/=!a-z -]{0,20}$/));
    const plain = skeleton(pageOf({ code: 'path_filtered', targetLink: 'https://h/' }));
    fc.assert(
      fc.property(any, any, any, any, (appName, generalError, filteredUrlMessage, rest) => {
        const html = pageOf({
          code: 'path_filtered',
          appName,
          generalError,
          filteredUrlMessage,
          requestId: rest,
          targetLink: `https://h/${rest}`,
        });
        expect(skeleton(html)).toEqual(plain);
      }),
    );
  });
});

describe('the link to the target', () => {
  const hrefs = (targetLink: string | undefined) =>
    tagsOf(pageOf({ targetLink })).flatMap(({ name, attributes }) => (name === 'a' ? [attributes['href']] : []));

  test('is there when the operator wants it, tells no referrer, and is escaped [P1 P2]', () => {
    expect(hrefs('http://10.0.0.7/a"b?c&d')).toEqual(['', 'http://10.0.0.7/a&quot;b?c&amp;d']);
    expect(pageOf({ targetLink: 'http://10.0.0.7/' })).toContain('rel="noreferrer"');
  });

  test.each([undefined, 'javascript:alert(1)', 'data:text/html,x', '//evil.example', ' http://x', 'JAVASCRIPT://%0a'])(
    'is not there for %s [P1 P2]',
    (targetLink) => {
      expect(hrefs(targetLink)).toEqual(['']);
    },
  );
});

describe('the text', () => {
  test.each(codes)('for %s has advice, code, request id and time [P10]', (code) => {
    const text = splashText(splash({ code }), 'What to do.');
    const advice = code === 'path_filtered' ? 'Closed.' : 'What to do.';
    expect(text).toBe(
      `${advice}\n\nFailure code: ${code}\nRequest id: ${splash().requestId}\nTime (UTC): 2026-11-22 16:40:05\n`,
    );
  });

  test.each(hostileTexts)('of the operator is not expanded: %s [P6]', (filteredUrlMessage) => {
    expect(splashText(splash({ code: 'path_filtered', filteredUrlMessage }), '').startsWith(filteredUrlMessage)).toBe(
      true,
    );
  });
});
