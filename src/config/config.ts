import * as v from 'valibot';
import { type Branding, loadCss, loadLogo, type TextOrFile } from './branding.ts';
import { clientCertificate } from './client-certificate.ts';
import type { ClientNetworks } from './client-networks.ts';
import type { OptionalConfig, OptionalName } from './optional.ts';
import { type RemoteUrl, reaches } from './remote-url.ts';
import { type Setting, type SettingName, settings } from './settings.ts';
import type { TlsPolicy } from './tls-policy.ts';

/** All settings, read once per cold start and frozen. */
export interface Config extends OptionalConfig {
  readonly remoteUrl: RemoteUrl;
  /** Where connections go: REMOTE_ADDRESS, or else the host and port of REMOTE_URL. */
  readonly connectTo: { readonly hostname: string; readonly port: number };
  readonly tls: TlsPolicy;
  readonly filteredPaths: readonly string[];
  readonly filteredUrlMessage: string;
  readonly noHeaders: boolean;
  /** Whether Via is appended to requests. */
  readonly via: boolean;
  /** Whether mistakes in responses that curl, nginx and Go accept are corrected. */
  readonly lenientBackend: boolean;
  /** `auto`, `backend`, `client`, or the host itself. */
  readonly hostHeader: string;
  /** Path in front of every public path, with no slash at its end; empty for none. */
  readonly publicPath: string;
  readonly trustForwarded: boolean;
  /** Header field whose last member is the address of the trusted proxy's client, in lower case. */
  readonly clientIpHeader: string;
  /** Undefined means every client. */
  readonly allowedNetworks: ClientNetworks | undefined;
  /** Values of which the trusted proxy sends one to prove itself; empty when it does not. */
  readonly originSecrets: readonly string[];
  /** Clients for whom the site stays open. */
  readonly maintenanceAllowed: ClientNetworks | undefined;
  /** Bytes of the backend's body; undefined means what the endpoint can carry. */
  readonly payloadQuota: number | undefined;
  readonly requestTimeoutMs: number;
  readonly debugQueries: boolean;
  readonly debugKey: string | undefined;
  readonly metrics: boolean;
  readonly appName: string;
  readonly generalError: string;
  readonly branding: Branding;
  readonly showTargetLink: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that is wrong. */
export interface Problem {
  readonly setting: SettingName;
  readonly problem: string;
  readonly example: string;
}

/** Every wrong or missing setting at once, so that an operator corrects them in one go. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ setting, problem, example }) => `${setting} ${problem}, e.g. ${example}`).join('; '));
    this.problems = problems;
  }
}

/** Base64 of a private key or a certificate (DER), with or without the lines that a PEM begins and ends with. */
const encodedKey = /PRIVATE KEY|\bM[A-Z][A-Za-z\d+/]{30}/;

/**
 * Quotes a value, long enough to recognise it, short enough for a log line. Of a PEM only its kind: it may be a private
 * key in the wrong variable.
 */
function quote(value: string): string {
  const kind = /-----BEGIN [A-Z\d ]+-----/.exec(value)?.[0];
  if (kind !== undefined) return JSON.stringify(`${kind}…`);
  if (encodedKey.test(value)) return `a text of ${value.length} characters`;
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

/** The module that parses the optional settings. */
export type OptionalParsers = typeof import('./optional.ts');

type Texts = Readonly<Record<OptionalName, string | undefined>>;

const optionalNames: readonly OptionalName[] = [
  'REQUEST_HEADERS',
  'RESPONSE_HEADERS',
  'MAINTENANCE',
  'WAKE',
  'WAKE_SECRET',
  'SUPPORT_URL',
  'STATUS_URL',
  'BASIC_LOGIN_SECRET',
];

const noOptions: OptionalConfig = {
  requestRules: [],
  responseRules: [],
  maintenance: undefined,
  wake: undefined,
  supportUrl: undefined,
  statusUrl: undefined,
  basicLogIn: undefined,
};

/** Returns whether any setting is set whose parser is not part of the entry. */
export const usesOptional = (env: Environment): boolean => optionalNames.some((name) => env[name]?.trim());

type ValueOf<Name extends SettingName> = v.InferOutput<(typeof settings)[Name]['parser']>;

/** Parses one setting: its value, or the problem. */
function check<Name extends SettingName>(
  name: Name,
  env: Environment,
  isHidden: boolean,
): { value: ValueOf<Name>; problem?: Problem } {
  const row: Setting<unknown> = settings[name];
  const text = env[name]?.trim() || undefined;
  const result = v.safeParse(row.parser, text);
  const value = result.output as ValueOf<Name>;
  if (result.success) return { value };
  // A parser may quote a part of the value.
  const { message: said } = result.issues[0];
  const isQuoted = text !== undefined && said.includes(quote(text));
  const got = text === undefined || row.secret || isHidden || isQuoted ? '' : ` but is ${quote(text)}`;
  const message = said.replaceAll(/"(?:\\.|[^"\\])*"/g, (quoted) =>
    text !== undefined && encodedKey.test(text) ? 'a part of it' : quoted,
  );
  return { value, problem: { setting: name, problem: `${message}${got}`, example: row.example } };
}

/**
 * Reads SECRET_ARN alone, because the secret may hold all other settings.
 *
 * @param env the environment variables
 * @throws {ConfigurationError} when it is not the ARN of a secret
 */
export function secretArn(env: Environment): string | undefined {
  const { value, problem } = check('SECRET_ARN', env, false);
  if (problem !== undefined) throw new ConfigurationError([problem]);
  return value;
}

/**
 * Reads and checks all settings.
 *
 * @param env the environment variables; an empty one counts as unset
 * @param secret settings that replace variables, and that are never quoted
 * @param optional the parsers of optional settings; needed where {@link usesOptional}
 * @throws {ConfigurationError} naming every variable that is missing or wrong, what is wrong with it, and an example
 * @example readConfig({ REMOTE_URL: 'http://10.0.0.7:8080' }).requestTimeoutMs // 11000
 */
export function readConfig(env: Environment, secret: Environment = {}, optional?: OptionalParsers): Config {
  const problems: Problem[] = [];

  function read<Name extends SettingName>(name: Name): ValueOf<Name> {
    const isHidden = secret[name] !== undefined;
    const { value, problem } = check(name, isHidden ? secret : env, isHidden);
    if (problem !== undefined) problems.push(problem);
    return value;
  }

  /** Reads a text of the setting itself, or of a file beside the code. */
  function load(name: 'PAGE_CSS' | 'PAGE_LOGO', from: (source: TextOrFile, root: string) => string) {
    const source = read(name);
    try {
      return source && from(source, env['LAMBDA_TASK_ROOT'] ?? '.');
    } catch (error) {
      const value = env[name];
      const got = value === undefined ? '' : ` but is ${quote(value)}`;
      const problem = `${(error as Error).message}${got}`;
      problems.push({ setting: name, problem, example: settings[name].example });
      return undefined;
    }
  }

  /** Checks what neither of the two settings says alone. */
  function readClient(certificates: ValueOf<'REMOTE_CERT'>, key: ValueOf<'REMOTE_KEY'>) {
    const failed = (problem: string, setting: SettingName = 'REMOTE_CERT') => {
      if (!problems.some((other) => /^REMOTE_(?:CERT|KEY)$/.test(other.setting)))
        problems.push({ setting, problem, example: settings[setting].example });
      return undefined;
    };
    if (certificates === undefined && key === undefined) return undefined;
    if (key === undefined) return failed('needs REMOTE_KEY, the private key of the certificate');
    if (certificates === undefined) return failed('needs REMOTE_CERT, the certificate of the key', 'REMOTE_KEY');
    try {
      return clientCertificate(certificates, key, Date.now());
    } catch (error) {
      return failed((error as Error).message);
    }
  }

  /** Reads the settings whose parsers may not be loaded. */
  function readOthers(connectTo: Config['connectTo'], remoteUrl: RemoteUrl | undefined): OptionalConfig {
    const texts = Object.fromEntries(optionalNames.map((name) => [name, read(name)])) as Texts;
    const wakeOn = read('WAKE_ON');
    if (texts.WAKE === undefined && wakeOn === 'request')
      problems.push({ setting: 'WAKE_ON', problem: 'needs WAKE', example: settings.WAKE_ON.example });
    const basicLogIn = { isOn: read('BASIC_LOGIN'), hours: read('BASIC_LOGIN_HOURS') };
    if (basicLogIn.isOn && texts.BASIC_LOGIN_SECRET === undefined) {
      const { example } = settings.BASIC_LOGIN_SECRET;
      const problem = 'needs BASIC_LOGIN_SECRET, which encrypts its cookies';
      problems.push({ setting: 'BASIC_LOGIN', problem, example: `BASIC_LOGIN_SECRET=${example}` });
    }
    const isUsed = optionalNames.some((name) => texts[name] !== undefined);
    if (!isUsed) return noOptions;
    if (optional === undefined) throw new TypeError('the parsers of optional settings are not loaded');
    const fail = (name: OptionalName | 'BASIC_LOGIN_HOURS', problem: string) => {
      const { example, ...row } = settings[name];
      const isHidden = 'secret' in row || secret[name] !== undefined;
      const got = isHidden
        ? ''
        : ` but is ${quote(name === 'BASIC_LOGIN_HOURS' ? basicLogIn.hours : (texts[name] ?? ''))}`;
      problems.push({ setting: name, problem: `${problem}${got}`, example });
    };
    const runtimeApi = env['AWS_LAMBDA_RUNTIME_API'];
    return optional.readOptional({ texts, wakeOn, basicLogIn, remoteUrl, connectTo, runtimeApi, fail });
  }

  const remoteUrl = read('REMOTE_URL');
  const address = read('REMOTE_ADDRESS');
  const ca = read('REMOTE_CA');
  const client = readClient(read('REMOTE_CERT'), read('REMOTE_KEY'));
  const connectTo = { hostname: address?.hostname ?? remoteUrl?.hostname, port: address?.port ?? remoteUrl?.port };
  const config: Config = {
    remoteUrl,
    connectTo,
    ...readOthers(connectTo, remoteUrl),
    tls: { ...read('REMOTE_TLS'), ca, client },
    filteredPaths: read('FILTERED_PATH'),
    filteredUrlMessage: read('FILTERED_URL_MSG'),
    noHeaders: read('NO_HEADERS'),
    via: read('VIA'),
    lenientBackend: read('LENIENT_BACKEND'),
    hostHeader: read('HOST_HEADER'),
    publicPath: read('PUBLIC_PATH'),
    trustForwarded: read('TRUST_FORWARDED'),
    clientIpHeader: read('CLIENT_IP_HEADER'),
    allowedNetworks: read('ALLOWED_CIDRS'),
    originSecrets: [read('ORIGIN_SECRET'), read('ORIGIN_SECRET_PREVIOUS')].filter((secret) => secret !== undefined),
    maintenanceAllowed: read('MAINTENANCE_ALLOW'),
    payloadQuota: read('PAYLOAD_QUOTA'),
    requestTimeoutMs: read('REQUEST_TIMEOUT'),
    debugQueries: read('DEBUG_QUERIES'),
    debugKey: read('DEBUG_KEY'),
    metrics: read('METRICS'),
    appName: read('APP_NAME'),
    generalError: read('GENERAL_ERROR'),
    branding: { css: load('PAGE_CSS', loadCss), logo: load('PAGE_LOGO', loadLogo) },
    showTargetLink: read('SHOW_TARGET_LINK'),
  };
  for (const name of Object.keys(secret)) {
    if (Object.hasOwn(settings, name) && name !== 'SECRET_ARN') continue;
    const problem = `holds ${quote(name)}, which is no name of a setting that it may hold`;
    problems.push({ setting: 'SECRET_ARN', problem, example: '{"DEBUG_KEY":"…"}' });
  }
  // A loop inside the sandbox: the Runtime API would take the request for one of the runtime's own.
  const runtimeApi = env['AWS_LAMBDA_RUNTIME_API'];
  if (runtimeApi !== undefined && remoteUrl !== undefined && reaches(config.connectTo, runtimeApi)) {
    const setting = address === undefined ? 'REMOTE_URL' : 'REMOTE_ADDRESS';
    const { example } = settings[setting];
    problems.push({ setting, problem: "must not be the function's own Runtime API", example });
  }
  if (remoteUrl?.protocol === 'http:' && client !== undefined) {
    const problem = 'needs https in REMOTE_URL: plain HTTP has no client certificates';
    problems.push({ setting: 'REMOTE_CERT', problem, example: settings.REMOTE_CERT.example });
  }
  for (const [setting, networks] of [
    ['ALLOWED_CIDRS', config.allowedNetworks],
    ['MAINTENANCE_ALLOW', config.maintenanceAllowed],
  ] as const) {
    if (networks === undefined || !config.trustForwarded || config.originSecrets.length > 0) continue;
    const problem =
      'needs ORIGIN_SECRET beside TRUST_FORWARDED: a client that calls the function directly could claim any address';
    problems.push({ setting, problem, example: `ORIGIN_SECRET=${settings.ORIGIN_SECRET.example}` });
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Object.freeze(config);
}
