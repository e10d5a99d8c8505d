import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { html } from 'hono/html';
import { layout } from '../../src/pages/layout.ts';
import { hostileTexts, skeleton, tagsOf } from '../helpers/markup.ts';

const page = (parts: Partial<Parameters<typeof layout>[0]> = {}) =>
  layout({ lang: 'en', dir: 'ltr', title: 'T', body: html`<p>b</p>`, ...parts });

describe('the frame of every page', () => {
  test('is under a policy that lets its own style sheet apply and nothing else [P3 P4 D4]', () => {
    const { html: text, contentSecurityPolicy } = page();
    const [, styles = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
    const hash = createHash('sha256').update(styles).digest('base64');
    expect(contentSecurityPolicy.split('; ').sort()).toEqual(
      [
        "base-uri 'none'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        `style-src 'sha256-${hash}'`,
      ].sort(),
    );
  });

  test('has one style sheet, light and dark, small and wide, and no other resource [P3 P5]', () => {
    const { html: text } = page();
    const [, styles = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
    expect(styles).toMatch(/prefers-color-scheme: dark/);
    expect(styles).not.toMatch(/url\(|@import|@font-face|expression|</);
    expect(tagsOf(text).filter(({ name }) => name === 'style')).toHaveLength(1);
    expect(tagsOf(text)).toContainEqual({
      name: 'meta',
      attributes: { name: 'viewport', content: 'width=device-width, initial-scale=1' },
    });
  });

  test('is not to be indexed, and says its character set first [P4 P5]', () => {
    const metas = tagsOf(page().html).filter(({ name }) => name === 'meta');
    expect(metas[0]?.attributes).toEqual({ charset: 'utf-8' });
    expect(metas).toContainEqual({ name: 'meta', attributes: { name: 'robots', content: 'noindex, nofollow' } });
  });

  test.each(hostileTexts)('escapes its title, language and direction: %s [P1]', (text) => {
    expect(skeleton(page({ title: text, lang: text, dir: text }).html)).toEqual(skeleton(page().html));
  });

  test('escapes a body that is text, and leaves one that is markup [P1]', () => {
    expect(page({ body: html`${'<b>'}<i>x</i>` }).html).toContain('&lt;b&gt;<i>x</i>');
  });

  test('is wide when asked to be, which is all that changes', () => {
    expect(page({ wide: true }).html).toBe(page().html.replace('<main>', '<main class="wide">'));
  });
});
