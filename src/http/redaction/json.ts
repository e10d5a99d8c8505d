import { isCount, isHarmlessName, isSecretName } from './secret-names.ts';
import { maskRandom } from './secret-values.ts';

/** Levels of a JSON text that are shown; deeper ones would take more room than they tell. */
const maxLevels = 12;

/** Members that name another: `{"name":"password","value":"…"}`, `{"op":"add","path":"/password","value":"…"}`. */
export const namingMember = /^(?:name|key|field|path|param|parameter|header|label|id|attribute|property|k|n)$/i;

/** Members that hold what such a member names. */
export const namedMember = /^(?:values?|val|content|contents|data|text|default|v|string_?value)$/i;

/** How the strings of a value are masked. */
interface Masks {
  readonly text: (text: string) => string;
  /** Whether a long random string is known to be an id or a hash. */
  readonly mayBeRandom: boolean;
}

type Member = readonly [name: string, value: unknown];

/** True when an object names a secret in one member and holds it in another. */
const namesSecret = (entries: readonly Member[]) =>
  entries.some(([name, value]) => namingMember.test(name) && typeof value === 'string' && isSecretName(value));

/** Lists of names and values in turn, as `["authorization", "Bearer …"]`. */
const maskList = (list: readonly unknown[], masks: Masks, level: number): unknown[] =>
  list.map((item, index) => {
    const before = list[index - 1];
    const isNamed = index % 2 === 1 && list.length % 2 === 0 && typeof before === 'string' && isSecretName(before);
    return isNamed ? '[redacted]' : maskValue(item, masks, level);
  });

function maskMembers(entries: readonly Member[], masks: Masks, level: number): Member[] {
  const holdsNamed = entries.some(([name]) => namedMember.test(name));
  const namesOne = namesSecret(entries);
  return entries.map(([name, value]) => {
    const shownName = masks.text(name);
    if (namesOne && namedMember.test(name)) return [shownName, '[redacted]'];
    // `key` in `{"key":"color","value":"red"}` is a name and no key.
    const isNaming = holdsNamed && namingMember.test(name) && typeof value === 'string';
    if (!isNaming && isSecretName(name) && !isCount(name, value)) return [shownName, '[redacted]'];
    return [shownName, maskValue(value, { ...masks, mayBeRandom: isHarmlessName(name) }, level)];
  });
}

function maskValue(value: unknown, masks: Masks, level: number): unknown {
  if (typeof value === 'string') return masks.mayBeRandom ? masks.text(value) : maskRandom(masks.text(value));
  if (typeof value !== 'object' || value === null) return value;
  if (level === 0) return '…';
  if (Array.isArray(value)) return maskList(value, masks, level - 1);
  return Object.fromEntries(maskMembers(Object.entries(value), masks, level - 1));
}

/** Masks one string. */
type MaskText = (text: string) => string;

const maskAll = (value: unknown, text: MaskText) => maskValue(value, { text, mayBeRandom: false }, maxLevels);

/**
 * A JSON text, laid out for a reader, with secrets masked: members with a secret name, members that another one names,
 * and strings with a secret in them.
 *
 * @returns undefined when the text is not JSON
 */
export function prettyJson(text: string, maskText: MaskText): string | undefined {
  try {
    return JSON.stringify(maskAll(JSON.parse(text), maskText), undefined, 2);
  } catch {
    return undefined;
  }
}

/**
 * A JSON text with the same secrets masked; one without secrets keeps its bytes.
 *
 * @returns undefined when the text is not JSON, or nested too deep to be read
 */
export function maskJson(text: string, maskText: MaskText): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const masked = JSON.stringify(maskAll(value, maskText));
    return masked === JSON.stringify(value) ? text : masked;
  } catch {
    return undefined;
  }
}

/** True for a text that may be a JSON object or list. */
export const looksLikeJson = (text: string): boolean => /^\s*[[{]/.test(text);
