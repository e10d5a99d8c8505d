import * as v from 'valibot';
import { cssSetting, logoSetting } from './branding.ts';
import { parseClientCertificate, parseClientKey } from './client-certificate.ts';
import { clientNetworks } from './client-networks.ts';
import { hostHeader, publicPath } from './public-host.ts';
import { parseRemoteAddress } from './remote-address.ts';
import { parseRemoteUrl } from './remote-url.ts';
import { certificateAuthorities, tlsPolicy } from './tls-policy.ts';

/** One environment variable. */
export interface Setting<Value> {
  readonly example: string;
  /** A secret's value never appears on a page or in a log line. */
  readonly secret?: true;
  /** Parses the variable's text, or undefined when it is unset or empty. Issues continue the name: "must be …". */
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

/** Runs a plain parser inside a valibot pipe; the message of what it throws becomes the issue. */
const parsedBy = <Value>(parse: (value: string) => Value) =>
  v.rawTransform<string, Value>(({ dataset, addIssue, NEVER }) => {
    try {
      return parse(dataset.value);
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : String(error) });
      return NEVER;
    }
  });

/** A secret in a header field: refuses characters that a field cannot carry, and texts short enough to guess. */
const secretField = v.pipe(
  v.string(),
  v.regex(/^[\w.~+/=-]{20,}$/, 'must be 20 characters or more, of letters, digits and _ . ~ + / = -'),
);

/**
 * One row per variable. What the documentation says of each is in docs/setting-texts.ts. Texts of the optional settings
 * are parsed in optional.ts.
 */
export const settings = {
  REMOTE_URL: setting({
    example: 'https://203.0.113.9:8443/app',
    secret: true,
    parser: v.pipe(v.optional(v.string(), ''), v.nonEmpty('is required'), parsedBy(parseRemoteUrl)),
  }),
  REMOTE_ADDRESS: setting({
    example: '203.0.113.9:8443',
    parser: v.optional(v.pipe(v.string(), parsedBy(parseRemoteAddress))),
  }),
  REMOTE_TLS: setting({
    example: 'sha256:9F:86:D0:81:…',
    parser: v.pipe(text('auto'), parsedBy(tlsPolicy)),
  }),
  REMOTE_CA: setting({
    example: '-----BEGIN CERTIFICATE----- …',
    parser: v.optional(v.pipe(v.string(), parsedBy(certificateAuthorities))),
  }),
  REMOTE_CERT: setting({
    example: '-----BEGIN CERTIFICATE----- …',
    parser: v.optional(v.pipe(v.string(), parsedBy(parseClientCertificate))),
  }),
  REMOTE_KEY: setting({
    example: '-----BEGIN PRIVATE KEY----- …',
    secret: true,
    parser: v.optional(v.pipe(v.string(), parsedBy(parseClientKey))),
  }),
  SECRET_ARN: setting({
    example: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rproxy-AbCdEf',
    parser: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^arn:aws[a-z-]*:secretsmanager:[a-z\d-]+:\d{12}:secret:[\w/+=.@-]+$/, 'must be the ARN of a secret'),
      ),
    ),
  }),
  FILTERED_PATH: setting({
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
    example: 'This part of the site is closed.',
    parser: text('Filtered URL.'),
  }),
  NO_HEADERS: setting({
    example: 'true',
    parser: onOff(false),
  }),
  REQUEST_HEADERS: setting({
    example: 'X-Api-Key: abc\\n-Referer',
    secret: true,
    parser: v.optional(v.string()),
  }),
  RESPONSE_HEADERS: setting({
    example: 'Strict-Transport-Security: max-age=31536000\\n-Server',
    parser: v.optional(v.string()),
  }),
  VIA: setting({
    example: 'on',
    parser: onOff(false),
  }),
  LENIENT_BACKEND: setting({
    example: 'on',
    parser: onOff(false),
  }),
  HOST_HEADER: setting({
    example: 'client',
    parser: v.pipe(text('auto'), parsedBy(hostHeader)),
  }),
  PUBLIC_PATH: setting({
    example: '/live',
    parser: v.pipe(text(''), parsedBy(publicPath)),
  }),
  TRUST_FORWARDED: setting({
    example: 'true',
    parser: onOff(false),
  }),
  CLIENT_IP_HEADER: setting({
    example: 'cf-connecting-ip',
    parser: v.pipe(
      text('x-forwarded-for'),
      v.toLowerCase(),
      v.regex(/^[a-z\d-]+$/, 'must be the name of a header field'),
    ),
  }),
  ALLOWED_CIDRS: setting({
    example: '192.0.2.0/24, 2001:db8::/32',
    parser: v.optional(v.pipe(v.string(), parsedBy(clientNetworks))),
  }),
  ORIGIN_SECRET: setting({
    example: 'a-long-random-text-of-20-or-more',
    secret: true,
    parser: v.optional(secretField),
  }),
  ORIGIN_SECRET_PREVIOUS: setting({
    example: 'the-long-random-text-from-before',
    secret: true,
    parser: v.optional(secretField),
  }),
  MAINTENANCE: setting({
    example: 'Back at six',
    parser: v.optional(v.string()),
  }),
  MAINTENANCE_ALLOW: setting({
    example: '192.0.2.0/24, 2001:db8::/32',
    parser: v.optional(v.pipe(v.string(), parsedBy(clientNetworks))),
  }),
  WAKE: setting({
    example: 'ec2:i-0123456789abcdef0',
    secret: true,
    parser: v.optional(v.string()),
  }),
  WAKE_SECRET: setting({
    example: 'a-long-random-text-of-20-…',
    secret: true,
    parser: v.optional(secretField),
  }),
  WAKE_ON: setting({
    example: 'request',
    parser: v.pipe(text('page'), v.toLowerCase(), v.picklist(['page', 'request'], 'must be page or request')),
  }),
  BASIC_LOGIN: setting({
    example: 'on',
    parser: onOff(false),
  }),
  BASIC_LOGIN_SECRET: setting({
    example: 'a-long-random-text-of-32-characters-or-more',
    secret: true,
    parser: v.optional(v.string()),
  }),
  BASIC_LOGIN_HOURS: setting({
    example: '8',
    parser: text('12'),
  }),
  PAYLOAD_QUOTA: setting({
    example: '5000000',
    parser: v.optional(
      v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'must be a whole number of bytes, 1 or more'), v.transform(Number)),
    ),
  }),
  REQUEST_TIMEOUT: setting({
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
    example: 'off',
    parser: onOff(true),
  }),
  DEBUG_KEY: setting({
    example: 'a long random text',
    secret: true,
    parser: v.optional(v.string()),
  }),
  METRICS: setting({
    example: 'on',
    parser: onOff(false),
  }),
  APP_NAME: setting({
    example: 'Greenhouse',
    parser: text('Sample Application'),
  }),
  GENERAL_ERROR: setting({
    example: 'Something went wrong',
    parser: text('AWS Lambda Error'),
  }),
  PAGE_CSS: setting({
    example: ':root { --accent: #0a6b4f; }',
    parser: v.optional(v.pipe(v.string(), parsedBy(cssSetting))),
  }),
  PAGE_LOGO: setting({
    example: 'data:image/png;base64,iVBORw0K…',
    parser: v.optional(v.pipe(v.string(), parsedBy(logoSetting))),
  }),
  SUPPORT_URL: setting({
    example: 'mailto:help@example.com',
    parser: v.optional(v.string()),
  }),
  STATUS_URL: setting({
    example: 'https://status.example.com',
    parser: v.optional(v.string()),
  }),
  SHOW_TARGET_LINK: setting({
    example: 'true',
    parser: onOff(false),
  }),
} as const;

/** Name of a setting's environment variable. */
export type SettingName = keyof typeof settings;
