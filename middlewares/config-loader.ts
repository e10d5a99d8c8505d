import type { MiddlewareObj, Request } from '@middy/core';
import { type Config, ConfigurationError, readConfig } from '../src/config.ts';
import { type Connections, connect } from '../src/connections.ts';
import { ProxyError } from '../src/errors.ts';
import { logger } from '../src/telemetry.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** Reads the settings and opens the way to the backend; a wrong setting is kept for the requests to tell of. */
function load(env: NodeJS.ProcessEnv): { config: Config; connections: Connections } | ConfigurationError {
  try {
    const config = readConfig(env);
    let warned = false;
    const connections = connect(config, ({ fingerprint, code }) => {
      if (warned) return;
      warned = true;
      logger.warn('untrusted backend certificate accepted', {
        reason: `no authority vouches for the backend's certificate (${code})`,
        remedy: `set REMOTE_TLS=sha256:${fingerprint} to accept this certificate and no other`,
        fingerprint,
      });
    });
    return { config, connections };
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

/**
 * Provides `context.config` and `context.connections`, made once per cold start.
 *
 * @param env the environment variables
 * @returns a middleware whose `before` throws `configuration_error` while a setting is wrong, so that a mistake is a
 *   page and a log line and not a function that cannot start
 */
export function configLoader(env: NodeJS.ProcessEnv): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const loaded = load(env);

  const configLoaderBefore = (request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    if (loaded instanceof ConfigurationError) {
      throw new ProxyError('configuration_error', {
        reason: loaded.message,
        remedy: "set the variables in the function's configuration",
      });
    }
    Object.assign(request.context, loaded);
  };
  return { before: configLoaderBefore };
}
