import leven from 'leven';
import { schemeProblem, suggestedUrl } from './suggested-url.ts';
import type { Template, TemplateParameter } from './template.ts';
import { UserError } from './user-error.ts';

/** Stack parameters by name, as given on the command line. */
export type Parameters = Readonly<Record<string, string>>;

/** Parameters that the deployment fills in. */
export const ownParameters: ReadonlySet<string> = new Set(['CodeBucket', 'CodeKey', 'CodeVersion']);

/** Largest edit distance of a name that is taken for a typo. */
const maxDistance = 4;

/** Returns the parameters that a typo may stand for; REMOTE_URL suggests RemoteUrl. */
function nearest(name: string, names: readonly string[]): string[] {
  const plain = name.replaceAll(/[_-]/g, '').toLowerCase();
  const distances = names.map((candidate) => leven(plain, candidate.toLowerCase()));
  const least = Math.min(...distances);
  return least > maxDistance ? [] : names.filter((_, index) => distances[index] === least);
}

function unknownName(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  const hint = near.length === 0 ? `There are ${names.join(', ')}.` : `Did you mean ${near.join(' or ')}?`;
  return `The template has no parameter ${name}. ${hint}`;
}

/** Returns the problem of a value as a clause that follows the parameter's name. */
function problemWith(value: string, parameter: TemplateParameter): string | undefined {
  const { AllowedValues, AllowedPattern, MinValue, MaxValue, ConstraintDescription, Type } = parameter;
  if (AllowedValues !== undefined && !AllowedValues.map(String).includes(value))
    return `must be one of ${AllowedValues.join(', ')}`;
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
    return `must be ${ConstraintDescription ?? `of the form ${AllowedPattern}`}`;
  if (Type !== 'Number') return undefined;
  const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= (MinValue ?? Number.NEGATIVE_INFINITY) && number <= (MaxValue ?? Number.POSITIVE_INFINITY))
    return undefined;
  return `must be a whole number from ${MinValue ?? '…'} to ${MaxValue ?? '…'}`;
}

/** Returns what is wrong with a word that is no parameter. A URL is not quoted: it may hold a password. */
function noParameter(word: string): string {
  const url = /^https?:\/\//i.test(word)
    ? word.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*/s, '')
    : suggestedUrl(word);
  const text = 'Parameters are given as Name=value, e.g. RemoteUrl=https://203.0.113.9:8443';
  if (url !== undefined) return `${text}. Did you mean RemoteUrl=${url}?`;
  return `${text}, but not ${word.includes('@') ? 'as a word with @' : word}`;
}

/**
 * Parses `Name=value` arguments.
 *
 * @throws {UserError} for an argument of another form, with an example; exit code 2
 */
export function parseParameters(words: readonly string[]): Parameters {
  const entries = words.map((word) => {
    const [, name, value] = /^([A-Za-z]\w*)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined) throw new UserError(noParameter(word), 2);
    return [name, value] as const;
  });
  const parameters = new Map<string, string>();
  for (const [name, value] of entries) {
    if (parameters.has(name)) throw new UserError(`${name} is given twice.`, 2);
    parameters.set(name, value);
  }
  return Object.fromEntries(parameters);
}

/**
 * Checks parameters against the template, so that a typo is reported before anything is built.
 *
 * @throws {UserError} naming every unknown parameter, with the nearest known one, and every parameter whose value is not
 *   allowed; no value of a NoEcho parameter is shown; exit code 2
 */
export function checkParameters(parameters: Parameters, { Parameters: known }: Template): void {
  const names = Object.keys(known).filter((name) => !ownParameters.has(name));
  const problems = Object.entries(parameters).flatMap(([name, value]) => {
    const parameter = known[name];
    if (parameter === undefined || ownParameters.has(name)) return [unknownName(name, names)];
    const problem = problemWith(value, parameter);
    if (problem === undefined) return [];
    const meant = name === 'RemoteUrl' ? schemeProblem(value) : undefined;
    if (meant !== undefined) return [`${name} ${meant}`];
    return [`${name} ${problem}${parameter.NoEcho ? '' : `, but is ${JSON.stringify(value)}`}.`];
  });
  if (problems.length > 0) throw new UserError(problems.join('\n'), 2);
}

/**
 * Returns the template's defaults. A new stack names all of them, so that two deployments
 * differ only in what was changed, for emulators of CloudFormation too, which compare the given parameters.
 */
export const defaultsOf = ({ Parameters: known }: Template): Parameters =>
  Object.fromEntries(
    Object.entries(known).flatMap(([name, { Default }]) => (Default === undefined ? [] : [[name, String(Default)]])),
  );

/** Converts a parameter's name to the name of the function's setting. */
export const settingName = (parameter: string): string => parameter.replaceAll(/(?<=.)([A-Z])/g, '_$1').toUpperCase();
