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

const isWhole = (text: string, most: number) => /^\d{1,6}$/.test(text) && Number(text) <= most;

/** One row per variable: the documentation's table is this table, and a test keeps them equal. */
export const serverSettings = {
  PORT: {
    summary: 'TCP port to listen on; 0 takes a free one, which the log tells',
    default: '8080',
    example: '8080',
    parser: v.pipe(
      v.optional(v.string(), '8080'),
      v.check((text) => isWhole(text, 65_535), 'must be a TCP port from 0 to 65535'),
      v.transform(Number),
    ),
  },
  HOST: {
    summary: 'Address to listen on',
    default: '(all of this machine, IPv6 and IPv4)',
    example: '127.0.0.1',
    parser: v.optional(v.string()),
  },
  HEALTH_PATH: {
    summary: 'Path to which the server itself responds with 200, and with 503 while it drains',
    default: '/.lambda-rproxy/health',
    example: '/healthz',
    parser: v.pipe(
      v.optional(v.string(), '/.lambda-rproxy/health'),
      v.check((text) => /^\/[!-~]*$/.test(text) && !/[?#]/.test(text), 'must be a path that begins with a slash'),
    ),
  },
  DRAIN_TIMEOUT: {
    summary: 'Seconds that requests under way get after SIGTERM or SIGINT before they are cut off',
    default: '25',
    example: '25',
    parser: v.pipe(
      v.optional(v.string(), '25'),
      v.check((text) => isWhole(text, 3600), 'must be whole seconds from 0 to 3600'),
      v.transform((text) => Number(text) * 1000),
    ),
  },
} as const;

type Rows = typeof serverSettings;

/**
 * Reads what the server needs before it can listen.
 *
 * @param env the environment variables; an empty one counts as unset
 * @throws {Error} naming every variable that is wrong, what is wrong with it, and an example
 */
export function readServerSettings(env: NodeJS.ProcessEnv): ServerSettings {
  const problems: string[] = [];
  function read<Name extends keyof Rows>(name: Name): v.InferOutput<Rows[Name]['parser']> {
    const { parser, example } = serverSettings[name];
    const value = env[name]?.trim() || undefined;
    const result = v.safeParse(parser, value);
    if (!result.success)
      problems.push(`${name} ${result.issues[0].message}, e.g. ${name}=${example}, but is ${JSON.stringify(value)}`);
    return result.output as v.InferOutput<Rows[Name]['parser']>;
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
