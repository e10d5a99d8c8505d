import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Result } from './lambda.ts';
import type { LogLine } from './logs.ts';

/** What one invocation brings along. */
export interface Invocation {
  readonly event: unknown;
  readonly requestId: string;
  /** Trace header as Lambda hands it over, e.g. `Root=1-…;Parent=…;Sampled=1`. */
  readonly trace?: string | undefined;
  /** False leaves it out of the context, as older runtimes do. */
  readonly traceInContext?: boolean;
  /** True where the access line is not the last or there is none; the process then says when it has written all. */
  readonly marked?: boolean;
}

/** What a child process reports of an invocation. */
export interface EnvironmentReport {
  readonly requestId: string;
  readonly result?: Result;
  readonly error?: string;
  /** Modules of X-Ray loaded so far. */
  readonly xRayModules: readonly string[];
  /** All modules loaded so far. */
  readonly loaded: readonly string[];
}

/** What became of one invocation. */
interface Outcome extends EnvironmentReport {
  readonly result: Result;
  /** Log lines that carry the invocation's request id. */
  readonly lines: readonly LogLine[];
}

/** An execution environment of its own, for what is decided when modules are loaded. */
export interface Environment {
  invoke(event: unknown, options?: Pick<Invocation, 'trace' | 'traceInContext' | 'marked'>): Promise<Outcome>;
  /** Everything written to stdout and stderr so far. */
  output(): string;
  /** All log lines so far. */
  lines(): readonly LogLine[];
  stop(): Promise<void>;
}

/**
 * Starts the real handler in a process of its own.
 *
 * @param settings what the proxy is configured with
 * @param variables environment variables of the process
 */
export async function startEnvironment(
  settings: Record<string, string>,
  variables: Record<string, string> = {},
): Promise<Environment> {
  const { PATH = '', HOME = '/tmp' } = process.env;
  const child = fork(new URL('./environment-child.ts', import.meta.url), {
    env: { PATH, HOME, TEST_SETTINGS: JSON.stringify(settings), ...variables },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // One for each invocation that is under way.
  child.setMaxListeners(0);
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  const exited = once(child, 'exit');
  const started = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (started === undefined) throw new Error(`the environment did not start: ${written}`);

  const lines = () =>
    written
      .split('\n')
      .filter((text) => text.startsWith('{') && text.endsWith('}'))
      .map((text) => JSON.parse(text) as LogLine);
  const isOver = (requestId: string, marked: boolean) =>
    marked
      ? written.includes(`over ${requestId}\n`)
      : lines().some(({ message, function_request_id }) => message === 'request' && function_request_id === requestId);

  return {
    lines,
    output: () => written,
    async invoke(event, options = {}) {
      const requestId = randomUUID();
      const report = new Promise<EnvironmentReport>((resolve, reject) => {
        const listen = (message: EnvironmentReport) => {
          if (message.requestId !== requestId) return;
          child.off('message', listen);
          resolve(message);
        };
        child.on('message', listen);
        void exited.then(() => reject(new Error(`the environment ended: ${written}`)));
      });
      child.send({ event, requestId, ...options } satisfies Invocation);
      const { result, error, ...rest } = await report;
      if (result === undefined) throw new Error(error);
      // The answer comes by another pipe than the log.
      while (!isOver(requestId, options.marked === true)) await new Promise((resolve) => setTimeout(resolve, 2));
      const own = lines().filter(({ function_request_id }) => function_request_id === requestId);
      return { ...rest, result, lines: own };
    },
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
