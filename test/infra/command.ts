import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** How a command ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

const infra = join(import.meta.dirname, '../../infra');

/** How a command of infra/ is run. */
interface Run {
  /** The environment; PATH alone unless told otherwise. */
  readonly env?: Record<string, string>;
  /** Where the command is, and where it runs; the repository unless told otherwise. */
  readonly folder?: string;
  /** What is typed. */
  readonly typed?: string;
  /** Receives the process while it runs. */
  readonly meanwhile?: (child: ChildProcess) => void;
}

/**
 * Runs a command of infra/ as npm does.
 *
 * @param script e.g. `doctor.ts`
 * @param words the command line
 */
export async function run(script: string, words: readonly string[], options: Run = {}): Promise<Ended> {
  const { env = {}, folder = infra, typed = '', meanwhile } = options;
  const child = spawn(process.execPath, [join(folder, script), ...words], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(folder === infra ? {} : { cwd: folder }),
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.on('error', () => undefined).end(typed);
  meanwhile?.(child);
  const [output, errors, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { exitCode, output, errors };
}

/** Runs a command of the repository. */
export const command = (script: string, words: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  run(script, words, { env });
