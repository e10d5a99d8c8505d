import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a command `aws` that runs a program of this folder.
 *
 * @param folder for the command
 * @param program file name of the program
 * @param words in front of those of the command line
 */
export function writeAws(folder: string, program: string, words: readonly string[] = []): void {
  const command = [process.execPath, join(import.meta.dirname, program), ...words].map((word) => `'${word}'`).join(' ');
  const path = join(folder, 'aws');
  writeFileSync(path, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(path, 0o755);
}

/** Name of the file in which a program notes its calls, one JSON value a line. */
export const callsFile = 'calls.jsonl';

/** Returns the calls so far. */
export function readCalls<Call>(folder: string): Call[] {
  const path = join(folder, callsFile);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Call);
}
