import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Writes a file that only its owner can read, because every user of a machine sees command lines. The file is removed
 * when it has been used, and when a signal ends the process.
 *
 * @param content may hold secrets
 * @param use receives the path
 */
export async function withPrivateFile<Result>(
  content: string,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-rproxy-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const end = (signal: (typeof signals)[number]) => process.exit(128 + constants.signals[signal]);
  process.once('exit', remove);
  for (const signal of signals) process.once(signal, end);
  try {
    const path = join(folder, 'input.json');
    writeFileSync(path, content, { mode: 0o600 });
    return await use(path);
  } finally {
    remove();
    process.off('exit', remove);
    for (const signal of signals) process.off(signal, end);
  }
}
