import * as v from 'valibot';
import { cssSetting, logoSetting } from './branding.ts';
import { clientNetworks } from './client-networks.ts';
import { parseRemoteUrl } from './remote-url.ts';
import { certificateAuthorities, tlsPolicy } from './tls-policy.ts';

/** One environment variable. */
export interface Setting<Value> {
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

/** A secret that travels in a header field: what a field cannot carry, or a guess could meet, is refused. */
const secretField = v.pipe(
  v.string(),
  v.regex(/^[\w.~+/=-]{20,}$/, 'must be 20 characters or more, of letters, digits and _ . ~ + / = -'),
);

/** One row per variable: the documentation's table is this table, and a test keeps them equal. */
export const settings = {
  REMOTE_URL: setting({
    summary: 'The backend: http or https, any port, with an optional base path, query and user:password',
    default: 'required',
    example: 'https://203.0.113.9:8443/app',
    secret: true,
    parser: v.pipe(v.optional(v.string(), ''), v.nonEmpty('is required'), parsedBy(parseRemoteUrl)),
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
  SECRET_ARN: setting({
    summary:
      'ARN of a secret in AWS Secrets Manager, read once per cold start: a JSON object of settings, which take the ' +
      'place of environment variables',
    default: '(none)',
    example: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rproxy-AbCdEf',
    parser: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^arn:aws[a-z-]*:secretsmanager:[a-z\d-]+:\d{12}:secret:[\w/+=.@-]+$/, 'must be the ARN of a secret'),
      ),
    ),
  }),
  FILTERED_PATH: setting({
    summary:
      'Paths refused with 403, separated by `|`; each covers everything below it, and one that ends in `.*` its format suffixes too',
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
  VIA: setting({
    summary:
      'Add this proxy to Via on requests (RFC 9110 §7.6.3). With a Via on the request, nginx by default sends its ' +
      'responses uncompressed. Loops are found by CDN-Loop in any case',
    default: 'false',
    example: 'on',
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
      'Behind CloudFront or another proxy of yours: append to X-Forwarded-For, and take host and protocol from the last ' +
      'X-Forwarded-Host and X-Forwarded-Proto instead of replacing them; that proxy must overwrite or append these fields',
    default: 'false',
    example: 'true',
    parser: onOff(false),
  }),
  CLIENT_IP_HEADER: setting({
    summary:
      'Behind a proxy of yours, with TRUST_FORWARDED: the field that this proxy always writes and whose last member is the ' +
      'address of its client, e.g. X-Real-IP; the only such field that is forwarded, and with ORIGIN_SECRET the one that ' +
      'ALLOWED_CIDRS is compared with',
    default: 'x-forwarded-for',
    example: 'cf-connecting-ip',
    parser: v.pipe(
      text('x-forwarded-for'),
      v.toLowerCase(),
      v.regex(/^[a-z\d-]+$/, 'must be the name of a header field'),
    ),
  }),
  ALLOWED_CIDRS: setting({
    summary: 'Networks that clients may come from, IPv4 and IPv6, separated by commas; anybody else gets a 403 page',
    default: '(everybody)',
    example: '192.0.2.0/24, 2001:db8::/32',
    parser: v.optional(v.pipe(v.string(), parsedBy(clientNetworks))),
  }),
  ORIGIN_SECRET: setting({
    summary:
      'Answers with a 403 page unless the request has this value in `X-Origin-Verify`, as CloudFront or another proxy ' +
      'of yours adds it: nobody gets past that proxy',
    default: '(none)',
    example: 'a-long-random-text-of-20-or-more',
    secret: true,
    parser: v.optional(secretField),
  }),
  ORIGIN_SECRET_PREVIOUS: setting({
    summary: 'A second value that passes as well, while ORIGIN_SECRET is being replaced',
    default: '(none)',
    example: 'the-long-random-text-from-before',
    secret: true,
    parser: v.optional(secretField),
  }),
  PAYLOAD_QUOTA: setting({
    summary:
      'Largest body accepted from the backend, in bytes; a larger one is answered with 413, or breaks off when it is ' +
      'streamed and its length was not declared',
    default: '(what the endpoint can carry)',
    example: '5000000',
    parser: v.optional(
      v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'must be a whole number of bytes, 1 or more'), v.transform(Number)),
    ),
  }),
  REQUEST_TIMEOUT: setting({
    summary:
      'Seconds for the whole exchange with the backend, from DNS to the last byte; when the answer is streamed, to its ' +
      'header section and then from one chunk to the next; a fraction is allowed',
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
  METRICS: setting({
    summary:
      "Publish metrics to CloudWatch, under POWERTOOLS_METRICS_NAMESPACE or else `lambda-rproxy`: the backend's latency " +
      'and errors by code, refused requests, too large answers, retries, cold starts',
    default: 'false',
    example: 'on',
    parser: onOff(false),
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
  PAGE_CSS: setting({
    summary:
      'Style sheet of your own behind that of the pages: as CSS, or as the path of a .css file in the package; up to ' +
      '16,384 bytes',
    default: '(none)',
    example: ':root { --accent: #0a6b4f; }',
    parser: v.optional(v.pipe(v.string(), parsedBy(cssSetting))),
  }),
  PAGE_LOGO: setting({
    summary:
      'Image beside APP_NAME: as a data: URI, or as the path of an image in the package; up to 16,384 bytes; SVG, PNG, ' +
      'WebP, AVIF, JPEG or GIF',
    default: '(none)',
    example: 'data:image/png;base64,iVBORw0K…',
    parser: v.optional(v.pipe(v.string(), parsedBy(logoSetting))),
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
