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

/** Index behind a quoted string that begins at `start`, or of the field's end where it is not closed. */
function endOfString(field: string, start: number): number {
  let index = start + 1;
  while (index < field.length && field[index] !== '"') index += field[index] === '\\' ? 2 : 1;
  return index + 1;
}

/**
 * Link: `<…>` outside of quoted parameters (RFC 8288 §3). Scanned and not matched: a pattern for strings starts anew at
 * each quote that stands inside of an unclosed one, which takes quadratic time.
 */
function inLink(field: string, rewrite: Rewrite): string {
  let rewritten = '';
  let copied = 0;
  let index = 0;
  while (index < field.length) {
    const character = field[index];
    if (character === '"') {
      index = endOfString(field, index);
      continue;
    }
    index += 1;
    if (character !== '<') continue;
    const end = field.slice(index).search(/[<>]/) + index;
    if (field[end] !== '>') continue;
    rewritten += `${field.slice(copied, index)}${rewrite(field.slice(index, end))}`;
    copied = end;
    index = end + 1;
  }
  return rewritten + field.slice(copied);
}

const whole = (field: string, rewrite: Rewrite) => rewrite(field);

/** Fields of an answer that hold URLs, and where in them the URLs are. */
const rewriters: ReadonlyMap<string, (field: string, rewrite: Rewrite) => string> = new Map([
  ['location', whole],
  ['content-location', whole],
  ['refresh', inRefresh],
  ['link', inLink],
]);

/** Names of the fields of an answer that hold URLs. */
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
