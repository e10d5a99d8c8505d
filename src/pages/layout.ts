import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Branding } from '../config/branding.ts';
import { styles } from './styles.ts';

/** Markup: escaped text, or text that needs no escaping. */
export type Html = ReturnType<typeof raw>;

/** A page and its Content-Security-Policy. */
export interface Page {
  readonly html: string;
  /** Allows only this page's own styles and script, and loads nothing from elsewhere. */
  readonly contentSecurityPolicy: string;
}

/** Returns the CSP source for a style sheet or script (https://www.w3.org/TR/CSP3/#grammardef-hash-source). */
const hashSource = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The parts of a page. */
export interface PageParts {
  /** BCP 47 tag. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly title: string;
  /** Escaped content of `main`. */
  readonly body: Html | Promise<Html>;
  /** Style sheet of this kind of page, after the shared one. */
  readonly styles: string;
  /** An ES module. */
  readonly script?: string | undefined;
  /** Whether the page has a form that is posted to its own origin. */
  readonly posts?: boolean;
  /** Whether the script may send requests to the page's own origin. */
  readonly connects?: boolean;
  readonly branding?: Branding | undefined;
}

function policyOf(sheets: readonly string[], { script, posts, connects, branding }: PageParts): string {
  return [
    "default-src 'none'",
    `style-src ${sheets.map(hashSource).join(' ')}`,
    ...(script === undefined ? [] : [`script-src ${hashSource(script)}`]),
    ...(connects ? ["connect-src 'self'"] : []),
    ...(branding?.logo === undefined && branding?.css === undefined ? [] : ['img-src data:']),
    "base-uri 'none'",
    posts ? "form-action 'self'" : "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * Builds a page. `html` escapes values; styles and script are inserted byte for byte as hashed, and config has checked
 * that the operator's style sheet cannot close its element.
 *
 * @param page the parts
 */
export function layout(page: PageParts): Page {
  const { branding, script } = page;
  const sheets = [`${styles}${page.styles}`, ...(branding?.css === undefined ? [] : [branding.css])];
  const document = html`<!doctype html>
<html lang="${page.lang}" dir="${page.dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>${page.title}</title>
${sheets.map((sheet) => raw(`<style>${sheet}</style>\n`))}</head>
<body>
<main>
${page.body}
</main>${script === undefined ? '' : raw(`\n<script type="module">${script}</script>`)}
</body>
</html>
`;
  return { html: String(document), contentSecurityPolicy: policyOf(sheets, page) };
}
