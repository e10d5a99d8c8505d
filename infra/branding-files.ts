import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UserError } from './user-error.ts';

/** Bytes of files by their names in the package. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** CSS has a brace and a data: URI a colon; what is left is a path. */
const isPath = (value: string | undefined): value is string =>
  value !== undefined && value !== '' && !/[{:]/.test(value);

/**
 * Reads the files that PAGE_CSS and PAGE_LOGO name: they have to be in the package, under the name that they are given.
 *
 * @param values of the two settings; text of their own and unset ones are passed over
 * @param root the folder that paths start from
 * @throws {UserError} for a file that is not there, or lies outside of the folder
 */
export function brandingFiles(values: readonly (string | undefined)[], root: string): Files {
  const files: Record<string, Uint8Array> = {};
  for (const value of values.filter(isPath)) {
    const name = relative(root, resolve(root, value)).replaceAll('\\', '/');
    if (name.startsWith('..'))
      throw new UserError(`${value} lies outside of ${root}, and only what lies in it is packed.`);
    try {
      files[name] = new Uint8Array(readFileSync(join(root, name)));
    } catch (error) {
      throw new UserError(`${value} is to be packed, and cannot be read in ${root}: ${(error as Error).message}`);
    }
  }
  return files;
}
