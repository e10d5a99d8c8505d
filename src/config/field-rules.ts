/** One change of header fields that an operator wants on every request or every response. */
export interface FieldRule {
  /** In lower case. */
  readonly name: string;
  readonly action: 'set' | 'add' | 'remove';
  /** Empty for a field that is removed. */
  readonly value: string;
}

/** Why fields must not be changed, in words that follow `it`. */
type Refusals = readonly (readonly [names: RegExp, why: string, action?: FieldRule['action']])[];

const inBoth: Refusals = [
  [
    /^(?:connection|proxy-connection|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-auth.*|http2-settings)$/,
    'concerns one connection only',
  ],
  [/^(?:content-(?:length|encoding|range)|expect)$/, 'belongs to the bytes of the body'],
  [
    /^(?:host|forwarded|x-forwarded-.*|via|cdn-loop|max-forwards|x-request-id|x-origin-verify|proxy-status|x-lambda-rproxy-.*|x-amzn-.*|x-amz-cf-.*)$/,
    'is written by the proxy itself or by AWS',
  ],
];

const inRequests: Refusals = [
  ...inBoth,
  [/^destination$/, 'is rewritten by the proxy'],
  [/^accept-encoding$/, 'says what the client can decode; it can only be removed', 'set'],
  [/^accept-encoding$/, 'says what the client can decode; it can only be removed', 'add'],
];

const inResponses: Refusals = [
  ...inBoth,
  [/^(?:location|content-location|refresh)$/, 'belongs to one response, and is rewritten by the proxy'],
  [/^content-type$/, 'belongs to one response'],
  [/^date$/, 'is written by the front door'],
  [/^set-cookie$/, 'would replace the cookies of the backend; write +Set-Cookie or -Set-Cookie', 'set'],
];

/** Fields that hold one value (RFC 9110 §5.5), so that a second one would be ignored or refused. */
const single =
  /^(?:authorization|content-type|content-location|etag|if-modified-since|if-unmodified-since|last-modified|origin|referer|referrer-policy|retry-after|server|strict-transport-security|user-agent|x-content-type-options|x-frame-options)$/;

const line = /^([+-]?)([\w!#$%&'*+.^`|~-]+)(?::[ \t]*(.*))?$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** The name of a field as a CGI-style backend sees it. */
const canonical = (name: string) => name.toLowerCase().replace(/[^a-z\d]/g, '-');

/** @throws {Error} in words that follow the setting's name; they quote no value, which may be a secret */
function parseLine(text: string, number: number, refusals: Refusals): FieldRule {
  const where = `line ${number}`;
  if (control.test(text)) throw new Error(`must not have a control character (${where})`);
  if (/[^\t\u0020-\u007e]/.test(text)) throw new Error(`must be ASCII (${where})`);
  const [, sign = '', spelt = '', rest] = line.exec(text) ?? [];
  const value = rest?.trim();
  const action = sign === '-' ? 'remove' : sign === '+' ? 'add' : 'set';
  if (spelt === '' || (rest === undefined) !== (action === 'remove')) {
    throw new Error(`must be lines of "Name: value", "+Name: value" or "-Name" (${where} is none)`);
  }
  if (value === '') throw new Error(`must not have an empty value; "-Name" removes a field (${where})`);
  const known = canonical(spelt);
  const [, why] = refusals.find(([names, , only]) => names.test(known) && (only ?? action) === action) ?? [];
  if (why !== undefined) throw new Error(`must not change ${known}, which ${why} (${where})`);
  if (action === 'add' && single.test(known)) {
    throw new Error(`must not add to ${known}, which holds one value; write it without + (${where})`);
  }
  return { name: spelt.toLowerCase(), action, value: value ?? '' };
}

/** @throws {Error} for a field that is removed and written, or set twice */
function checkTogether(rules: readonly FieldRule[]): void {
  const names = new Map<string, FieldRule['action'][]>();
  for (const { name, action } of rules) names.set(canonical(name), [...(names.get(canonical(name)) ?? []), action]);
  for (const actions of names.values()) {
    const once = actions.filter((action) => action !== 'add');
    if (once.length > 1) throw new Error('must not set or remove a field twice; "+Name: value" adds a value');
    if (once[0] === 'remove' && actions.length > 1) {
      throw new Error('must not both remove a field and add to it; "Name: value" replaces it');
    }
  }
}

function parse(text: string, refusals: Refusals): readonly FieldRule[] {
  const problems: string[] = [];
  const rules = text.split(/\r?\n|\\n/).flatMap((each, index) => {
    // Only spaces: a trailing carriage return is no part of a line break, and is refused.
    const trimmed = each.replace(/^[ \t]+|[ \t]+$/g, '');
    if (trimmed === '') return [];
    try {
      return [parseLine(trimmed, index + 1, refusals)];
    } catch (error) {
      problems.push((error as Error).message);
      return [];
    }
  });
  if (problems.length > 0) throw new Error(problems.join('; '));
  checkTogether(rules);
  return rules;
}

/**
 * Reads REQUEST_HEADERS.
 *
 * @param value one change a line: `Name: value` sets a field, `+Name: value` adds a value to it, `-Name` removes it; a
 *   line break may have become the two characters `\n`
 * @throws {Error} in words that follow the setting's name, with the number of each wrong line; no value is quoted
 * @example requestRules('X-Api-Key: abc\n-Referer')[1] // { name: 'referer', action: 'remove', value: '' }
 */
export const requestRules = (value: string): readonly FieldRule[] => parse(value, inRequests);

/**
 * Reads RESPONSE_HEADERS, which has the syntax of REQUEST_HEADERS.
 *
 * @param value one change a line
 * @throws {Error} as {@link requestRules}
 */
export const responseRules = (value: string): readonly FieldRule[] => parse(value, inResponses);
