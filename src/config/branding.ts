import { readFileSync } from 'node:fs';
import { extname, resolve, sep } from 'node:path';

/** An operator's own look for the pages that the proxy makes itself. */
export interface Branding {
  /** Style sheet that comes behind the pages' own. */
  readonly css?: string | undefined;
  /** Image as a data: URI. */
  readonly logo?: string | undefined;
}

/** A text that stands in the setting, or the path of a file in the function's package. */
export type TextOrFile = { readonly text: string } | { readonly file: string };

/** What begins so is an address and no path. */
const scheme = /^[a-z][a-z\d+.-]*:/i;

/** Largest style sheet, and largest logo as a file, in bytes: every failure sends them anew. */
const maxBytes = 16_384;

const imageTypes: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
};

const dataUri = new RegExp(
  `^data:(?:${[...new Set(Object.values(imageTypes))].join('|').replace('+', '\\+')})(?:;charset=[\\w-]+)?(?:;base64,[\\w+/]+=*|,[\\w%.~!*'()/:;=,-]+)$`,
  'i',
);

/** The largest data: URI that a logo of the largest size makes. */
const maxUriLength = 64 + Math.ceil(maxBytes / 3) * 4;

// biome-ignore lint/suspicious/noControlCharactersInRegex: a parser of HTML would change them, and the hash with them
const changedByHtml = /[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/;

function checkSize(bytes: number): void {
  if (bytes > maxBytes) throw new Error(`must have at most ${maxBytes} bytes, and has ${bytes}`);
}

/**
 * Tells a style sheet from the path of one.
 *
 * @param value of PAGE_CSS
 * @example cssSetting('brand.css') // { file: 'brand.css' }
 * @throws {Error} when it is neither
 */
export function cssSetting(value: string): TextOrFile {
  if (value.includes('{')) return { text: value };
  if (/\.css$/i.test(value) && !scheme.test(value)) return { file: value };
  throw new Error('must be CSS or the path of a .css file in the package');
}

/**
 * Tells a data: URI from the path of an image.
 *
 * @param value of PAGE_LOGO
 * @throws {Error} when it is neither, or the data are no image
 */
export function logoSetting(value: string): TextOrFile {
  const kinds = Object.keys(imageTypes).join(', ');
  if (/^data:/i.test(value)) {
    if (!dataUri.test(value)) throw new Error('must be a data: URI of an image, in base64 or percent-encoded');
    if (value.length > maxUriLength) throw new Error(`must have at most ${maxUriLength} characters`);
    return { text: value };
  }
  if (Object.hasOwn(imageTypes, extname(value).toLowerCase()) && !scheme.test(value)) return { file: value };
  throw new Error(`must be a data: URI of an image, or the path of a file in the package that ends in ${kinds}`);
}

/** @throws {Error} in words that go on from a setting's name */
function readPackaged(file: string, root: string): Buffer {
  const path = resolve(root, file);
  if (!path.startsWith(resolve(root) + sep)) throw new Error('must be the path of a file in the package');
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`names a file that cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/**
 * A style sheet that stays one: nothing in it ends the style element or would be changed by a parser of HTML, and so
 * its hash holds. What it would load from elsewhere, the pages' policy would refuse in silence: it is refused here,
 * aloud.
 *
 * @param source the setting
 * @param root folder of the function's package
 * @throws {Error} in words that go on from the setting's name
 */
export function loadCss(source: TextOrFile, root: string): string {
  const text = 'text' in source ? source.text : readPackaged(source.file, root).toString('utf8');
  const css = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  checkSize(Buffer.byteLength(css));
  if (/<[/!]/.test(css)) throw new Error('must not contain </ nor <!, which could end the style sheet');
  if (changedByHtml.test(css) || css.includes('\ufffd')) throw new Error('must be text in UTF-8');
  const targets = Array.from(css.matchAll(/url\(\s*["']?\s*([^\s"')]*)/gi), ([, target = '']) => target);
  if (/@import/i.test(css) || targets.some((target) => !/^data:image\//i.test(target))) {
    throw new Error('must not load anything: no @import, and url() only with data:image/');
  }
  return css;
}

/**
 * A logo as a data: URI. In an `img`, an SVG runs nothing and loads nothing.
 *
 * @param source the setting
 * @param root folder of the function's package
 * @throws {Error} in words that go on from the setting's name
 */
export function loadLogo(source: TextOrFile, root: string): string {
  if ('text' in source) return source.text;
  const image = readPackaged(source.file, root);
  checkSize(image.length);
  if (image.length === 0) throw new Error('must not be empty');
  return `data:${imageTypes[extname(source.file).toLowerCase()]};base64,${image.toString('base64')}`;
}
