/** What a URL becomes. */
type Rewrite = (url: string) => string;

/** Refresh: a time, then the URL, behind `url=` or not, quoted or not (HTML, "shared declarative refresh steps"). */
function inRefresh(field: string, rewrite: Rewrite): string {
  const match = /^\s*[\d.]*[\s;,]\s*[;,]?\s*(?:url\s*=\s*)?(["']?)/i.exec(field);
  if (match === null) return field;
  const [head, quote] = match;
  const rest = field.slice(head.length);
  const closing = quote ? rest.indexOf(quote) : -1;
  const end = closing === -1 ? rest.length : closing;
  return `${head}${rewrite(rest.slice(0, end))}${rest.slice(end)}`;
}

/** Link: `<…>` at the start of each link-value (RFC 8288 §3), never inside a quoted parameter. */
const inLink = (field: string, rewrite: Rewrite) =>
  field.replace(/"(?:[^"\\]|\\.?)*"?|<([^<>]*)>/gs, (part, url?: string) =>
    url === undefined ? part : `<${rewrite(url)}>`,
  );

const whole = (field: string, rewrite: Rewrite) => rewrite(field);

/** Response fields that hold URLs, and where in them the URLs are. */
const rewriters: ReadonlyMap<string, (field: string, rewrite: Rewrite) => string> = new Map([
  ['location', whole],
  ['content-location', whole],
  ['refresh', inRefresh],
  ['link', inLink],
]);

/** Names of the response fields that hold URLs. */
export const urlFields: readonly string[] = [...rewriters.keys()];

/**
 * Rewrites the URLs in one of {@link urlFields}; everything around them keeps its bytes, and so does any other field.
 *
 * @param name the field's name, in lower case
 * @param field its value
 * @param rewrite what a URL becomes
 * @example rewriteUrls('refresh', '5; url=/a', (url) => `/base${url}`) // '5; url=/base/a'
 */
export const rewriteUrls = (name: string, field: string, rewrite: Rewrite): string =>
  rewriters.get(name)?.(field, rewrite) ?? field;
