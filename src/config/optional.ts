import { type BasicLogIn, encryptionSecret, lifetimeMs } from './basic-log-in.ts';
import { type FieldRule, requestRules, responseRules } from './field-rules.ts';
import { maintenanceText } from './maintenance.ts';
import { pageLink } from './page-links.ts';
import type { RemoteUrl } from './remote-url.ts';
import { type Wake, wakeFrom, wakeTarget } from './wake.ts';

/** What the optional settings say. */
export interface OptionalConfig {
  /** Changes of the fields for the backend. Their values are secret. */
  readonly requestRules: readonly FieldRule[];
  /** Changes of the fields of responses. */
  readonly responseRules: readonly FieldRule[];
  /** Text of the page while the site is closed; undefined while it is open. */
  readonly maintenance: string | undefined;
  /** How the backend is started when connections to it fail; undefined for not at all. */
  readonly wake: Wake | undefined;
  readonly supportUrl: string | undefined;
  readonly statusUrl: string | undefined;
  /** How log-in cookies are made; undefined where there are none. */
  readonly basicLogIn: BasicLogIn | undefined;
}

/** Settings whose parsers are loaded where one of them is set: most functions have none. */
export type OptionalName =
  | 'REQUEST_HEADERS'
  | 'RESPONSE_HEADERS'
  | 'MAINTENANCE'
  | 'WAKE'
  | 'WAKE_SECRET'
  | 'SUPPORT_URL'
  | 'STATUS_URL'
  | 'BASIC_LOGIN_SECRET';

/** What the optional settings are read from. */
export interface OptionalSource {
  readonly texts: Readonly<Record<OptionalName, string | undefined>>;
  readonly wakeOn: Wake['on'];
  readonly basicLogIn: { readonly isOn: boolean; readonly hours: string };
  /** Undefined where REMOTE_URL is wrong. */
  readonly remoteUrl: RemoteUrl | undefined;
  readonly connectTo: Pick<RemoteUrl, 'hostname' | 'port'>;
  readonly runtimeApi: string | undefined;
  /** Notes a problem of a setting, in words that follow its name. */
  readonly fail: (name: OptionalName | 'BASIC_LOGIN_HOURS', problem: string) => void;
}

const webPage = ['https:', 'http:'];

/**
 * Reads the optional settings.
 *
 * @param source their texts, and the settings that they must agree with
 */
export function readOptional(source: OptionalSource): OptionalConfig {
  const { texts, wakeOn, basicLogIn, remoteUrl, connectTo, runtimeApi, fail } = source;

  function parsed<Value>(name: OptionalName, parse: (text: string) => Value): Value | undefined {
    const text = texts[name];
    if (text === undefined) return undefined;
    try {
      return parse(text);
    } catch (error) {
      fail(name, (error as Error).message);
      return undefined;
    }
  }

  function readBasicLogIn(): BasicLogIn | undefined {
    const secret = parsed('BASIC_LOGIN_SECRET', encryptionSecret);
    try {
      const lifetime = lifetimeMs(basicLogIn.hours);
      return basicLogIn.isOn && secret !== undefined ? { secret, lifetimeMs: lifetime } : undefined;
    } catch (error) {
      fail('BASIC_LOGIN_HOURS', (error as Error).message);
      return undefined;
    }
  }

  function readWake(): Wake | undefined {
    const target = parsed('WAKE', wakeTarget);
    if (texts.WAKE !== undefined && target === undefined) return undefined;
    try {
      return wakeFrom({ target, secret: texts.WAKE_SECRET, on: wakeOn }, connectTo, runtimeApi);
    } catch (error) {
      const [, name, problem = ''] = /^(\w+) (.*)$/s.exec((error as Error).message) ?? [];
      fail(name as OptionalName, problem);
      return undefined;
    }
  }

  const toBackend = parsed('REQUEST_HEADERS', requestRules) ?? [];
  const sets = toBackend.some(({ name, action }) => name === 'authorization' && action === 'set');
  if (sets && remoteUrl?.authorization !== undefined) {
    fail('REQUEST_HEADERS', 'sets authorization, and so does user:password in REMOTE_URL; remove one of them');
  }
  return {
    requestRules: toBackend,
    responseRules: parsed('RESPONSE_HEADERS', responseRules) ?? [],
    maintenance: parsed('MAINTENANCE', maintenanceText),
    wake: readWake(),
    supportUrl: parsed('SUPPORT_URL', (text) => pageLink(text, [...webPage, 'mailto:'])),
    statusUrl: parsed('STATUS_URL', (text) => pageLink(text, webPage)),
    basicLogIn: readBasicLogIn(),
  };
}
