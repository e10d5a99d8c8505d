import { type Config, readConfig, secretArn, usesOptional } from './config.ts';

type Secret = Readonly<Record<string, string>>;

/** Reads the settings, with the parsers of the optional ones where one is set. */
async function readAll(
  env: NodeJS.ProcessEnv,
  arn: string | undefined,
): Promise<{ readonly config: Config; readonly secret: Secret }> {
  const secret: Secret = arn === undefined ? {} : await (await import('./secrets.ts')).readSecret(arn);
  const optional = usesOptional({ ...env, ...secret }) ? await import('./optional.ts') : undefined;
  return { config: readConfig(env, secret, optional), secret };
}

/**
 * Returns a function that reads when the first request calls it, because work that is under way when the environment is
 * made may be frozen with it. Requests that come meanwhile share the reading; after a failure the next request begins
 * anew, so that a secret that was corrected is read without a new deployment.
 */
function onFirstRequest<Loaded>(read: () => Promise<Loaded>): () => Promise<Loaded> {
  let reading: Promise<Loaded> | undefined;
  const begin = async () => {
    try {
      return await read();
    } catch (error) {
      reading = undefined;
      throw error;
    }
  };
  return () => {
    reading ??= begin();
    return reading;
  };
}

/**
 * Loads the settings once per cold start: now, or with SECRET_ARN and with optional settings when the first request
 * needs them.
 *
 * @param env the environment variables
 * @param complete makes what else is made once of the settings
 * @returns a function for each request. It throws what went wrong; thrown at the start, that would end the environment
 * @example await configLoader(process.env, (config) => ({ config }))()
 */
export function configLoader<Loaded>(
  env: NodeJS.ProcessEnv,
  complete: (config: Config) => Loaded,
): () => Loaded | Promise<Loaded> {
  try {
    const arn = secretArn(env);
    if (arn !== undefined || usesOptional(env))
      return onFirstRequest(async () => complete((await readAll(env, arn)).config));
    const loaded = complete(readConfig(env));
    return () => loaded;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/**
 * Checks all settings before anything is served, for a process that must not start with a wrong one.
 *
 * @param env the environment variables
 * @returns the variables with the settings of the secret among them, so that it is read once
 * @throws {ConfigurationError} naming every setting that is wrong
 * @throws {SecretError} when SECRET_ARN names a secret that cannot be read
 */
export async function checkedEnvironment(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { secret } = await readAll(env, secretArn(env));
  return { ...env, ...secret, SECRET_ARN: '' };
}
