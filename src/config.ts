import * as v from 'valibot';
import { type Origin, reaches } from './http/origin.ts';
import type { TlsPolicy } from './http/tls-policy.ts';
import { type Setting, type SettingName, settings } from './settings.ts';

/** Everything an operator can set, read once per cold start and frozen. */
export interface Config {
  readonly origin: Origin;
  readonly tls: TlsPolicy;
  readonly filteredPaths: readonly string[];
  readonly filteredUrlMessage: string;
  readonly noHeaders: boolean;
  readonly hostHeader: 'backend' | 'client';
  readonly trustForwarded: boolean;
  /** Bytes of the backend's body; undefined means what the endpoint can carry. */
  readonly payloadQuota: number | undefined;
  readonly requestTimeoutMs: number;
  readonly debugQueries: boolean;
  readonly debugKey: string | undefined;
  readonly metrics: boolean;
  readonly appName: string;
  readonly generalError: string;
  readonly showTargetLink: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with one setting. */
export interface Problem {
  readonly setting: SettingName;
  readonly problem: string;
  readonly example: string;
}

/** Every wrong or missing setting at once, so that an operator mends them in one go. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ setting, problem, example }) => `${setting} ${problem}, e.g. ${example}`).join('; '));
    this.problems = problems;
  }
}

/**
 * Long enough to recognise a value by, short enough for a log line. Of a PEM only its kind: it may be a private key that
 * went into the wrong variable.
 */
function quote(value: string): string {
  const kind = /-----BEGIN [A-Z\d ]+-----/.exec(value)?.[0];
  if (kind !== undefined) return JSON.stringify(`${kind}…`);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

/**
 * Reads and checks all settings.
 *
 * @param env the environment variables; an empty one counts as unset
 * @throws {ConfigurationError} naming every variable that is missing or wrong, what is wrong with it, and an example
 * @example readConfig({ REMOTE_URL: 'http://10.0.0.7:8080' }).requestTimeoutMs // 11000
 */
export function readConfig(env: Environment): Config {
  const problems: Problem[] = [];

  function read<Name extends SettingName>(name: Name): v.InferOutput<(typeof settings)[Name]['parser']> {
    const row: Setting<unknown> = settings[name];
    const value = env[name]?.trim() || undefined;
    const result = v.safeParse(row.parser, value);
    if (!result.success) {
      const got = value === undefined || row.secret ? '' : ` but is ${quote(value)}`;
      problems.push({ setting: name, problem: `${result.issues[0].message}${got}`, example: row.example });
    }
    return result.output as v.InferOutput<(typeof settings)[Name]['parser']>;
  }

  const origin = read('REMOTE_URL');
  const ca = read('REMOTE_CA');
  const config: Config = {
    origin,
    tls: { ...read('REMOTE_TLS'), ca },
    filteredPaths: read('FILTERED_PATH'),
    filteredUrlMessage: read('FILTERED_URL_MSG'),
    noHeaders: read('NO_HEADERS'),
    hostHeader: read('HOST_HEADER'),
    trustForwarded: read('TRUST_FORWARDED'),
    payloadQuota: read('PAYLOAD_QUOTA'),
    requestTimeoutMs: read('REQUEST_TIMEOUT'),
    debugQueries: read('DEBUG_QUERIES'),
    debugKey: read('DEBUG_KEY'),
    metrics: read('METRICS'),
    appName: read('APP_NAME'),
    generalError: read('GENERAL_ERROR'),
    showTargetLink: read('SHOW_TARGET_LINK'),
  };
  // A loop inside the sandbox: the Runtime API would take the proxied request for one of the runtime's own.
  const runtimeApi = env['AWS_LAMBDA_RUNTIME_API'];
  if (runtimeApi !== undefined && origin !== undefined && reaches(origin, runtimeApi)) {
    const { example } = settings.REMOTE_URL;
    problems.push({ setting: 'REMOTE_URL', problem: "must not be the function's own Runtime API", example });
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Object.freeze(config);
}
