/** Severity of a finding: fine, worth knowing, worth fixing, or a site that clients cannot use. */
export type Level = 'ok' | 'note' | 'warning' | 'failure';

/** The step that a finding belongs to. */
export type Check = 'name lookup' | 'connection' | 'tls' | 'http' | 'keep-alive' | 'size' | 'time' | 'public url';

/** Everything that the doctor knows of a kind of finding. */
interface Kind {
  readonly check: Check;
  readonly level: Level;
  /** For the documentation: what the doctor saw. */
  readonly meaning: string;
  /** What users see; undefined where they notice nothing. */
  readonly users?: string;
}

const errorPage = 'An error page of the proxy';
const tooManyRedirects = 'An error of the browser: too many redirects';

/**
 * Every kind of finding, by its code. Scripts read the codes in the doctor's JSON: a code, once released, keeps its
 * meaning.
 */
export const kinds = {
  name_found: { check: 'name lookup', level: 'ok', meaning: 'The name has addresses, or is one' },
  name_unknown: { check: 'name lookup', level: 'failure', meaning: 'The name has no address', users: errorPage },
  address_loopback: {
    check: 'name lookup',
    level: 'note',
    meaning: 'The address is that of the machine itself: of the Lambda environment, where no backend runs',
    users: `${errorPage}, once it is deployed`,
  },
  address_private: {
    check: 'name lookup',
    level: 'note',
    meaning: 'The address is private: the function reaches it from a VPC only',
    users: `${errorPage}, unless the function is in a VPC that reaches the address`,
  },
  connected: { check: 'connection', level: 'ok', meaning: 'A TCP connection was opened' },
  connection_failed: { check: 'connection', level: 'failure', meaning: 'No TCP connection', users: errorPage },
  tls_negotiated: { check: 'tls', level: 'ok', meaning: 'TLS version, cipher and key' },
  tls_old: {
    check: 'tls',
    level: 'failure',
    meaning: 'TLS 1.0 or 1.1, old ciphers or small keys, which Node.js refuses',
    users: errorPage,
  },
  tls_failed: { check: 'tls', level: 'failure', meaning: 'The TLS handshake fails', users: errorPage },
  port_speaks_http: {
    check: 'tls',
    level: 'failure',
    meaning: 'RemoteUrl has https://, and the port speaks plain HTTP',
    users: errorPage,
  },
  client_certificate_required: {
    check: 'tls',
    level: 'failure',
    meaning: 'The backend requires a client certificate (mutual TLS)',
    users: "An error page of the proxy or the backend's own 400",
  },
  client_certificate_refused: {
    check: 'tls',
    level: 'failure',
    meaning: 'The backend does not accept the client certificate of RemoteCert',
    users: "An error page of the proxy or the backend's own 400",
  },
  client_certificate_ends_soon: {
    check: 'tls',
    level: 'warning',
    meaning: 'RemoteCert is in the last tenth of its lifetime',
    users: 'Nothing yet; error pages when it has ended',
  },
  certificate_trusted: { check: 'tls', level: 'ok', meaning: 'A trusted authority signed the certificate' },
  certificate_pinned: { check: 'tls', level: 'ok', meaning: 'RemoteTls names the certificate or its key' },
  certificate_not_pinned: {
    check: 'tls',
    level: 'warning',
    meaning: 'RemoteTls names other certificates',
    users: errorPage,
  },
  certificate_self_signed: {
    check: 'tls',
    level: 'warning',
    meaning: 'The certificate is self-signed',
    users: 'Nothing where `auto` accepts it; else an error page',
  },
  certificate_of_unknown_authority: {
    check: 'tls',
    level: 'warning',
    meaning: 'The authority is not trusted, or intermediate certificates are missing',
    users: 'Nothing where `auto` accepts it; else an error page',
  },
  certificate_for_another_name: {
    check: 'tls',
    level: 'warning',
    meaning: 'The certificate does not name the host in RemoteUrl',
    users: 'Nothing where `auto` accepts it; else an error page',
  },
  certificate_weak: {
    check: 'tls',
    level: 'warning',
    meaning: 'The RSA key of the certificate has less than 2048 bits',
    users: 'Nothing where `auto` or a pin accepts it; else an error page',
  },
  certificate_not_trusted: {
    check: 'tls',
    level: 'warning',
    meaning: 'The certificate is not trusted for another reason',
    users: 'Nothing where `auto` accepts it; else an error page',
  },
  certificate_valid: { check: 'tls', level: 'ok', meaning: 'Days or hours to the end of the certificate' },
  certificate_ends_soon: {
    check: 'tls',
    level: 'warning',
    meaning: 'The certificate is in the last tenth of its lifetime',
    users: 'Nothing yet',
  },
  certificate_expired: {
    check: 'tls',
    level: 'warning',
    meaning: 'The certificate has ended',
    users: 'An error page, unless `auto` or a pin accepts it',
  },
  certificate_not_yet_valid: {
    check: 'tls',
    level: 'warning',
    meaning: 'The certificate is not valid yet, or a clock is wrong',
    users: 'An error page, unless `auto` or a pin accepts it',
  },
  certificate_refused: {
    check: 'tls',
    level: 'failure',
    meaning: 'The settings do not accept the certificate',
    users: errorPage,
  },
  responded: { check: 'http', level: 'ok', meaning: 'Status, HTTP version and type of the response' },
  server_error: {
    check: 'http',
    level: 'warning',
    meaning: 'The backend responds with a status of 500 or more',
    users: "The backend's own error page",
  },
  request_failed: {
    check: 'http',
    level: 'failure',
    meaning: 'No valid response, or none before the timeout',
    users: errorPage,
  },
  port_speaks_tls: {
    check: 'http',
    level: 'failure',
    meaning: 'RemoteUrl has http://, and the port speaks TLS',
    users: "An error page of the proxy or the backend's own 400",
  },
  port_speaks_other: {
    check: 'http',
    level: 'failure',
    meaning: 'The port speaks another protocol than HTTP/1.1: SSH, SMTP, a database, HTTP/2 alone',
    users: errorPage,
  },
  lenient_parser_needed: {
    check: 'http',
    level: 'failure',
    meaning: "The strict HTTP parser refuses the response, and Node's lenient one accepts it",
    users: errorPage,
  },
  redirect_to_https: {
    check: 'http',
    level: 'failure',
    meaning: 'RemoteUrl has http://, and the backend redirects to https:// on the same host',
    users: tooManyRedirects,
  },
  redirect_loop: {
    check: 'http',
    level: 'failure',
    meaning: 'The backend redirects to the same URL again, with the cookies that it has set',
    users: tooManyRedirects,
  },
  redirect_to_backend: {
    check: 'http',
    level: 'warning',
    meaning: 'The backend redirects to an address or name that is its own',
    users: 'A page that does not load, or the backend itself instead of the proxy',
  },
  redirect_elsewhere: {
    check: 'http',
    level: 'note',
    meaning: 'The backend redirects to another site',
    users: 'The other site',
  },
  site_unknown: {
    check: 'http',
    level: 'warning',
    meaning: '404 or 421: the page does not exist, or the server has no site of the name in Host',
    users: "The backend's own 404 or 421",
  },
  host_refused: {
    check: 'http',
    level: 'warning',
    meaning: 'The backend refuses the request, and accepts it with another name in Host',
    users: "The backend's own error page, or an error page of the proxy",
  },
  request_refused: {
    check: 'http',
    level: 'warning',
    meaning: 'The backend refuses the page with a status of 400 or more, and no other name in Host helps',
    users: "The backend's own error page",
  },
  default_page: {
    check: 'http',
    level: 'warning',
    meaning: 'The page is the one of a freshly installed server: it has no site of the name in Host',
    users: 'The default page of the server',
  },
  links_to_backend: {
    check: 'http',
    level: 'warning',
    meaning: "The page has absolute links to the backend's address",
    users: 'Links, images and scripts that do not load, or that bypass the proxy',
  },
  links_insecure: {
    check: 'http',
    level: 'warning',
    meaning: 'The page has absolute links to the public host with http:// or with another port',
    users: 'Styles and scripts that browsers block, and links that do not load',
  },
  links_private: {
    check: 'http',
    level: 'warning',
    meaning: 'The page has absolute links to hosts that only a private network knows',
    users: 'Links, images and scripts that do not load',
  },
  resources_missing: {
    check: 'http',
    level: 'warning',
    meaning: 'Styles, scripts or images of the page get an error',
    users: 'A page without its styles, scripts or images',
  },
  websocket_used: {
    check: 'http',
    level: 'note',
    meaning: 'The page opens a WebSocket, which Lambda cannot carry',
    users: 'Parts of the page that do not update, unless the application falls back to polling',
  },
  cookie_domain_lost: {
    check: 'http',
    level: 'note',
    meaning: 'The backend sets a cookie for another host; the proxy removes its Domain',
    users: 'Nothing, unless the application needs the cookie on several hosts',
  },
  challenge_renamed: {
    check: 'http',
    level: 'warning',
    meaning: '401 with WWW-Authenticate: a Function URL renames the field',
    users: 'A 401 page; the browser never shows its password dialog',
  },
  log_in_page: { check: 'http', level: 'ok', meaning: '401 with a Basic challenge, and BasicLogin is on' },
  challenge_of_connection: {
    check: 'http',
    level: 'failure',
    meaning: '401 with NTLM or Negotiate alone, which log in a connection and not a request',
    users: 'A 401 page; nobody can log in',
  },
  credentials_refused: {
    check: 'http',
    level: 'warning',
    meaning: 'The backend refuses user:password of RemoteUrl',
    users: 'A 401 page',
  },
  compression_lost: {
    check: 'http',
    level: 'warning',
    meaning: 'The backend sends text uncompressed because of a setting',
    users: 'Slow pages; large ones are a 413',
  },
  clock_wrong: {
    check: 'http',
    level: 'warning',
    meaning: "Date differs from this machine's clock by more than two minutes",
    users: 'Sessions that end too early, tokens and signed links that are refused',
  },
  kept_alive: { check: 'keep-alive', level: 'ok', meaning: 'Two requests used one connection' },
  connection_closed: {
    check: 'keep-alive',
    level: 'note',
    meaning: 'The backend closes its connections',
    users: 'Each request waits for a new connection',
  },
  time_enough: { check: 'time', level: 'ok', meaning: 'Time to the first and to the last byte' },
  time_short: {
    check: 'time',
    level: 'warning',
    meaning: 'The response takes more than half of RequestTimeout',
    users: 'An error page when the backend is a little slower',
  },
  size_fits: { check: 'size', level: 'ok', meaning: 'Size of the response and the limit' },
  size_near_limit: {
    check: 'size',
    level: 'warning',
    meaning: 'The response has more than 80 % of the largest size',
    users: 'A 413 page when it grows a little',
  },
  size_exceeded: {
    check: 'size',
    level: 'failure',
    meaning: 'The response is larger than the front door carries',
    users: 'A 413 page',
  },
  public_url_responds: {
    check: 'public url',
    level: 'ok',
    meaning: 'The public URL responds, and as the backend does',
  },
  public_url_unreachable: {
    check: 'public url',
    level: 'failure',
    meaning: 'No connection to the public URL, or no response',
    users: 'A page that does not load',
  },
  public_url_forbidden: {
    check: 'public url',
    level: 'failure',
    meaning: 'AWS itself refuses the request: permissions of the Function URL, or a firewall in front',
    users: 'A 403 of AWS',
  },
  public_url_without_proxy: {
    check: 'public url',
    level: 'failure',
    meaning: 'AWS responds with an error, and the proxy does not: it fails to start, is throttled, or times out',
    users: 'An error of AWS',
  },
  public_url_failed: {
    check: 'public url',
    level: 'failure',
    meaning: 'The proxy responds with one of its error pages',
    users: errorPage,
  },
  public_url_differs: {
    check: 'public url',
    level: 'warning',
    meaning: 'The public URL has another status than the backend',
    users: 'The response of the public URL',
  },
} as const satisfies Record<string, Kind>;

/** Stable name of a kind of finding. */
export type FindingCode = keyof typeof kinds;

/** One sentence on one subject, and what remedies it. */
export interface Finding {
  readonly code: FindingCode;
  readonly check: Check;
  readonly level: Level;
  /** What was seen. */
  readonly text: string;
  /** What users see. */
  readonly users?: string;
  /** What to do. */
  readonly remedy?: string;
  /** Parameters of the stack to set, e.g. `{ RemoteTls: 'sha256:…' }`. */
  readonly set?: Readonly<Record<string, string>>;
}

/** What a finding has beside its kind and its text. */
type Details = Partial<Pick<Finding, 'level' | 'remedy' | 'set'>>;

/**
 * Makes a finding.
 *
 * @param code its kind
 * @param text what was seen
 * @param details a level other than that of the kind, and the remedy
 */
export function finding(code: FindingCode, text: string, details: Details = {}): Finding {
  const { check, level, users }: Kind = kinds[code];
  return { code, check, level, text, ...(users === undefined ? {} : { users }), ...details };
}
