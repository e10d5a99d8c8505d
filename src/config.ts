import * as v from 'valibot';
import { type Origin, parseOrigin, reaches } from './http/origin.ts';
import { certificateAuthorities, type TlsPolicy, tlsPolicy } from './http/tls-policy.ts';

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
  readonly appName: string;
  readonly generalError: string;
  readonly showTargetLink: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Setting<Value> {
  /** Meaning, as the documentation tells it. */
  readonly summary: string;
  /** What an unset or empty variable means, as the documentation tells it. */
  readonly default: string;
  readonly example: string;
  /** A secret's value is never quoted, neither in a page nor in a log line. */
  readonly secret?: true;
  /** From the variable's text, or undefined when it is unset or empty. Issues are sentences: "must be …". */
  readonly parser: v.GenericSchema<string | undefined, Value>;
}

const setting = <Value>(row: Setting<Value>): Setting<Value> => row;

const text = (fallback: string) => v.optional(v.string(), fallback);

const switches: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  y: true,
  '1': true,
  false: false,
  off: false,
  no: false,
  n: false,
  '0': false,
};

const onOff = (fallback: boolean) =>
  v.pipe(
    v.optional(v.string(), String(fallback)),
    v.toLowerCase(),
    v.check((value) => Object.hasOwn(switches, value), 'must be true or false'),
    v.transform((value) => switches[value] === true),
  );

/** Runs a parser of ours inside a valibot pipe; what it throws becomes the issue's sentence. */
const parsedBy = <Value>(parse: (value: string) => Value) =>
  v.rawTransform<string, Value>(({ dataset, addIssue, NEVER }) => {
    try {
      return parse(dataset.value);
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : String(error) });
      return NEVER;
    }
  });

/** One row per variable: the documentation's table is this table, and a test keeps them equal. */
export const settings = {
  REMOTE_URL: setting({
    summary: 'The backend: http or https, any port, with an optional base path, query and user:password',
    default: 'required',
    example: 'https://203.0.113.9:8443/app',
    secret: true,
    parser: v.pipe(v.optional(v.string(), ''), v.nonEmpty('is required'), parsedBy(parseOrigin)),
  }),
  REMOTE_TLS: setting({
    summary:
      'How an https backend proves itself: `auto` verifies public host names and accepts any certificate from an IP ' +
      'address or a private name, with a warning; `verify`; `insecure`; `sha256:` and the fingerprint of the one ' +
      'certificate to accept',
    default: 'auto',
    example: 'sha256:9F:86:D0:81:…',
    parser: v.pipe(text('auto'), parsedBy(tlsPolicy)),
  }),
  REMOTE_CA: setting({
    summary: 'Certificate authority of the backend, as PEM; certificates are then verified against it alone',
    default: '(none)',
    example: '-----BEGIN CERTIFICATE----- …',
    parser: v.optional(v.pipe(v.string(), parsedBy(certificateAuthorities))),
  }),
  FILTERED_PATH: setting({
    summary: 'Paths answered with 403, separated by `|`; each covers everything below it',
    default: '(none)',
    example: '/admin|/private',
    parser: v.pipe(
      text(''),
      v.transform((value) =>
        value
          .split('|')
          .map((entry) => entry.trim())
          .filter((entry) => entry !== ''),
      ),
      v.everyItem((entry) => entry.startsWith('/'), 'must be paths that begin with /, separated by |'),
    ),
  }),
  FILTERED_URL_MSG: setting({
    summary: 'What the page for a filtered path says',
    default: 'Filtered URL.',
    example: 'This part of the site is closed.',
    parser: text('Filtered URL.'),
  }),
  NO_HEADERS: setting({
    summary: "Forward none of the client's headers but Content-Type and Content-Encoding",
    default: 'false',
    example: 'true',
    parser: onOff(false),
  }),
  HOST_HEADER: setting({
    summary: 'Host that the backend sees: its own, as in REMOTE_URL (`backend`), or the public one (`client`)',
    default: 'backend',
    example: 'client',
    parser: v.pipe(text('backend'), v.toLowerCase(), v.picklist(['backend', 'client'], 'must be backend or client')),
  }),
  TRUST_FORWARDED: setting({
    summary:
      'Behind CloudFront or another proxy of yours: append to X-Forwarded-For and keep the other X-Forwarded fields ' +
      'instead of replacing them',
    default: 'false',
    example: 'true',
    parser: onOff(false),
  }),
  PAYLOAD_QUOTA: setting({
    summary: 'Largest body accepted from the backend, in bytes; a larger one is answered with 413',
    default: '(what the endpoint can carry)',
    example: '5000000',
    parser: v.optional(
      v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'must be a whole number of bytes, 1 or more'), v.transform(Number)),
    ),
  }),
  REQUEST_TIMEOUT: setting({
    summary: 'Seconds for the whole exchange with the backend, from DNS to the last byte; a fraction is allowed',
    default: '11.0',
    example: '25.5',
    parser: v.pipe(
      text('11.0'),
      v.regex(/^\d{1,4}(?:\.\d{1,6})?$/, 'must be a number of seconds'),
      v.transform((value) => Math.round(Number(value) * 1000)),
      v.minValue(1, 'must be at least 0.001 seconds'),
      v.maxValue(900_000, 'must be at most 900 seconds, the longest that a Lambda function may run'),
    ),
  }),
  DEBUG_QUERIES: setting({
    summary:
      'Whether `?trace_connection=` and `?dump_request=` do anything; when off they are forwarded like any other',
    default: 'true',
    example: 'off',
    parser: onOff(true),
  }),
  DEBUG_KEY: setting({
    summary: 'With a key set, the debug queries work only with this exact value instead of `y`',
    default: '(none)',
    example: 'a long random text',
    secret: true,
    parser: v.optional(v.string()),
  }),
  APP_NAME: setting({
    summary: 'Name of the site, at the head of the pages that the proxy makes itself',
    default: 'Sample Application',
    example: 'Greenhouse',
    parser: text('Sample Application'),
  }),
  GENERAL_ERROR: setting({
    summary: 'Heading of the error pages',
    default: 'AWS Lambda Error',
    example: 'Something went wrong',
    parser: text('AWS Lambda Error'),
  }),
  SHOW_TARGET_LINK: setting({
    summary: 'Error pages link to the same path on the backend; this shows its address to everybody',
    default: 'false',
    example: 'true',
    parser: onOff(false),
  }),
} as const;

/** Name of a setting's environment variable. */
export type SettingName = keyof typeof settings;

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
