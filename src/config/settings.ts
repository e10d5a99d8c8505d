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
  /** Meaning, as in the documentation. */
  readonly summary: string;
  /** Value of an unset or empty variable, as in the documentation. */
  readonly default: string;
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
 * One row per variable; the documentation's tables are generated from these rows. Texts of the optional settings are
 * parsed in optional.ts.
 */
export const settings = {
  REMOTE_URL: setting({
    summary: 'The backend: http or https, any port, with an optional base path, query and user:password',
    default: 'required',
    example: 'https://203.0.113.9:8443/app',
    secret: true,
    parser: v.pipe(v.optional(v.string(), ''), v.nonEmpty('is required'), parsedBy(parseRemoteUrl)),
  }),
  REMOTE_ADDRESS: setting({
    summary:
      'Where connections go: a host or an IP address, with an optional port. REMOTE_URL keeps its meaning for Host, ' +
      'SNI, certificate verification, redirects and cookies',
    default: '(the host and port of REMOTE_URL)',
    example: '203.0.113.9:8443',
    parser: v.optional(v.pipe(v.string(), parsedBy(parseRemoteAddress))),
  }),
  REMOTE_TLS: setting({
    summary:
      'How the certificate of an https backend is verified: `auto` verifies every certificate, and where REMOTE_URL has ' +
      'an IP address or a private name it accepts an untrusted one with a warning; `verify`; `insecure`; or the only ' +
      'certificates to accept, separated by commas: `sha256:` and the fingerprint of a certificate, `spki-sha256:` and ' +
      'that of a public key, which a renewed certificate can keep',
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
  REMOTE_CERT: setting({
    summary:
      'Client certificate for a backend that verifies its clients (mutual TLS), as PEM, intermediate authorities after ' +
      'it; needs REMOTE_KEY',
    default: '(none)',
    example: '-----BEGIN CERTIFICATE----- …',
    parser: v.optional(v.pipe(v.string(), parsedBy(parseClientCertificate))),
  }),
  REMOTE_KEY: setting({
    summary: 'Private key of REMOTE_CERT, as PEM, not encrypted',
    default: '(none)',
    example: '-----BEGIN PRIVATE KEY----- …',
    secret: true,
    parser: v.optional(v.pipe(v.string(), parsedBy(parseClientKey))),
  }),
  SECRET_ARN: setting({
    summary:
      'ARN of a secret in AWS Secrets Manager, read once per cold start: a JSON object of settings, which replace ' +
      'environment variables',
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
      'Paths that get a 403 page, separated by `|`; each covers everything below it, and one that ends in `.*` its format suffixes too',
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
    summary: 'Text of the page for a filtered path',
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
  REQUEST_HEADERS: setting({
    summary:
      'Changes of the header fields for the backend, one a line: `Name: value` sets a field, `+Name: value` adds a value ' +
      'to it, `-Name` removes it; a line break may be written `\\n`',
    default: '(none)',
    example: 'X-Api-Key: abc\\n-Referer',
    secret: true,
    parser: v.optional(v.string()),
  }),
  RESPONSE_HEADERS: setting({
    summary:
      'Changes of the header fields of responses, with the syntax of REQUEST_HEADERS. The pages of the proxy get the ' +
      'fields that they do not set themselves',
    default: '(none)',
    example: 'Strict-Transport-Security: max-age=31536000\\n-Server',
    parser: v.optional(v.string()),
  }),
  VIA: setting({
    summary:
      'Add this proxy to Via on requests (RFC 9110 §7.6.3). With a Via on the request, nginx by default sends its ' +
      'responses uncompressed. CDN-Loop finds loops; `on` also finds those through a proxy that drops CDN-Loop and ' +
      'keeps Via',
    default: 'false',
    example: 'on',
    parser: onOff(false),
  }),
  LENIENT_BACKEND: setting({
    summary:
      'Accept mistakes in responses that curl, nginx and Go accept: bare line feeds, folded fields, equal ' +
      'Content-Lengths or one beside chunked, spaces behind a chunk size, status 600 to 999; each request opens a connection',
    default: 'false',
    example: 'on',
    parser: onOff(false),
  }),
  HOST_HEADER: setting({
    summary:
      'Host that the backend sees: the public one (`client`), its own as in REMOTE_URL (`backend`), or a name with or ' +
      'without a port; `auto` sends the public one where REMOTE_URL has an IP address, `localhost`, a name without a ' +
      'dot, `.local` or `.internal`, and the backend’s own otherwise',
    default: 'auto',
    example: 'client',
    parser: v.pipe(text('auto'), parsedBy(hostHeader)),
  }),
  PUBLIC_PATH: setting({
    summary:
      'Path in front of every public path: that of an API mapping of a custom domain, or of a path that CloudFront or ' +
      'another proxy of yours passes on. Removed from requests that have it, added to redirects, links and cookies. On ' +
      'the default endpoint of an API the stage takes its place',
    default: '(none)',
    example: '/live',
    parser: v.pipe(text(''), parsedBy(publicPath)),
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
    summary: 'Networks of clients that are allowed, IPv4 and IPv6, separated by commas; all others get a 403 page',
    default: '(everybody)',
    example: '192.0.2.0/24, 2001:db8::/32',
    parser: v.optional(v.pipe(v.string(), parsedBy(clientNetworks))),
  }),
  ORIGIN_SECRET: setting({
    summary:
      'Requests without this value in `X-Origin-Verify` get a 403 page: CloudFront or another proxy of yours adds it, ' +
      'and nobody can bypass that proxy',
    default: '(none)',
    example: 'a-long-random-text-of-20-or-more',
    secret: true,
    parser: v.optional(secretField),
  }),
  ORIGIN_SECRET_PREVIOUS: setting({
    summary: 'A second accepted value, while ORIGIN_SECRET is being replaced',
    default: '(none)',
    example: 'the-long-random-text-from-before',
    secret: true,
    parser: v.optional(secretField),
  }),
  BASIC_LOGIN: setting({
    summary:
      'Show a log-in page in place of a Basic challenge of the backend, which a Function URL and a REST API rename, so ' +
      'that browsers do not ask for user and password; see [Basic log-in](basic-log-in.md)',
    default: 'false',
    example: 'on',
    parser: onOff(false),
  }),
  BASIC_LOGIN_SECRET: setting({
    summary: 'Text from which the key of the log-in cookies is derived; another text logs everybody out',
    default: '(none)',
    example: 'a-long-random-text-of-32-characters-or-more',
    secret: true,
    parser: v.optional(v.string()),
  }),
  BASIC_LOGIN_HOURS: setting({
    summary: 'Hours after which a log-in ends, 1 to 720 (30 days)',
    default: '12',
    example: '8',
    parser: text('12'),
  }),
  MAINTENANCE: setting({
    summary:
      'Closes the site: every request gets a 503 page with this text, which opens the site by itself when it is over. ' +
      '`on` shows a text of the proxy, `off` is the same as nothing',
    default: '(none)',
    example: 'Back at six',
    parser: v.optional(v.string()),
  }),
  MAINTENANCE_ALLOW: setting({
    summary: 'Networks of clients that MAINTENANCE does not concern, IPv4 and IPv6, separated by commas',
    default: '(nobody)',
    example: '192.0.2.0/24, 2001:db8::/32',
    parser: v.optional(v.pipe(v.string(), parsedBy(clientNetworks))),
  }),
  WAKE: setting({
    summary:
      'What starts the backend when connections to it fail: `ec2:` and the id of an instance, or the address of a ' +
      'webhook that gets a POST. At most once a minute for each environment of the function',
    default: '(nothing)',
    example: 'ec2:i-0123456789abcdef0',
    secret: true,
    parser: v.optional(v.string()),
  }),
  WAKE_SECRET: setting({
    summary: 'Bearer token that the webhook of WAKE gets in Authorization',
    default: '(none)',
    example: 'a-long-random-text-of-20-…',
    secret: true,
    parser: v.optional(secretField),
  }),
  WAKE_ON: setting({
    summary:
      'Who wakes the backend: the script of the waiting page (`page`), or already the first navigation (`request`), ' +
      'which a crawler makes as well',
    default: 'page',
    example: 'request',
    parser: v.pipe(text('page'), v.toLowerCase(), v.picklist(['page', 'request'], 'must be page or request')),
  }),
  PAYLOAD_QUOTA: setting({
    summary:
      'Largest body accepted from the backend, in bytes; a larger one is a 413, or breaks off if it is streamed ' +
      'without a declared length',
    default: '(what the endpoint can carry)',
    example: '5000000',
    parser: v.optional(
      v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'must be a whole number of bytes, 1 or more'), v.transform(Number)),
    ),
  }),
  REQUEST_TIMEOUT: setting({
    summary:
      'Seconds for the whole exchange with the backend, from DNS to the last byte; when streamed, to the header ' +
      'section and then from one chunk to the next; fractions are allowed',
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
      'Whether `?trace_connection=` and `?dump_request=` work; when off they are forwarded like other parameters',
    default: 'true',
    example: 'off',
    parser: onOff(true),
  }),
  DEBUG_KEY: setting({
    summary: 'If set, the debug queries work only with this exact value instead of `y`',
    default: '(none)',
    example: 'a long random text',
    secret: true,
    parser: v.optional(v.string()),
  }),
  METRICS: setting({
    summary:
      "Publish metrics to CloudWatch, under POWERTOOLS_METRICS_NAMESPACE or else `lambda-rproxy`: the backend's latency " +
      'and errors by code, refused requests, responses that are too large, retries, cold starts',
    default: 'false',
    example: 'on',
    parser: onOff(false),
  }),
  APP_NAME: setting({
    summary: 'Name of the site, at the top of the pages of the proxy',
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
      'Your style sheet, after that of the pages: CSS, or the path of a .css file in the package; up to ' +
      '16,384 bytes',
    default: '(none)',
    example: ':root { --accent: #0a6b4f; }',
    parser: v.optional(v.pipe(v.string(), parsedBy(cssSetting))),
  }),
  PAGE_LOGO: setting({
    summary:
      'Image beside APP_NAME: a data: URI, or the path of an image in the package; up to 16,384 bytes; SVG, PNG, ' +
      'WebP, AVIF, JPEG or GIF',
    default: '(none)',
    example: 'data:image/png;base64,iVBORw0K…',
    parser: v.optional(v.pipe(v.string(), parsedBy(logoSetting))),
  }),
  SUPPORT_URL: setting({
    summary: 'Link on the failure pages to whoever can help: an http, https or mailto address',
    default: '(none)',
    example: 'mailto:help@example.com',
    parser: v.optional(v.string()),
  }),
  STATUS_URL: setting({
    summary: 'Link on the failure pages to a page with the state of the site: an http or https address',
    default: '(none)',
    example: 'https://status.example.com',
    parser: v.optional(v.string()),
  }),
  SHOW_TARGET_LINK: setting({
    summary: 'Error pages link to the same path on the backend, which shows its address to everybody',
    default: 'false',
    example: 'true',
    parser: onOff(false),
  }),
} as const;

/** Name of a setting's environment variable. */
export type SettingName = keyof typeof settings;
