import type { settings } from '../src/config/settings.ts';
import { defaultConnections, type serverSettings } from '../src/standalone/settings.ts';
import { maxConnections } from '../src/standalone/web-function.ts';

/** What the documentation says of a setting. It stands here and not beside the parser, which a cold start reads. */
export interface SettingText {
  /** A sentence without its full stop. */
  readonly summary: string;
  /** The default value, or its meaning in parentheses. */
  readonly default: string;
}

/** Of the settings of the proxy. */
export const settingTexts: Readonly<Record<keyof typeof settings, SettingText>> = {
  REMOTE_URL: {
    summary: 'The backend: http or https, any port, with an optional base path, query and user:password',
    default: 'required',
  },
  REMOTE_ADDRESS: {
    summary:
      'Where connections go: a host or an IP address, with an optional port. REMOTE_URL keeps its meaning for Host, ' +
      'SNI, certificate verification, redirects and cookies',
    default: '(the host and port of REMOTE_URL)',
  },
  REMOTE_TLS: {
    summary:
      'How the certificate of an https backend is verified: `auto` verifies every certificate, and where REMOTE_URL has ' +
      'an IP address or a private name it accepts an untrusted one with a warning; `verify`; `insecure`; or the only ' +
      'certificates to accept, separated by commas: `sha256:` and the fingerprint of a certificate, `spki-sha256:` and ' +
      'that of a public key, which a renewed certificate can keep',
    default: 'auto',
  },
  REMOTE_CA: {
    summary: 'Certificate authority of the backend, as PEM; certificates are then verified against it alone',
    default: '(none)',
  },
  REMOTE_CERT: {
    summary:
      'Client certificate for a backend that verifies its clients (mutual TLS), as PEM, intermediate authorities after ' +
      'it; needs REMOTE_KEY',
    default: '(none)',
  },
  REMOTE_KEY: {
    summary: 'Private key of REMOTE_CERT, as PEM, not encrypted',
    default: '(none)',
  },
  SECRET_ARN: {
    summary:
      'ARN of a secret in AWS Secrets Manager, read once per cold start: a JSON object of settings, which replace ' +
      'environment variables',
    default: '(none)',
  },
  FILTERED_PATH: {
    summary:
      'Paths that get a 403 page, separated by `|`; each covers everything below it, and one that ends in `.*` its format suffixes too',
    default: '(none)',
  },
  FILTERED_URL_MSG: {
    summary: 'Text of the page for a filtered path',
    default: 'Filtered URL.',
  },
  NO_HEADERS: {
    summary: "Forward none of the client's headers but Content-Type and Content-Encoding",
    default: 'false',
  },
  REQUEST_HEADERS: {
    summary:
      'Changes of the header fields for the backend, one a line: `Name: value` sets a field, `+Name: value` adds a value ' +
      'to it, `-Name` removes it; a line break may be written `\\n`',
    default: '(none)',
  },
  RESPONSE_HEADERS: {
    summary:
      'Changes of the header fields of responses, with the syntax of REQUEST_HEADERS. The pages of the proxy get the ' +
      'fields that they do not set themselves',
    default: '(none)',
  },
  VIA: {
    summary:
      'Add this proxy to Via on requests (RFC 9110 §7.6.3). With a Via on the request, nginx by default sends its ' +
      'responses uncompressed. CDN-Loop finds loops; `on` also finds those through a proxy that drops CDN-Loop and ' +
      'keeps Via',
    default: 'false',
  },
  LENIENT_BACKEND: {
    summary:
      'Accept mistakes in responses that curl, nginx and Go accept: bare line feeds, folded fields, equal ' +
      'Content-Lengths or one beside chunked, spaces behind a chunk size, status 600 to 999; each request opens a connection',
    default: 'false',
  },
  HOST_HEADER: {
    summary:
      'Host that the backend sees: the public one (`client`), its own as in REMOTE_URL (`backend`), or a name with or ' +
      'without a port; `auto` sends the public one where REMOTE_URL has an IP address, `localhost`, a name without a ' +
      'dot, `.local` or `.internal`, and the backend’s own otherwise',
    default: 'auto',
  },
  PUBLIC_PATH: {
    summary:
      'Path in front of every public path: that of an API mapping of a custom domain, or of a path that CloudFront or ' +
      'another proxy of yours passes on. Removed from requests that have it, added to redirects, links and cookies. On ' +
      'the default endpoint of an API the stage takes its place',
    default: '(none)',
  },
  TRUST_FORWARDED: {
    summary:
      'Behind CloudFront or another proxy of yours: append to X-Forwarded-For, and take host and protocol from the last ' +
      'X-Forwarded-Host and X-Forwarded-Proto instead of replacing them; that proxy must overwrite or append these fields',
    default: 'false',
  },
  CLIENT_IP_HEADER: {
    summary:
      'Behind a proxy of yours, with TRUST_FORWARDED: the field that this proxy always writes and whose last member is the ' +
      'address of its client, e.g. X-Real-IP; the only such field that is forwarded, and with ORIGIN_SECRET the one that ' +
      'ALLOWED_CIDRS is compared with',
    default: 'x-forwarded-for',
  },
  ALLOWED_CIDRS: {
    summary: 'Networks of clients that are allowed, IPv4 and IPv6, separated by commas; all others get a 403 page',
    default: '(everybody)',
  },
  ORIGIN_SECRET: {
    summary:
      'Requests without this value in `X-Origin-Verify` get a 403 page: CloudFront or another proxy of yours adds it, ' +
      'and nobody can bypass that proxy',
    default: '(none)',
  },
  ORIGIN_SECRET_PREVIOUS: {
    summary: 'A second accepted value, while ORIGIN_SECRET is being replaced',
    default: '(none)',
  },
  MAINTENANCE: {
    summary:
      'Closes the site: every request gets a 503 page with this text, which opens the site by itself when it is over. ' +
      '`on` shows a text of the proxy, `off` is the same as nothing',
    default: '(none)',
  },
  MAINTENANCE_ALLOW: {
    summary: 'Networks of clients that MAINTENANCE does not concern, IPv4 and IPv6, separated by commas',
    default: '(nobody)',
  },
  WAKE: {
    summary:
      'What starts the backend when connections to it fail: `ec2:` and the id of an instance, or the address of a ' +
      'webhook that gets a POST. At most once a minute for each environment of the function',
    default: '(nothing)',
  },
  WAKE_SECRET: {
    summary: 'Bearer token that the webhook of WAKE gets in Authorization',
    default: '(none)',
  },
  WAKE_ON: {
    summary:
      'Who wakes the backend: the script of the waiting page (`page`), or already the first navigation (`request`), ' +
      'which a crawler makes as well',
    default: 'page',
  },
  BASIC_LOGIN: {
    summary:
      'Show a log-in page in place of a Basic challenge of the backend, which a Function URL and a REST API rename, so ' +
      'that browsers do not ask for user and password; see [Basic log-in](basic-log-in.md)',
    default: 'false',
  },
  BASIC_LOGIN_SECRET: {
    summary: 'Text from which the key of the log-in cookies is derived; another text logs everybody out',
    default: '(none)',
  },
  BASIC_LOGIN_HOURS: {
    summary: 'Hours after which a log-in ends, 1 to 720 (30 days)',
    default: '12',
  },
  PAYLOAD_QUOTA: {
    summary:
      'Largest body accepted from the backend, in bytes; a larger one is a 413, or breaks off if it is streamed ' +
      'without a declared length',
    default: '(what the endpoint can carry)',
  },
  REQUEST_TIMEOUT: {
    summary:
      'Seconds for the whole exchange with the backend, from DNS to the last byte; when streamed, to the header ' +
      'section and then from one chunk to the next; fractions are allowed',
    default: '11.0',
  },
  DEBUG_QUERIES: {
    summary:
      'Whether `?trace_connection=` and `?dump_request=` work; when off they are forwarded like other parameters',
    default: 'true',
  },
  DEBUG_KEY: {
    summary: 'If set, the debug queries work only with this exact value instead of `y`',
    default: '(none)',
  },
  METRICS: {
    summary:
      "Publish metrics to CloudWatch, under POWERTOOLS_METRICS_NAMESPACE or else `lambda-rproxy`: the backend's latency " +
      'and errors by code, refused requests, responses that are too large, retries, cold starts',
    default: 'false',
  },
  APP_NAME: {
    summary: 'Name of the site, at the top of the pages of the proxy',
    default: 'Sample Application',
  },
  GENERAL_ERROR: {
    summary: 'Heading of the error pages',
    default: 'AWS Lambda Error',
  },
  PAGE_CSS: {
    summary:
      'Your style sheet, after that of the pages: CSS, or the path of a .css file in the package; up to ' +
      '16,384 bytes',
    default: '(none)',
  },
  PAGE_LOGO: {
    summary:
      'Image beside APP_NAME: a data: URI, or the path of an image in the package; up to 16,384 bytes; SVG, PNG, ' +
      'WebP, AVIF, JPEG or GIF',
    default: '(none)',
  },
  SUPPORT_URL: {
    summary: 'Link on the failure pages to whoever can help: an http, https or mailto address',
    default: '(none)',
  },
  STATUS_URL: {
    summary: 'Link on the failure pages to a page with the state of the site: an http or https address',
    default: '(none)',
  },
  SHOW_TARGET_LINK: {
    summary: 'Error pages link to the same path on the backend, which shows its address to everybody',
    default: 'false',
  },
};

/** Of the settings of the standalone server. */
export const serverSettingTexts: Readonly<Record<keyof typeof serverSettings, SettingText>> = {
  AWS_LAMBDA_HTTP_ENDPOINT: {
    summary:
      'Host and port to listen on, in place of HOST and PORT. Lambda sets it for a Web Function, and it switches to that ' +
      'front door',
    default: '(none)',
  },
  PORT: {
    summary: 'TCP port to listen on; 0 takes a free one, which the log tells',
    default: '8080',
  },
  HOST: {
    summary: 'Address to listen on',
    default: '(all of this machine, IPv6 and IPv4)',
  },
  HEALTH_PATH: {
    summary: 'Path to which the server itself responds with 200, and with 503 while it drains',
    default: '/.lambda-rproxy/health',
  },
  DRAIN_TIMEOUT: {
    summary:
      'Seconds that requests under way get after SIGTERM or SIGINT before they are cut off; at most 0.8 in a Web Function',
    default: '25',
  },
  MAX_CONNECTIONS: {
    summary:
      'Connections of clients at one time; of more, the one that has waited longest without a request is closed, and ' +
      'when there is none, the new one',
    default: `${defaultConnections}; ${maxConnections} in a Web Function`,
  },
  CLIENT_TIMEOUT: {
    summary:
      'Seconds in which a client must send its header section, read a part of the response that waits for it, and send ' +
      'at least 6,000 bytes of an upload',
    default: '60',
  },
};
