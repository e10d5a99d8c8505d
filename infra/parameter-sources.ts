import { readFileSync, statSync } from 'node:fs';
import { type Parameters, settingName } from './parameters.ts';
import type { Template } from './template.ts';
import { UserError } from './user-error.ts';

const prefix = 'RPROXY_';

/** Returns the parameter that a name means: `REMOTE_URL` is `RemoteUrl`. Other names are returned unchanged. */
function parameterNamed(name: string, { Parameters: known }: Template): string {
  return Object.keys(known).find((parameter) => settingName(parameter) === name) ?? name;
}

/**
 * Returns the parameters in variables of the environment: RPROXY_ and the name of a setting or parameter.
 *
 * @example parametersFromEnvironment({ RPROXY_DEBUG_KEY: 'k' }, template) // { DebugKey: 'k' }
 */
export function parametersFromEnvironment(env: NodeJS.ProcessEnv, template: Template): Parameters {
  const entries = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith(prefix) && value !== undefined
      ? [[parameterNamed(name.slice(prefix.length), template), value] as const]
      : [],
  );
  return Object.fromEntries(entries);
}

/** Parses a JSON object. The error does not quote the text, as that of JSON.parse would. */
function parseJson(text: string, file: string): [string, string][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${file} begins with { but is not JSON.`, 2);
  }
  return Object.entries(value as object).map(([name, each]) => {
    if (typeof each === 'object') throw new UserError(`${file}: ${name} must be a string.`, 2);
    return [name, String(each)];
  });
}

const unquoted = (value: string) => /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;

/** Parses lines `Name=value`. Errors name the line's number and not its text. */
const parseLines = (text: string, file: string): [string, string][] =>
  text.split(/\r?\n/).flatMap((line, index): [string, string][] => {
    if (/^\s*(?:#|$)/.test(line)) return [];
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z]\w*)\s*=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new UserError(`${file}: line ${index + 1} must be Name=value.`, 2);
    return [[name, unquoted(value.trim())]];
  });

/**
 * Returns the parameters in a file: a JSON object, or lines `Name=value`. Names are those of parameters or of settings.
 *
 * @param say prints a warning when other users may read the file
 * @throws {UserError} without quoting the file; exit code 2
 */
export function parametersFromFile(file: string, template: Template, say: (line: string) => void): Parameters {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    const { mode } = statSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0 && (mode & 0o170000) === 0o100000)
      say(`Warning: other users of this machine may read ${file}. Run: chmod 600 ${file}`);
  } catch (error) {
    throw new UserError(`--secrets ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, 2);
  }
  const entries = text.trimStart().startsWith('{') ? parseJson(text, file) : parseLines(text, file);
  return Object.fromEntries(entries.map(([name, value]) => [parameterNamed(name, template), value]));
}

/** True for a URL with a password or a query, which may hold a key. */
const mayHoldSecret = (url: string) => /^[^/]*\/\/[^/?#]*@|\?/.test(url);

/** Returns the parameters on a command line that are secrets: `ps` shows them, and npm prints them. */
export const secretsIn = (parameters: Parameters, { Parameters: known }: Template): string[] =>
  Object.entries(parameters)
    .filter(([name, value]) => known[name]?.NoEcho === true && value !== '')
    .filter(([name, value]) => name !== 'RemoteUrl' || mayHoldSecret(value))
    .map(([name]) => name);
