import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { start, stop } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';

/** An application that runs in a process of its own. */
export interface App {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts a program of this folder under Node, with its port as the first word.
 *
 * @param script path from this folder
 * @param words further words of the command line
 * @param env variables beside those of this process
 * @param port port to listen on; a free one unless given
 */
export async function startNodeApp(
  script: string,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  port?: number,
): Promise<App> {
  port ??= await freePort();
  const parameters = [join(import.meta.dirname, script), String(port), ...words];
  const child: ChildProcess = await start(process.execPath, parameters, port, { env: { PORT: String(port), ...env } });
  return { url: `http://127.0.0.1:${port}`, port, stop: () => stop(child) };
}
