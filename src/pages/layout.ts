import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { styles } from './styles.ts';

/** Text that has been escaped, or may stand as it is. */
export type Html = ReturnType<typeof raw>;

/** A page and the policy under which it may be shown. */
export interface Page {
  readonly html: string;
  /** Value of Content-Security-Policy: nothing loads, nothing runs, and only this page's own style sheet applies. */
  readonly contentSecurityPolicy: string;
}

let policy: string | undefined;

/** Hashed when the first page is made: most environments never make one. */
const contentSecurityPolicy = () => {
  policy ??=
    `default-src 'none'; style-src 'sha256-${createHash('sha256').update(styles).digest('base64')}'; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  return policy;
};

/**
 * The frame of every page. Values are escaped by `html`; `styles` is ours and must stay byte for byte what was hashed.
 *
 * @param page.lang BCP 47 tag
 * @param page.body escaped content of `main`
 */
export function layout(page: {
  lang: string;
  dir: string;
  title: string;
  wide?: boolean;
  body: Html | Promise<Html>;
}): Page {
  const document = html`<!doctype html>
<html lang="${page.lang}" dir="${page.dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${page.title}</title>
<style>${raw(styles)}</style>
</head>
<body>
<main${page.wide ? raw(' class="wide"') : ''}>
${page.body}
</main>
</body>
</html>
`;
  return { html: String(document), contentSecurityPolicy: contentSecurityPolicy() };
}
