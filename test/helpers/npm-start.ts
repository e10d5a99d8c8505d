import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The file that `npm start` runs. */
export const main = join(import.meta.dirname, '../../src/local/main.ts');

/** `npm start` under way. */
export interface Run {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  readonly output: () => string;
  /** The address that it prints. */
  readonly url: () => Promise<string>;
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/**
 * Starts what `npm start` runs, with no settings but those that are given. The caller ends the child.
 *
 * @param env settings
 * @param parameters of the command line
 * @param command program and first arguments, in place of node and the file
 */
export function npmStart(
  env: Record<string, string> = {},
  parameters: readonly string[] = [],
  command: readonly [string, ...string[]] = [process.execPath, main],
): Run {
  const [program, ...first] = command;
  const child = spawn(program, [...first, ...parameters], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const exit = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const url = () =>
    new Promise<string>((resolve, reject) => {
      const check = () => {
        const [, address] = /You +(http:\S+)/.exec(printed) ?? [];
        if (address !== undefined && printed.includes('own log, one')) resolve(address);
      };
      child.stdout.on('data', check);
      check();
      exit.then(() => reject(new Error(printed)));
    });
  return { child, output: () => printed, url, exit };
}
