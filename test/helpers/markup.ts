/** What a browser makes of a page: its tags with their attributes, and nothing of its texts. */
export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Start tags of a page, in order. Reads as an HTML parser does where it matters for injection: a tag begins wherever
 * `<` stands before a letter, and ends behind the first `>` outside of quotes. Style sheets and scripts are skipped.
 *
 * @param html the page
 */
export function tagsOf(html: string): Tag[] {
  const markup = html.replace(/(<(style|script)\b[^>]*>).*?(<\/\2>)/gs, '$1$3');
  const tags = markup.matchAll(/<([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi);
  return Array.from(tags, ([, name = '', rest = '']) => ({
    name: name.toLowerCase(),
    attributes: Object.fromEntries(
      Array.from(rest.matchAll(/([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+)))?/g), ([, key = '', a, b, c]) => [
        key.toLowerCase(),
        a ?? b ?? c ?? '',
      ]),
    ),
  }));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** Text as a reader sees it. */
export const unescaped = (html: string): string =>
  html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '');

/** Names and attribute names of all start tags: what must not depend on any text. */
export const skeleton = (html: string): string[] =>
  tagsOf(html).map(({ name, attributes }) => [name, ...Object.keys(attributes)].join(' '));

/** Texts that have broken pages elsewhere. */
export const hostileTexts = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></main><svg/onload=alert(1)>',
  '<!--',
  ']]>',
  '&lt;b&gt;&amp;&#60;',
  '\u0024{7*7}{{7*7}}<%= 7*7 %>%s%n#{7*7}',
  '{{constructor.constructor("return process")()}}',
  '\u2028\u2029\u202e\ufeff\0',
  'javascript:alert(1)',
];
