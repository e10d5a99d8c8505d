import type { Context } from 'aws-lambda';
import { buffered } from '../../src/delivery/buffered.ts';
import { localInvoke } from '../../src/local/invoke.ts';
import { startServer } from '../../src/local/server.ts';
import { startWebFunctionFront } from '../../src/local/web-function.ts';
import { createProxy } from '../../src/proxy.ts';
import { outcomeOf } from '../runtime/outcome.ts';
import { startRuntime } from '../runtime/runtime.ts';
import type { LogLine } from './logs.ts';
import { startTestServer } from './web-server.ts';

/** The proxy behind a local front door, reachable over HTTP. */
export interface RunningProxy {
  readonly url: string;
  /** Log lines written so far. */
  logged(): LogLine[];
  close(): Promise<void>;
}

/** Starts a proxy with settings of its own. */
export type StartProxy = (env: Record<string, string>) => Promise<RunningProxy>;

/** Lines of the function's log that go through this process's own output. */
function tapOutput(): { lines: LogLine[]; stop: () => void } {
  const lines: LogLine[] = [];
  const stops = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write;
    stream.write = ((...parameters: Parameters<typeof write>) => {
      const text = String(parameters[0]);
      if (!text.startsWith('{"level":')) return write.apply(stream, parameters);
      lines.push(JSON.parse(text) as LogLine);
      return true;
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  return {
    lines,
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

/** The real handler in this process. */
export const inProcess: StartProxy = async (env) => {
  const { lines, stop } = tapOutput();
  const handler = buffered(createProxy(env)) as (event: unknown, context: Context) => Promise<unknown>;
  const server = await startServer({ invoke: await localInvoke(handler) });
  return {
    url: server.url,
    logged: () => lines,
    close: async () => {
      await server.close();
      stop();
    },
  };
};

/** The standalone server as a Web Function in this process, with the emulator of Lambda in front. */
export const asWebFunction: StartProxy = async (env) => {
  const { lines, stop } = tapOutput();
  const server = await startTestServer({ ...env, AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:0' });
  const early: string[] = [];
  const front = await startWebFunctionFront(
    { host: '127.0.0.1', port: server.port },
    { onEarlyResponse: (target) => early.push(target) },
  );
  return {
    url: front.url,
    logged: () => lines,
    close: async () => {
      await front.close();
      await server.drain();
      stop();
      if (early.length > 0) throw new Error(`the response began before the upload was read: ${early.join(' ')}`);
    },
  };
};

/** The built bundle under AWS's own runtime client. Needs `npm run build` and the packages of test/runtime. */
export const underRuntime: StartProxy = async (env) => {
  const runtime = await startRuntime({ taskRoot: `${process.cwd()}/dist`, handler: 'index.handler', env });
  const invoke = async (event: unknown) =>
    JSON.parse(outcomeOf(await runtime.invoke(event, { timeoutMs: 40_000 }), 'response').payload.toString('utf8'));
  const server = await startServer({ invoke });
  return {
    url: server.url,
    logged: () => runtime.logged() as LogLine[],
    close: async () => {
      await server.close();
      await runtime.stop();
    },
  };
};
