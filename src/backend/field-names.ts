import type { HeaderFields } from '../types.ts';

/** Names in canonical case by their lower case. Requests have few names, and clients may make them up. */
const known = new Map<string, string>();
const mostKnown = 500;

/** Returns a field name in canonical case, as Go's CanonicalMIMEHeaderKey: `content-length` is `Content-Length`. */
function canonicalName(name: string): string {
  const found = known.get(name);
  // Stryker disable next-line ConditionalExpression: only saves time
  if (found !== undefined) return found;
  const canonical = name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
  // Stryker disable next-line all: only saves time and memory
  if (known.size < mostKnown) known.set(name, canonical);
  return canonical;
}

/**
 * Returns the same fields as Node takes them, names and values in turn, with names in canonical case. Names have no case
 * (RFC 9110 §5.1), but the firmware of some devices compares them letter by letter with what browsers and Go send.
 *
 * @param headers by lower-case name
 * @example listFields({ 'x-forwarded-for': '192.0.2.1' }) // ['X-Forwarded-For', '192.0.2.1']
 */
export function listFields(headers: Readonly<HeaderFields>): (string | string[])[] {
  const list: (string | string[])[] = [];
  for (const name of Object.keys(headers)) list.push(canonicalName(name), headers[name] as string | string[]);
  return list;
}
