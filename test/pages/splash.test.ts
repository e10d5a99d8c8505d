import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FailureCode, failureOf, failures } from '../../src/failures.ts';
import { copyScript } from '../../src/pages/copy-script.ts';
import { ar } from '../../src/pages/messages/ar.ts';
import { en } from '../../src/pages/messages/en.ts';
import { ja } from '../../src/pages/messages/ja.ts';
import { type Splash, splashPage, splashText } from '../../src/pages/splash.ts';
import { hostileTexts, skeleton, tagsOf, unescaped } from '../helpers/markup.ts';

const codes = Object.keys(failures) as FailureCode[];

const splash = (parts: Partial<Splash> = {}): Splash => ({
  code: 'connection_refused',
  method: 'GET',
  requestId: '8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60',
  time: new Date('2026-11-22T16:40:05.123Z'),
  appName: 'Greenhouse',
  generalError: 'Sorry',
  filteredUrlMessage: 'Closed.',
  ...parts,
});

const unquoted = (text: string) => text.replaceAll("'", '&#39;');

const pageOf = (parts: Partial<Splash> = {}) => splashPage(splash(parts), en).html;

describe('the page for', () => {
  test.each(codes)('%s has language, title, one heading, code, request id and time [P5 P10]', (code) => {
    const html = pageOf({ code });
    const { status, title } = failureOf(code);
    expect(html.startsWith('<!doctype html>\n<html lang="en" dir="ltr">')).toBe(true);
    expect(tagsOf(html).filter(({ name }) => name === 'h1')).toHaveLength(1);
    expect(html).toContain(`<title>${status} ${title}</title>`);
    for (const text of [`<b>${status}</b>`, `<bdi>${code}</bdi>`, splash().requestId, '2026-11-22 16:40:05']) {
      expect(html).toContain(text);
    }
  });

  test.each(codes)(
    '%s loads nothing and, unless it waits, runs nothing but what copies the facts to quote [P3 P5 P11 O6]',
    (code) => {
      const isWaiting = ['connection_refused', 'destination_unroutable', 'connection_timeout', 'maintenance'].includes(
        code,
      );
      const { html, contentSecurityPolicy } = splashPage(splash({ code, targetLink: 'https://backend.example/x' }), en);
      const names = tagsOf(html).map(({ name }) => name);
      for (const name of ['img', 'link', 'iframe', 'form', 'object', 'base']) expect(names).not.toContain(name);
      expect(html.includes(`<script type="module">${copyScript}</script>`)).toBe(!isWaiting);
      expect(html.includes('fetch(')).toBe(isWaiting);
      expect(names.filter((name) => name === 'script')).toHaveLength(1);
      for (const { attributes } of tagsOf(html)) {
        expect(Object.keys(attributes).filter((key) => /^(?:on|src|style|action|http-equiv)/.test(key))).toEqual([]);
      }
      expect(html).not.toMatch(/@import|url\(/);
      expect(contentSecurityPolicy).toMatch(/^default-src 'none';/);
      expect(contentSecurityPolicy.includes('connect-src')).toBe(isWaiting);
      expect(contentSecurityPolicy.match(/script-src (?:'sha256-[^']+'(?: |;|$))+/g)).toHaveLength(1);
    },
  );

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get', 'QUERY'])(
    'a %s that failed repeats nothing, by link or by script [P11]',
    (method) => {
      for (const code of codes) {
        const html = pageOf({ code, method });
        expect(tagsOf(html).filter(({ name }) => name === 'a')).toEqual([]);
        expect(html).toContain(`<script type="module">${copyScript}</script>`);
        expect(html).not.toContain('id="wait"');
        expect(html.includes(en.notRepeated)).toBe(failureOf(code).fault !== 'client');
      }
    },
  );

  test('HEAD has the policy of GET [P9]', () => {
    const [get, head] = ['GET', 'HEAD'].map((method) => splashPage(splash({ method }), en));
    expect(head).toEqual(get);
  });

  test.each(codes)('%s offers to try again only if that may help [E28 P5]', (code) => {
    expect(pageOf({ code }).includes('>Try again</a>')).toBe(failureOf(code).retryable);
  });

  const classesOf = (html: string, tag: string) =>
    tagsOf(html).flatMap(({ name, attributes }) => (name === tag ? (attributes['class'] ?? []) : []));

  test.each(codes.filter((code) => !failureOf(code).planned))(
    '%s blames one side, and shows how far it came [P5]',
    (code) => {
      const { fault, brokeOff } = failureOf(code);
      const route = {
        // A refused request arrived at the proxy, which works.
        client: brokeOff ? ['bad', 'good', 'unknown', 'leg bad'] : ['good', 'refused', 'unknown', 'leg good'],
        proxy: ['good', 'bad', 'unknown', 'leg good'],
        backend: ['good', 'good', 'bad', 'leg good'],
      }[fault];
      const html = pageOf({ code });
      expect([...classesOf(html, 'li'), classesOf(html, 'i')[0]]).toEqual(route);
      expect(classesOf(html, 'i')[1]).toBe(fault === 'backend' ? 'leg bad' : 'leg unknown');
      expect(html).toContain(`<p class="lead">${en.side[fault]}</p>`);
    },
  );

  test('a request that did not arrive whole has a broken first leg, a refused one has not [P5]', () => {
    expect(classesOf(pageOf({ code: 'request_incomplete' }), 'i')[0]).toBe('leg bad');
    for (const code of ['path_filtered', 'client_not_allowed', 'front_bypassed', 'bad_request'] as const)
      expect(classesOf(pageOf({ code }), 'i')[0]).toBe('leg good');
  });

  test('maintenance blames nobody, and has the operator’s text in place of a heading of errors [P6 O5]', () => {
    const html = pageOf({ code: 'maintenance', maintenance: 'Back at <six>' });
    expect(classesOf(html, 'li')).toEqual(['good', 'good', 'refused']);
    expect(classesOf(html, 'i')).toEqual(['leg good', 'leg unknown']);
    expect(html).toContain('<p class="lead" dir="auto">Back at &lt;six&gt;</p>');
    expect(html).toContain(en.maintenance.side);
    expect(html).not.toContain('Sorry');
    expect(splashText(splash({ code: 'maintenance', maintenance: 'Back at six' }), en)).toMatch(/^Back at six\n/);
    expect(pageOf({ code: 'maintenance', maintenance: en.maintenance.text })).toContain(en.maintenance.text);
  });

  test('a backend that the page wakes says so, and its checks carry the field for it [O7]', () => {
    expect(pageOf({ wakes: true })).toContain(`data-wake="1" data-explained="${en.waiting.waking}"`);
    expect(pageOf()).not.toContain('data-wake');
  });

  test('a filtered path has the operator’s text, and no other failure has it [P6]', () => {
    expect(pageOf({ code: 'path_filtered' })).toContain('<p class="lead" dir="auto">Closed.</p>');
    expect(pageOf({ code: 'path_filtered', filteredUrlMessage: undefined })).not.toContain('class="lead" dir="auto"');
    for (const code of codes) expect(pageOf({ code })).toContain(unquoted(failureOf(code).advice));
    expect(pageOf({ code: 'bad_request' })).not.toContain('Closed.');
  });

  test('settings that cannot be read has no operator texts [P6]', () => {
    const html = pageOf({ appName: undefined, generalError: undefined, filteredUrlMessage: undefined });
    expect(html).toContain(`<bdi></bdi></small> ${failures.connection_refused.title}</h1>`);
    expect(html.replace(/<script.*<\/script>/s, '')).not.toContain('undefined');
  });
});

describe('texts of the operator', () => {
  test.each(hostileTexts)('are shown unchanged, once: %s [P1 P6]', (text) => {
    const parts = { code: 'path_filtered', appName: text, generalError: text, filteredUrlMessage: text } as const;
    const html = pageOf(parts);
    expect(skeleton(html)).toEqual(skeleton(pageOf({ code: 'path_filtered' })));
    const shown = unescaped(html);
    expect(shown).toContain(`<header><p dir="auto">${text}</p></header>`);
    expect(shown).toContain(`<bdi>${text}</bdi></small>`);
    expect(shown).toContain(`<p class="lead" dir="auto">${text}</p>`);
  });

  test('of any kind add no tag and no attribute [P1 P6]', () => {
    const any = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[<>"'&/=!a-z -]{0,20}$/));
    const plain = skeleton(pageOf({ code: 'path_filtered', targetLink: 'https://h/' }));
    fc.assert(
      fc.property(any, any, any, any, (appName, generalError, filteredUrlMessage, rest) => {
        const html = pageOf({
          code: 'path_filtered',
          appName,
          generalError,
          // An empty setting counts as unset.
          filteredUrlMessage: filteredUrlMessage || 'Closed.',
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

  test('is there if the operator enabled it, sends no referrer, and is escaped [P1 P2]', () => {
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

describe('links of the operator', () => {
  const hrefs = (parts: Partial<Splash>) =>
    tagsOf(pageOf({ code: 'path_filtered', ...parts })).flatMap(({ name, attributes }) =>
      name === 'a' ? [attributes['href']] : [],
    );

  test('lead to the start page, the state of the site and help, and send no referrer [O6]', () => {
    const parts = {
      homeLink: '/live/',
      statusUrl: 'https://status.example/?a&b',
      supportUrl: 'mailto:help@example.com',
    };
    expect(hrefs(parts)).toEqual(['/live/', 'https://status.example/?a&amp;b', 'mailto:help@example.com']);
    expect(pageOf({ code: 'path_filtered', ...parts }).match(/rel="noreferrer"/g)).toHaveLength(3);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', '//evil.example', ' https://x', 'JAVASCRIPT:x'])(
    'are not there for %s [P1 O6]',
    (url) => {
      expect(hrefs({ homeLink: url, statusUrl: url, supportUrl: url })).toEqual([]);
    },
  );

  test('copy what to quote, in the order of the page [O6]', () => {
    const copied = tagsOf(pageOf()).flatMap(({ attributes }) => attributes['data-text'] ?? []);
    expect(copied).toEqual([
      `Failure code: connection_refused\nRequest id: ${splash().requestId}\nTime (UTC): 2026-11-22 16:40:05\n`,
    ]);
  });
});

describe('the logo', () => {
  const logo = 'data:image/svg+xml,%3Csvg%3E"><script>';

  test('is beside the name of the site, which says the same in words [P12]', () => {
    const [image] = tagsOf(pageOf({ branding: { logo } })).filter(({ name }) => name === 'img');
    expect(image?.attributes).toEqual({
      src: logo.replace('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
      alt: '',
    });
    expect(skeleton(pageOf({ branding: { logo } })).filter((tag) => tag !== 'img src alt')).toEqual(skeleton(pageOf()));
  });
});

describe('a language', () => {
  test('declares its language and direction, and has only texts in it [P13]', () => {
    const { html } = splashPage(splash(), ar);
    expect(html).toContain('<html lang="ar" dir="rtl">');
    for (const text of [ar.you, ar.tryAgain, ar.waiting.pause, ar.failures.connection_refused.title]) {
      expect(html).toContain(text);
    }
    for (const text of [en.tryAgain, en.whatToDo, en.requestId, 'Pause']) expect(html).not.toContain(text);
  });
});

describe('the text', () => {
  test.each(codes)('for %s has advice, code, request id and time [P10]', (code) => {
    const { title, advice } = failureOf(code);
    const said = code === 'path_filtered' ? 'Closed.' : `${title}. ${advice}`;
    expect(splashText(splash({ code }), en)).toBe(
      `${said}\n\nFailure code: ${code}\nRequest id: ${splash().requestId}\nTime (UTC): 2026-11-22 16:40:05\n`,
    );
  });

  test('is in the preferred language [P13]', () => {
    const { title, advice } = ja.failures.dns_timeout;
    expect(
      splashText(splash({ code: 'dns_timeout' }), ja).startsWith(
        `${title}。${advice}\n\n${ja.failureCode}: dns_timeout\n`,
      ),
    ).toBe(true);
  });

  test.each(hostileTexts)('of the operator is not expanded: %s [P6]', (filteredUrlMessage) => {
    const text = splashText(splash({ code: 'path_filtered', filteredUrlMessage }), en);
    expect(text.startsWith(filteredUrlMessage)).toBe(true);
  });
});
