import type { MiddlewareObj, Request } from '@middy/core';
import { type Config, ConfigurationError, readConfig } from '../src/config.ts';
import { type Connections, connect } from '../src/connections.ts';
import { ProxyError, toProxyError } from '../src/errors.ts';
import { logger } from '../src/telemetry.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** Reads the settings and opens the way to the backend. */
function load(env: NodeJS.ProcessEnv): { config: Config; connections: Connections } {
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
}

/** What the requests are to be told of a failed start. */
const startFailure = (error: unknown) =>
  error instanceof ConfigurationError
    ? new ProxyError('configuration_error', {
        reason: error.message,
        remedy: "set the variables in the function's configuration",
      })
    : toProxyError(error);

/** Runs once per cold start. What goes wrong is kept for the requests: thrown here, it would end the environment. */
function tryToLoad(env: NodeJS.ProcessEnv): ReturnType<typeof load> | ProxyError {
  try {
    return load(env);
  } catch (error) {
    return startFailure(error);
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
  const loaded = tryToLoad(env);

  const configLoaderBefore = (request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    if (loaded instanceof ProxyError) throw loaded;
    Object.assign(request.context, loaded);
  };
  return { before: configLoaderBefore };
}
