import { logger } from '../observability/logger.ts';
import { createProxy } from '../proxy.ts';
import { proxyListener } from './listener.ts';
import { startWebServer, type WebServer } from './server.ts';
import { readServerSettings, type ServerSettings } from './settings.ts';

/** Ends the process with a message and without a stack: the operator can put it right. */
function giveUp(message: string): never {
  console.error(message);
  process.exit(1);
}

function settingsFrom(env: NodeJS.ProcessEnv): ServerSettings {
  try {
    return readServerSettings(env);
  } catch (error) {
    return giveUp((error as Error).message);
  }
}

async function start(env: NodeJS.ProcessEnv, settings: ServerSettings): Promise<WebServer> {
  const listener = await proxyListener(createProxy(env), env);
  try {
    return await startWebServer(listener, settings);
  } catch (error) {
    const { host = 'all addresses', port } = settings;
    return giveUp(`Cannot listen on ${host}, port ${port}: ${(error as Error).message}. Set HOST and PORT.`);
  }
}

/**
 * Listens until SIGTERM or SIGINT, then drains: requests under way end, connections without one are closed.
 *
 * @param env the environment variables
 */
export async function runServer(env: NodeJS.ProcessEnv): Promise<void> {
  const settings = settingsFrom(env);
  const server = await start(env, settings);
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
