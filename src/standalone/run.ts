import { checkedEnvironment } from '../config/loader.ts';
import { logger } from '../observability/logger.ts';
import { createProxy } from '../proxy.ts';
import { proxyListener } from './listener.ts';
import { startWebServer, type WebServer } from './server.ts';
import { readServerSettings, type ServerSettings } from './settings.ts';

/** A reason not to start that the operator can remove: its message is shown without a stack. */
class StartError extends Error {
  override readonly name = 'StartError';
}

/** What is wrong with the settings, one line for each. */
function problemsIn(error: unknown): string {
  const { message, problems, remedy } = error as Error & {
    problems?: readonly { setting: string; problem: string; example: string }[];
    remedy?: string;
  };
  const lines = problems?.map(({ setting, problem, example }) => `${setting} ${problem}, e.g. ${example}`);
  return lines?.join('\n') ?? (remedy === undefined ? message : `${message}: ${remedy}`);
}

async function settingsFrom(env: NodeJS.ProcessEnv): Promise<{ settings: ServerSettings; checked: NodeJS.ProcessEnv }> {
  const problems: string[] = [];
  const attempt = async <Value>(read: () => Value | Promise<Value>): Promise<Value | undefined> => {
    try {
      return await read();
    } catch (error) {
      problems.push(problemsIn(error));
      return undefined;
    }
  };
  const settings = await attempt(() => readServerSettings(env));
  const checked = await attempt(() => checkedEnvironment(env));
  if (settings === undefined || checked === undefined) throw new StartError(problems.join('\n'));
  return { settings, checked };
}

/**
 * Starts the standalone server. A wrong setting, of the server or of the proxy, keeps it from listening, so that a
 * deployment does not replace a good version by one that responds with 500 to every request.
 *
 * @param env the environment variables
 * @throws {StartError} naming every wrong setting, or the address that is taken
 */
export async function startServer(env: NodeJS.ProcessEnv): Promise<{ server: WebServer; settings: ServerSettings }> {
  const { settings, checked } = await settingsFrom(env);
  const listener = await proxyListener(createProxy(checked), checked);
  try {
    return { server: await startWebServer(listener, settings), settings };
  } catch (error) {
    const { host = 'all addresses', port, isHalfDuplex } = settings;
    const names = isHalfDuplex ? 'AWS_LAMBDA_HTTP_ENDPOINT' : 'HOST and PORT';
    throw new StartError(`Cannot listen on ${host}, port ${port}: ${(error as Error).message}. Set ${names}.`);
  }
}

/**
 * Listens until SIGTERM or SIGINT, then drains: requests under way end, connections without one are closed. Ends the
 * process with 1 when the server cannot start.
 *
 * @param env the environment variables
 */
export async function runServer(env: NodeJS.ProcessEnv): Promise<void> {
  const { server, settings } = await startServer(env).catch((error: unknown) => {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    process.exit(1);
  });
  const { address, port } = server.address;
  logger.info('listening', { server: { address, port }, health_path: settings.healthPath });

  const stop = async (signal: NodeJS.Signals) => {
    logger.info('draining', { signal, drain_timeout_ms: settings.drainTimeoutMs });
    const cut = await server.drain();
    if (cut > 0) logger.warn('requests were cut off', { reason: 'the drain time was up', requests: cut });
    else logger.info('drained');
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
