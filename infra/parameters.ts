import leven from 'leven';
import type { Template, TemplateParameter } from './template.ts';
import { UserError } from './user-error.ts';

/** Parameters of the stack by name, as a command line gives them. */
export type Parameters = Readonly<Record<string, string>>;

/** Filled in by the deployment itself. */
export const ownParameters: ReadonlySet<string> = new Set(['CodeBucket', 'CodeKey']);

/** Changes of letters beyond which a name is not taken for a slip of the finger. */
const maxDistance = 4;

/** Names of parameters that somebody may have meant; REMOTE_URL is RemoteUrl. */
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

/** What is wrong with a value, as a clause that goes on from the parameter's name. */
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

/**
 * Reads `Name=value` words.
 *
 * @throws {UserError} for a word that is none, naming what was expected; exit code 2
 */
export function parseParameters(words: readonly string[]): Parameters {
  const entries = words.map((word) => {
    const [, name, value] = /^([A-Za-z]\w*)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined)
      throw new UserError(
        `Parameters are given as Name=value, e.g. RemoteUrl=https://203.0.113.9:8443, but not ${word}`,
        2,
      );
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Checks parameters against the template, so that a slip of the finger is told before anything is built.
 *
 * @throws {UserError} naming every parameter that does not exist, with the nearest that does, or whose value is not
 *   allowed; no value of a NoEcho parameter is shown; exit code 2
 */
export function checkParameters(parameters: Parameters, { Parameters: known }: Template): void {
  const names = Object.keys(known).filter((name) => !ownParameters.has(name));
  const problems = Object.entries(parameters).flatMap(([name, value]) => {
    const parameter = known[name];
    if (parameter === undefined || ownParameters.has(name)) return [unknownName(name, names)];
    const problem = problemWith(value, parameter);
    if (problem === undefined) return [];
    return [`${name} ${problem}${parameter.NoEcho ? '' : `, but is ${JSON.stringify(value)}`}.`];
  });
  if (problems.length > 0) throw new UserError(problems.join('\n'), 2);
}

/**
 * What the template itself says where nothing is given. A new stack is made with all of it named, so that two deployments
 * differ in nothing but what was changed, for emulators of CloudFormation as well, which compare what they were given.
 */
export const defaultsOf = ({ Parameters: known }: Template): Parameters =>
  Object.fromEntries(
    Object.entries(known).flatMap(([name, { Default }]) => (Default === undefined ? [] : [[name, String(Default)]])),
  );

/** Name of a setting of the function from its parameter's name. */
export const settingName = (parameter: string): string => parameter.replaceAll(/(?<=.)([A-Z])/g, '_$1').toUpperCase();
