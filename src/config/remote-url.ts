/** The one place that requests can go to, and what is put before every path. Parsed once from REMOTE_URL. */
export interface RemoteUrl {
  readonly protocol: 'http:' | 'https:';
  /** Host to connect to: a name, an IPv4 address, or an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Host field for this origin (RFC 9110 §7.2): brackets kept, default port left out. */
  readonly authority: string;
  /** Base path with no slash at its end; empty for none. */
  readonly basePath: string;
  /** Base query without its `?`; empty for none. */
  readonly baseQuery: string;
  /** Authorization field from user:password in the URL (RFC 7617), or undefined. */
  readonly authorization: string | undefined;
}

const defaultPorts: { readonly 'http:': 80; readonly 'https:': 443; readonly [other: string]: number | undefined } = {
  'http:': 80,
  'https:': 443,
};

/** Port that a URL without one means (RFC 9110 §4.2). */
export const defaultPort = (protocol: string): number | undefined => defaultPorts[protocol];

/** True for a host whose certificate seldom comes from a public authority: an IP address, or a private name. */
export function isPrivateHost(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '').toLowerCase();
  const isAddress = /^[\d.]+$/.test(name) || name.includes(':');
  return isAddress || !name.includes('.') || /\.(?:local|internal|localhost)$/.test(name);
}

const withoutBrackets = (hostname: string) => hostname.replace(/[[\]]/g, '');

/** Names and addresses of this machine; the unspecified address connects to it too. */
const loopback =
  /^(?:127(?:\.\d+){3}|0\.0\.0\.0|::1?|(?:.+\.)?localhost(?:\.localdomain)?|ip6-(?:localhost|loopback))$/;

/** An IPv4 address as it is written, from the two halves that IPv6 writes. */
const dotted = (...halves: string[]) =>
  halves
    .map((half) => Number.parseInt(half, 16))
    .flatMap((half) => [half >> 8, half & 255])
    .join('.');

/** One spelling for the addresses that mean this machine, and for an IPv4 address inside of IPv6. */
function comparableHost(hostname: string): string {
  const name = hostname
    .replace(/\.$/, '')
    .toLowerCase()
    // The anchors are for the reader: what lies around an address inside of another is never one of this machine.
    .replace(/^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/, (_, high: string, low: string) => dotted(high, low));
  // Stryker disable next-line StringLiteral: any one word does that is no host's name
  return loopback.test(name) ? 'localhost' : name;
}

/**
 * True when an origin is reached at the same host and port, however either is spelt.
 *
 * @param origin where requests go
 * @param authority `host` or `host:port`; what is neither is reached by nothing
 * @example reaches(parseOrigin('http://localhost:9001'), '127.0.0.1:9001') // true
 */
export function reaches({ hostname, port }: Pick<RemoteUrl, 'hostname' | 'port'>, authority: string): boolean {
  const other = URL.parse(`http://${authority}`);
  if (other === null || port !== Number(other.port || defaultPorts['http:'])) return false;
  return comparableHost(hostname) === comparableHost(withoutBrackets(other.hostname));
}

const decodeUserinfo = (part: string) => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('has a malformed percent-escape in user:password');
  }
};

/**
 * Takes REMOTE_URL apart.
 *
 * @param remoteUrl an absolute http or https URL
 * @throws {Error} with a sentence that goes on from the setting's name and never quotes the value, which may hold a
 *   password
 * @example parseOrigin('http://h:8080/base/?k=1').basePath // '/base'
 */
export function parseRemoteUrl(remoteUrl: string): RemoteUrl {
  // The URL parser drops these in silence; a setting that holds them was mangled on its way here.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0020\u007f\\]/.test(remoteUrl))
    throw new Error('must not contain spaces, backslashes or control characters');
  if (!/^https?:\/\/[^/?#]/i.test(remoteUrl)) throw new Error('must begin with http:// or https:// and a host');
  if (!URL.canParse(remoteUrl)) throw new Error('is not a valid URL');
  const url = new URL(remoteUrl);
  // Not by `url.hash`, which an empty fragment leaves empty.
  if (remoteUrl.includes('#')) throw new Error('must not have a fragment (#…)');
  const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
  const port = url.port === '' ? defaultPorts[protocol] : Number(url.port);
  if (port === 0) throw new Error('must not have port 0');
  const userinfo = `${decodeUserinfo(url.username)}:${decodeUserinfo(url.password)}`;
  return {
    protocol,
    hostname: withoutBrackets(url.hostname),
    port,
    authority: url.host,
    basePath: url.pathname.replace(/\/+$/, ''),
    baseQuery: url.search.slice(1),
    authorization: userinfo === ':' ? undefined : `Basic ${Buffer.from(userinfo).toString('base64')}`,
  };
}

/**
 * As much of REMOTE_URL as may be shown and compared: no password, and no key in its query.
 *
 * @param remoteUrl as the operator wrote it
 * @returns undefined for what is no address to go to
 */
export function withoutSecrets(remoteUrl: string): string | undefined {
  try {
    const { protocol, authority, basePath } = parseRemoteUrl(remoteUrl);
    return `${protocol}//${authority}${basePath}`;
  } catch {
    return undefined;
  }
}
