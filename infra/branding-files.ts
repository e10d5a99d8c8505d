import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UserError } from './user-error.ts';

/** Bytes of files by their names in the package. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** True for a path: CSS contains a brace, and a data: URI a colon. */
const isPath = (value: string | undefined): value is string =>
  value !== undefined && value !== '' && !/[{:]/.test(value);

/**
 * Reads the files that PAGE_CSS and PAGE_LOGO name: they must be in the package under the given name.
 *
 * @param values of the two settings; inline text and unset values are skipped
 * @param root the folder that paths start from
 * @throws {UserError} for a file that does not exist or is outside the folder
 */
export function brandingFiles(values: readonly (string | undefined)[], root: string): Files {
  const files: Record<string, Uint8Array> = {};
  for (const value of values.filter(isPath)) {
    const name = relative(root, resolve(root, value)).replaceAll('\\', '/');
    if (name.startsWith('..')) throw new UserError(`${value} is outside ${root}; only files inside it are packaged.`);
    try {
      files[name] = new Uint8Array(readFileSync(join(root, name)));
    } catch (error) {
      throw new UserError(`${value} cannot be read in ${root} for the package: ${(error as Error).message}`);
    }
  }
  return files;
}
