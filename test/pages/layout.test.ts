import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { html } from 'hono/html';
import { layout } from '../../src/pages/layout.ts';
import { hostileTexts, skeleton, tagsOf } from '../helpers/markup.ts';

const page = (parts: Partial<Parameters<typeof layout>[0]> = {}) =>
  layout({ lang: 'en', dir: 'ltr', title: 'T', styles: '.x { color: red; }', body: html`<p>b</p>`, ...parts });

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const sheetsOf = (text: string) => Array.from(text.matchAll(/<style>(.*?)<\/style>/gs), ([, sheet = '']) => sheet);
const nothingElse = ["base-uri 'none'", "default-src 'none'", "form-action 'none'", "frame-ancestors 'none'"];
const policyOf = (parts: Parameters<typeof page>[0]) => page(parts).contentSecurityPolicy.split('; ').sort();

describe('the frame of every page', () => {
  test('has a policy that allows its own style sheet and nothing else [P3 P4 D4]', () => {
    const [sheet = ''] = sheetsOf(page().html);
    expect(sheet).toContain('.x { color: red; }');
    expect(policyOf({})).toEqual([...nothingElse, `style-src ${hashOf(sheet)}`].sort());
  });

  test('allows its own script, and requests to its own origin only if `connects` is set [P3 P11]', () => {
    const script = '\nlet a = "</b>";\n';
    const [sheet = ''] = sheetsOf(page({ script }).html);
    const always = [...nothingElse, `script-src ${hashOf(script)}`, `style-src ${hashOf(sheet)}`];
    expect(page({ script }).html).toContain(`<script type="module">${script}</script>`);
    expect(policyOf({ script })).toEqual(always.sort());
    expect(policyOf({ script, connects: true })).toEqual([...always, "connect-src 'self'"].sort());
  });

  test('allows the operator’s style sheet after its own, and data: images [P12]', () => {
    const css = ':root { --accent: url(data:image/png;base64,AA==); }\n@media (width <= 30em) { p { color: red; } }';
    const [own = '', operators = ''] = sheetsOf(page({ branding: { css } }).html);
    expect(operators).toBe(css);
    expect(policyOf({ branding: { css } })).toEqual(
      [...nothingElse, 'img-src data:', `style-src ${hashOf(own)} ${hashOf(css)}`].sort(),
    );
    expect(policyOf({ branding: { logo: 'data:image/png;base64,AA==' } })).toContain('img-src data:');
    expect(policyOf({ branding: {} })).toEqual(policyOf({}));
  });

  test('has one style sheet, light and dark, small and wide, and no other resource [P3 P5]', () => {
    const { html: text } = page();
    const [styles = ''] = sheetsOf(text);
    expect(styles).toMatch(/prefers-color-scheme: dark/);
    expect(styles).not.toMatch(/url\(|@import|@font-face|expression|</);
    expect(tagsOf(text).filter(({ name }) => name === 'style')).toHaveLength(1);
    expect(tagsOf(text)).toContainEqual({
      name: 'meta',
      attributes: { name: 'viewport', content: 'width=device-width, initial-scale=1' },
    });
  });

  test('is not indexed, and declares its character set first [P4 P5]', () => {
    const metas = tagsOf(page().html).filter(({ name }) => name === 'meta');
    expect(metas[0]?.attributes).toEqual({ charset: 'utf-8' });
    expect(metas).toContainEqual({ name: 'meta', attributes: { name: 'robots', content: 'noindex, nofollow' } });
  });

  test.each(hostileTexts)('escapes its title, language and direction: %s [P1]', (text) => {
    expect(skeleton(page({ title: text, lang: text, dir: text as 'ltr' }).html)).toEqual(skeleton(page().html));
  });

  test('escapes a body of text, and leaves one of markup unchanged [P1]', () => {
    expect(page({ body: html`${'<b>'}<i>x</i>` }).html).toContain('&lt;b&gt;<i>x</i>');
  });
});
