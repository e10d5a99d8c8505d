import { type Connections, connect } from '../src/backend/connections.ts';
import type { Config } from '../src/config/config.ts';
import { configLoader as loaderOf } from '../src/config/loader.ts';
import { logger } from '../src/observability/logger.ts';
import type { InvocationContext, ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** Connections that warn once of a certificate that was accepted untrusted. */
function connectionsFor(config: Config): Connections {
  let warned = false;
  return connect(config, ({ fingerprint, code }) => {
    if (warned) return;
    warned = true;
    logger.warn('untrusted backend certificate accepted', {
      reason: `no trusted authority issued the backend's certificate (${code})`,
      remedy: `set REMOTE_TLS=sha256:${fingerprint} to accept this certificate and no other`,
      fingerprint,
    });
  });
}

/**
 * Completes the context with `config` and `connections`, made once per cold start, for the chain that needs them. With
 * SECRET_ARN the first request waits for the secret.
 *
 * It is a handler and not a middleware: so the type of the context says which steps have the settings and which do not.
 *
 * @param env the environment variables
 * @param chain the steps behind the settings
 * @returns a handler that throws while a setting is wrong, so that a mistake is a page and a log line and not a
 *   function that cannot start
 */
export function configLoader(
  env: NodeJS.ProcessEnv,
  chain: (request: ProxyRequest, context: ProxyContext) => Promise<ProxyResponse>,
): (request: ProxyRequest, context: InvocationContext) => Promise<ProxyResponse> {
  const load = loaderOf(env, (config) => ({ config, connections: connectionsFor(config) }));
  return async (request, context) => {
    const loaded = await load();
    context.exchange.config = loaded.config;
    return chain(request, Object.assign(context, loaded));
  };
}
