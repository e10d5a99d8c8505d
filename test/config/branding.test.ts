import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';

/** A picture of one pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('a look of the operator’s own', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'look-'));
    await mkdir(join(root, 'package/brand'), { recursive: true });
    const files: Record<string, string | Buffer> = {
      'brand/page.css': '\ufeff:root {\r\n  --accent: #0a6b4f;\r}\n',
      'brand/logo.PNG': Buffer.from(pixel, 'base64'),
      'logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'empty.gif': '',
      'large.css': `p { color: red; }${' '.repeat(16_400)}`,
      'large.jpg': Buffer.alloc(16_385),
      'latin1.css': Buffer.from('p::before { content: "é"; }', 'latin1'),
      '../outside.css': 'p { color: red; }',
      '../package-of-another.css': 'p { color: red; }',
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(root, 'package', name), content);
  });
  afterAll(() => rm(root, { recursive: true }));

  const brandingOf = (env: Record<string, string>) =>
    readConfig({ REMOTE_URL: 'http://10.0.0.7', LAMBDA_TASK_ROOT: join(root, 'package'), ...env }).branding;

  test('is a style sheet as it stands, or one beside the code, its line breaks as a browser reads them [P12]', () => {
    expect(brandingOf({ PAGE_CSS: 'p { color: red; }' }).css).toBe('p { color: red; }');
    expect(brandingOf({ PAGE_CSS: 'brand/page.css' }).css).toBe(':root {\n  --accent: #0a6b4f;\n}\n');
    expect(brandingOf({ PAGE_CSS: './brand/../brand/page.css' }).css).toContain('--accent');
  });

  test.each([
    '@media (width <= 40em) and (1em < height) { p { color: red; } }',
    'p::before { content: "<b> → ü 日本"; background: url(data:image/png;base64,AA==); }',
    "a { background: url( 'data:image/svg+xml,%3Csvg%3E' ); }",
  ])('may hold whatever a style sheet needs: %s [P12]', (css) => {
    expect(brandingOf({ PAGE_CSS: css }).css).toBe(css);
  });

  test.each([
    ['p { } </style><script>alert(1)</script>', 'must not contain </ nor <!'],
    ['p { } </STYLE >', 'must not contain </ nor <!'],
    ['p::before { content: "</style>"; }', 'must not contain </ nor <!'],
    ['<!-- p { } -->', 'must not contain </ nor <!'],
    ['p { \0 }', 'must be text in UTF-8'],
    ['p { \u000c }', 'must be text in UTF-8'],
    ['latin1.css', 'must be text in UTF-8'],
    ['@import "https://elsewhere.example/x.css"; p { }', 'must not load anything'],
    ['@IMPORT url(x.css); p { }', 'must not load anything'],
    ['p { background: url(https://elsewhere.example/x.png); }', 'must not load anything'],
    ['p { background: URL( "/x.png" ); }', 'must not load anything'],
    ['p { background: url(data:text/html,x); }', 'must not load anything'],
    [`p { color: ${'r'.repeat(16_371)}; }`, 'must have at most 16384 bytes, and has 16385'],
    ['large.css', 'must have at most 16384 bytes'],
    ['brand/none.css', 'names a file that cannot be read (ENOENT)'],
    ['brand', 'must be CSS or the path of a .css file'],
    ['https://elsewhere.example/x.css', 'must be CSS or the path of a .css file'],
    ['logo.svg', 'must be CSS or the path of a .css file'],
    ['../outside.css', 'must be the path of a file in the package'],
    ['/etc/x.css', 'must be the path of a file in the package'],
    ['../package-of-another.css', 'must be the path of a file in the package'],
  ])('is refused, in words that help: PAGE_CSS=%j %s [P12]', (value, problem) => {
    expect(() => brandingOf({ PAGE_CSS: value })).toThrow(`PAGE_CSS ${problem}`);
  });

  test('is an image as data, or one beside the code [P12]', () => {
    const uri = `data:image/png;base64,${pixel}`;
    expect(brandingOf({ PAGE_LOGO: uri }).logo).toBe(uri);
    expect(brandingOf({ PAGE_LOGO: 'brand/logo.PNG' }).logo).toBe(uri);
    expect(brandingOf({ PAGE_LOGO: 'logo.svg' }).logo).toMatch(/^data:image\/svg\+xml;base64,/);
    const percent = 'data:image/svg+xml;charset=utf-8,%3Csvg%20viewBox=%220%200%201%201%22/%3E';
    expect(brandingOf({ PAGE_LOGO: percent }).logo).toBe(percent);
  });

  test.each([
    ['https://elsewhere.example/logo.png', 'must be a data: URI of an image, or the path'],
    ['//elsewhere.example/logo.png', 'must be the path of a file in the package'],
    ['javascript:alert(1)', 'must be a data: URI of an image, or the path'],
    ['data:text/html,<script>alert(1)</script>', 'must be a data: URI of an image'],
    ['data:image/svg+xml,<svg onload="alert(1)">', 'must be a data: URI of an image'],
    ['data:image/png;base64," onerror="alert(1)', 'must be a data: URI of an image'],
    ['data:image/x-icon;base64,AA==', 'must be a data: URI of an image'],
    [`data:image/png;base64,${'A'.repeat(22_000)}`, 'must have at most'],
    ['large.jpg', 'must have at most 16384 bytes, and has 16385'],
    ['empty.gif', 'must not be empty'],
    ['none.webp', 'names a file that cannot be read (ENOENT)'],
    ['../x.svg', 'must be the path of a file in the package'],
    ['brand/page.css', 'must be a data: URI of an image, or the path'],
  ])('is refused, in words that help: PAGE_LOGO=%s %s [P12]', (value, problem) => {
    expect(() => brandingOf({ PAGE_LOGO: value })).toThrow(`PAGE_LOGO ${problem}`);
  });

  test('is none when neither is set [P12]', () => {
    expect(brandingOf({})).toEqual({ css: undefined, logo: undefined });
  });
});
