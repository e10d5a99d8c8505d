import * as v from 'valibot';

/** How the server of one's own listens. What it then does with a request is up to the settings of the proxy. */
export interface ServerSettings {
  /** Address to listen on; undefined for all of this machine, IPv6 and IPv4. */
  readonly host: string | undefined;
  readonly port: number;
  /** Path of the server's own answer that it is there. Requests to it never reach the backend. */
  readonly healthPath: string;
  /** Milliseconds that requests under way get when the server is told to stop. */
  readonly drainTimeoutMs: number;
}

const whole = (text: string, most: number) => /^\d{1,6}$/.test(text) && Number(text) <= most;

const rows = {
  HOST: { parser: v.optional(v.string()), example: 'HOST=127.0.0.1' },
  PORT: {
    parser: v.pipe(
      v.optional(v.string(), '8080'),
      v.check((text) => whole(text, 65_535), 'must be a TCP port from 0 to 65535'),
      v.transform(Number),
    ),
    example: 'PORT=8080',
  },
  HEALTH_PATH: {
    parser: v.pipe(
      v.optional(v.string(), '/.lambda-rproxy/health'),
      v.check((text) => /^\/[!-~]*$/.test(text) && !/[?#]/.test(text), 'must be a path that begins with a slash'),
    ),
    example: 'HEALTH_PATH=/healthz',
  },
  DRAIN_TIMEOUT: {
    parser: v.pipe(
      v.optional(v.string(), '25'),
      v.check((text) => whole(text, 3600), 'must be whole seconds from 0 to 3600'),
      v.transform((text) => Number(text) * 1000),
    ),
    example: 'DRAIN_TIMEOUT=25',
  },
} as const;

/**
 * Reads what the server needs before it can listen.
 *
 * @param env the environment variables; an empty one counts as unset
 * @throws {Error} naming every variable that is wrong, what is wrong with it, and an example
 */
export function readServerSettings(env: NodeJS.ProcessEnv): ServerSettings {
  const problems: string[] = [];
  function read<Name extends keyof typeof rows>(name: Name): v.InferOutput<(typeof rows)[Name]['parser']> {
    const { parser, example } = rows[name];
    const value = env[name]?.trim() || undefined;
    const result = v.safeParse(parser, value);
    if (!result.success)
      problems.push(`${name} ${result.issues[0].message}, e.g. ${example}, but is ${JSON.stringify(value)}`);
    return result.output as v.InferOutput<(typeof rows)[Name]['parser']>;
  }
  const settings = {
    host: read('HOST'),
    port: read('PORT'),
    healthPath: read('HEALTH_PATH'),
    drainTimeoutMs: read('DRAIN_TIMEOUT'),
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return settings;
}
