import type { MiddlewareObj, Request } from '@middy/core';
import { type Connections, connect } from '../src/backend/connections.ts';
import { type Config, ConfigurationError, readConfig, secretArn } from '../src/config/config.ts';
import type { SecretError } from '../src/config/secrets.ts';
import { ProxyError, toProxyError } from '../src/failures.ts';
import { logger } from '../src/observability/logger.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

interface Loaded {
  readonly config: Config;
  readonly connections: Connections;
}

/** Reads the settings and opens the way to the backend. */
function load(env: NodeJS.ProcessEnv, secret?: Record<string, string>): Loaded {
  const config = readConfig(env, secret);
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

/** By its name, because its class is loaded with a secret alone. */
const isSecretError = (error: unknown): error is SecretError => error instanceof Error && error.name === 'SecretError';

/** What the requests are to be told of a failed start. */
function startFailure(error: unknown): ProxyError {
  if (error instanceof ConfigurationError) {
    const remedy = "set the variables in the function's configuration";
    return new ProxyError('configuration_error', { reason: error.message, remedy });
  }
  if (!isSecretError(error)) return toProxyError(error);
  return new ProxyError('configuration_error', { reason: error.message, remedy: error.remedy, cause: error });
}

/** Runs once per cold start. What goes wrong is kept for the requests: thrown here, it would end the environment. */
function tryToLoad(env: NodeJS.ProcessEnv): Loaded | ProxyError | { arn: string } {
  try {
    const arn = secretArn(env);
    return arn === undefined ? load(env) : { arn };
  } catch (error) {
    return startFailure(error);
  }
}

/**
 * Reads a secret when the first request asks for it, because work that is under way when the environment is made may be
 * frozen with it. Requests that come meanwhile share the reading; after a failure the next request begins anew, so that
 * what is mended there or in between heals by itself.
 */
function loaderOf(env: NodeJS.ProcessEnv, arn: string): () => Promise<Loaded> {
  let reading: Promise<Loaded> | undefined;
  const read = async () => {
    try {
      const { readSecret } = await import('../src/config/secrets.ts');
      return load(env, await readSecret(arn));
    } catch (error) {
      reading = undefined;
      throw startFailure(error);
    }
  };
  return () => {
    reading ??= read();
    return reading;
  };
}

/**
 * Provides `context.config` and `context.connections`, made once per cold start. With SECRET_ARN the first request waits
 * for the secret; without, nothing is asynchronous.
 *
 * @param env the environment variables
 * @returns a middleware whose `before` throws `configuration_error` while a setting is wrong, so that a mistake is a
 *   page and a log line and not a function that cannot start
 */
export function configLoader(env: NodeJS.ProcessEnv): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const loaded = tryToLoad(env);
  if ('arn' in loaded) {
    const fromSecret = loaderOf(env, loaded.arn);
    const configLoaderBefore = async ({ context }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
      Object.assign(context, await fromSecret());
    };
    return { before: configLoaderBefore };
  }
  const configLoaderBefore = ({ context }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    if (loaded instanceof ProxyError) throw loaded;
    Object.assign(context, loaded);
  };
  return { before: configLoaderBefore };
}
