import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import leven from 'leven';
import { readTemplate } from './template.ts';
import { UserError } from './user-error.ts';

/** Largest edit distance of an option that is taken for a typo. */
const maxDistance = 2;

const plain = (name: string) => name.replaceAll(/[_-]/g, '').toLowerCase();

/** Returns what an unknown option may stand for: a parameter with dashes, or an option with a typo. */
function hint(option: string, options: readonly string[]): string {
  const parameter = Object.keys(readTemplate().Parameters).find((name) => plain(name) === plain(option));
  if (parameter !== undefined) return ` Parameters have no dashes: ${parameter}=…`;
  const name = option.replace(/^-+/, '');
  const near = options.find((each) => leven(each, name.toLowerCase()) <= maxDistance);
  return near === undefined ? '' : ` Did you mean --${near}?`;
}

/** Returns a message of parseArgs in one sentence, without a value. */
function messageOf(error: Error, options: readonly string[]): string {
  const [, option] = /^Unknown option '(-[^'=]*)/.exec(error.message) ?? [];
  return option === undefined ? error.message : `There is no option ${option}.${hint(option, options)}`;
}

/**
 * Parses a command line.
 *
 * @param words the words after the command
 * @param options as for Node's parseArgs
 * @param usage printed below what is wrong
 * @throws {UserError} with exit code 2
 */
export function parseWords<const Options extends ParseArgsOptionsConfig>(
  words: readonly string[],
  options: Options,
  usage: string,
): ReturnType<typeof parseArgs<{ options: Options; allowPositionals: true; allowNegative: true }>> {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, allowNegative: true, options });
  } catch (error) {
    throw new UserError(`${messageOf(error as Error, Object.keys(options))}\n\n${usage}`, 2);
  }
}
