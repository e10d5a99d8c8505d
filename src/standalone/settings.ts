import * as v from 'valibot';
import { settings } from '../config/settings.ts';
import type { UploadLimits } from './upload.ts';
import { endpointParser, maxConnections, maxDrainMs } from './web-function.ts';

/** How the standalone server listens. How it serves a request is up to the settings of the proxy. */
export interface ServerSettings {
  /** Address to listen on; undefined for all of this machine, IPv6 and IPv4. */
  readonly host: string | undefined;
  readonly port: number;
  /** Path of the server's own health response. Requests to it never reach the backend. */
  readonly healthPath: string;
  /** Milliseconds that requests under way get when the server is told to stop. */
  readonly drainTimeoutMs: number;
  /** Connections of clients at one time. */
  readonly maxConnections: number;
  /** Milliseconds that a client may block a connection. */
  readonly clientTimeoutMs: number;
  /** True when no response may begin before its request is read to its end. */
  readonly isHalfDuplex: boolean;
}

const isWhole = (text: string, most: number) => /^\d{1,6}$/.test(text) && Number(text) <= most;

export const defaultConnections = '2000';

/** One row per variable. What the documentation says of each is in docs/setting-texts.ts. */
export const serverSettings = {
  AWS_LAMBDA_HTTP_ENDPOINT: {
    example: '0.0.0.0:3000',
    parser: endpointParser,
  },
  PORT: {
    example: '8080',
    parser: v.pipe(
      v.optional(v.string(), '8080'),
      v.check((text) => isWhole(text, 65_535), 'must be a TCP port from 0 to 65535'),
      v.transform(Number),
    ),
  },
  HOST: {
    example: '127.0.0.1',
    parser: v.optional(v.string()),
  },
  HEALTH_PATH: {
    example: '/healthz',
    parser: v.pipe(
      v.optional(v.string(), '/.lambda-rproxy/health'),
      v.check((text) => /^\/[!-~]*$/.test(text) && !/[?#]/.test(text), 'must be a path that begins with a slash'),
    ),
  },
  DRAIN_TIMEOUT: {
    example: '25',
    parser: v.pipe(
      v.optional(v.string(), '25'),
      v.check((text) => isWhole(text, 3600), 'must be whole seconds from 0 to 3600'),
      v.transform((text) => Number(text) * 1000),
    ),
  },
  MAX_CONNECTIONS: {
    example: '500',
    parser: v.pipe(
      v.optional(v.string()),
      v.check(
        (text = defaultConnections) => isWhole(text, 100_000) && Number(text) > 0,
        'must be a whole number from 1 to 100000',
      ),
      v.transform((text) => (text === undefined ? undefined : Number(text))),
    ),
  },
  CLIENT_TIMEOUT: {
    example: '30',
    parser: v.pipe(
      v.optional(v.string(), '60'),
      v.check((text) => isWhole(text, 3600) && Number(text) > 0, 'must be whole seconds from 1 to 3600'),
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
  const endpoint = read('AWS_LAMBDA_HTTP_ENDPOINT');
  const ofServer = { host: read('HOST'), port: read('PORT') };
  const healthPath = read('HEALTH_PATH');
  const drainTimeoutMs = read('DRAIN_TIMEOUT');
  const found = {
    ...(endpoint ?? ofServer),
    healthPath,
    drainTimeoutMs: endpoint === undefined ? drainTimeoutMs : Math.min(drainTimeoutMs, maxDrainMs),
    maxConnections: read('MAX_CONNECTIONS') ?? (endpoint === undefined ? Number(defaultConnections) : maxConnections),
    clientTimeoutMs: read('CLIENT_TIMEOUT'),
    isHalfDuplex: endpoint !== undefined,
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return found;
}

/**
 * Reads how slow an upload may be.
 *
 * @param env the environment variables; a wrong REQUEST_TIMEOUT counts as unset, and the proxy reports it
 */
export function readUploadLimits(env: NodeJS.ProcessEnv): UploadLimits {
  const { parser } = settings.REQUEST_TIMEOUT;
  const timeout = v.safeParse(parser, env['REQUEST_TIMEOUT']?.trim() || undefined);
  return {
    silenceMs: timeout.success ? timeout.output : v.parse(parser, undefined),
    windowMs: readServerSettings(env).clientTimeoutMs,
  };
}
