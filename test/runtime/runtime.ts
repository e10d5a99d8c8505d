import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

import { lambdaEnvironment, lambdaNodeFlags } from './environment.ts';
import { guard } from './guard.ts';
import type { InvokeOptions } from './invocation.ts';
import { collectLines, jsonLines } from './line-log.ts';
import type { InvocationOutcome } from './outcome.ts';
import { cpuMs, rssBytes } from './process-stats.ts';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';

const HERE = import.meta.dirname;
const CLIENT: RuntimeClient = {
  entry: join(HERE, 'node_modules/aws-lambda-ric/index.mjs'),
  preload: join(HERE, 'rapid-client.cjs'),
};
const PINNED_NODE = join(HERE, '../../node_modules/node/bin/node');

/** Lambda's own limit for the initialisation of a function. */
const INIT_TIMEOUT_MS = 10_000;

/** AWS's runtime client: its first file, and what stands in for its native part when that is not built. */
export interface RuntimeClient {
  entry: string;
  preload?: string;
}

export interface RuntimeOptions {
  /** The folder with the function's code, as an absolute path; also the working directory. */
  taskRoot: string;
  /** File and export, such as `index.handler`. */
  handler: string;
  /** Added to what Lambda sets; `undefined` removes a variable. */
  env?: Record<string, string | undefined>;
  /** Flags for Node after those of Lambda. */
  nodeOptions?: string[];
  /** The function's memory size, from which the heap limits follow; 512 unless given. */
  memoryMb?: number;
  /** Another copy of the client than the tests' own. */
  client?: RuntimeClient | undefined;
  /** A command that starts Node's in its place, such as `taskset`. */
  prefix?: readonly string[];
}

/** How the process ended: with an exit code of its own, or by a signal. */
export interface RuntimeExit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** One execution environment: a Node process with AWS's runtime client and the function loaded. */
export interface Runtime extends AsyncDisposable {
  readonly pid: number;
  /** From the start of the process to its first poll for an event. */
  readonly initMs: number;
  /** Lines of stdout and stderr. What was logged before an answer is here when `invoke` resolves. */
  readonly log: string[];
  /** Resolves when the process has ended. */
  readonly exited: Promise<RuntimeExit>;
  /**
   * Has the function handle an event. As on Lambda, a timeout ends the process, except in multi-concurrency mode.
   * After the end of the process it rejects.
   */
  invoke(event: unknown, options?: InvokeOptions): Promise<InvocationOutcome>;
  /** The lines of the log that are JSON objects, parsed. */
  logged(): unknown[];
  rssBytes(): number;
  /** User and system time of the process since its start, in steps of 10 ms. */
  cpuMs(): number;
  /** Kills the process; may be called again. */
  stop(): Promise<void>;
}

type RuntimeProcess = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a function as Lambda does; rejects with the end of its log if it fails to initialise. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  if (!existsSync((options.client ?? CLIENT).entry))
    throw new Error('Run `npm ci --ignore-scripts --prefix test/runtime` first.');
  const api = await startRuntimeApi();
  const startedAt = performance.now();
  const child = spawnRuntime(options, api.address);
  guard(child);

  const log: string[] = [];
  collectLines(child.stdout, log);
  collectLines(child.stderr, log);
  child.on('error', (error) => log.push(String(error)));
  const exited = watchExit(child, api);
  const end = async () => {
    child.kill('SIGKILL');
    await exited;
    await api.close();
  };
  let ended: Promise<void> | undefined;
  const stop = () => {
    ended ??= end();
    return ended;
  };

  try {
    await Promise.race([api.ready, timeLimit()]);
  } catch (error) {
    // The client posts its error before it logs and exits; the log is complete with its exit.
    await Promise.race([exited, sleep(1000)]);
    await stop();
    throw new Error(describeFailure(error, log), { cause: error });
  }

  const initMs = performance.now() - startedAt;
  const pid = child.pid as number;
  const isMultiConcurrent = options.env?.['AWS_LAMBDA_MAX_CONCURRENCY'] !== undefined;
  return {
    pid,
    initMs,
    log,
    exited,
    async invoke(event, invokeOptions) {
      const outcome = await api.invoke(event, invokeOptions);
      if (outcome.kind === 'timeout' && !isMultiConcurrent) {
        child.kill('SIGKILL');
        await exited;
      }
      // Log lines written before the answer are in the pipe by now: one more poll of the event loop reads them.
      await turn();
      await turn();
      return outcome;
    },
    logged: () => jsonLines(log),
    rssBytes: () => rssBytes(pid),
    cpuMs: () => cpuMs(pid),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function spawnRuntime(options: RuntimeOptions, runtimeApi: string): RuntimeProcess {
  const { taskRoot, handler, memoryMb = 512, env = {}, nodeOptions = [], client = CLIENT, prefix = [] } = options;
  const node = existsSync(PINNED_NODE) ? PINNED_NODE : process.execPath;
  const preload = client.preload === undefined ? [] : ['--require', client.preload];
  const flags = [...lambdaNodeFlags(memoryMb), ...nodeOptions, ...preload];
  const [command = node, ...rest] = [...prefix, node, ...flags, client.entry];
  return spawn(command, rest, {
    cwd: taskRoot,
    env: { ...lambdaEnvironment({ runtimeApi, taskRoot, handler, memoryMb }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function watchExit(child: RuntimeProcess, api: RuntimeApi): Runtime['exited'] {
  const closed = Promise.withResolvers<RuntimeExit>();
  child.once('close', (exitCode, signal) => closed.resolve({ exitCode, signal }));
  const exit = await closed.promise;
  await api.runtimeExited(exit.exitCode, exit.signal);
  return exit;
}

async function timeLimit(): Promise<never> {
  await sleep(INIT_TIMEOUT_MS, undefined, { ref: false });
  throw new Error(`No poll for an event within ${INIT_TIMEOUT_MS} ms.`);
}

function describeFailure(error: unknown, log: string[]): string {
  const reason = error instanceof Error ? error.message : String(error);
  return [`The function failed to initialise: ${reason}`, ...log.slice(-20)].join('\n');
}
