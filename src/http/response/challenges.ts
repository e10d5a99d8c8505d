/** One challenge of a WWW-Authenticate field (RFC 9110 §11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** By lower-case name, without quotes and escapes. The first of a name counts. */
  readonly parameters: Readonly<Record<string, string>>;
}

const separators = /[\s,]*/y;
const name = /[!#$%&'*+.^_`|~\w-]+/y;
const value = /\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s,"]*))/sy;
/** Credentials in place of parameters: a second step of Negotiate or NTLM. */
const token68 = /\s+[\w.~+/-]+=*(?=\s*(?:,|$))/y;

/** More than any server has. */
const mostChallenges = 32;

function match(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}

/**
 * Returns the challenges of a WWW-Authenticate field, in order. Takes linear time; what is no challenge is skipped, and so
 * is what comes behind the 32nd.
 *
 * @param field the field; several are joined
 * @example parseChallenges('Negotiate, Basic realm="a, b"')
 *   // [{ scheme: 'negotiate', parameters: {} }, { scheme: 'basic', parameters: { realm: 'a, b' } }]
 */
export function parseChallenges(field: string | string[] | undefined): Challenge[] {
  const text = [field ?? []].flat().join(', ');
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  let index = 0;
  while (index < text.length && challenges.length <= mostChallenges) {
    index += match(separators, text, index)?.[0].length ?? 0;
    const [word] = match(name, text, index) ?? [];
    if (word === undefined) {
      index += 1;
      continue;
    }
    index += word.length;
    const parameter = match(value, text, index);
    if (parameter === null) {
      challenges.push({ scheme: word.toLowerCase(), parameters: Object.create(null) });
      index += match(token68, text, index)?.[0].length ?? 0;
      continue;
    }
    const [whole, quoted, plain = ''] = parameter;
    index += whole.length;
    const parameters = challenges.at(-1)?.parameters;
    if (parameters !== undefined) parameters[word.toLowerCase()] ??= quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain;
  }
  return challenges.slice(0, mostChallenges);
}
