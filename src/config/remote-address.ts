import { isIP } from 'node:net';

/** Where connections to the backend go, when that is not the host of REMOTE_URL. */
export interface RemoteAddress {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly hostname: string;
  /** Undefined for the port of REMOTE_URL. */
  readonly port: number | undefined;
}

/** A host as a URL has it, and perhaps a port. */
const hostAndPort = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]\\]+)(?::(\d{1,5}))?$/i;

/** A name as DNS takes it, underscores included: Docker and Kubernetes use them. */
const dnsName =
  /^(?=.{1,253}\.?$)(?:[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?)(?:\.[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?)*\.?$/i;

function hostnameFrom(host: string): string {
  const address = host.replace(/^\[|\]$/g, '');
  if (host.startsWith('[')) {
    if (isIP(address) === 6) return address;
  } else if (isIP(host) === 4 || (dnsName.test(host) && !/(?:^|\.)\d+\.?$/.test(host))) {
    return host.toLowerCase();
  }
  throw new Error('must be a host name or an IP address, with an optional port');
}

/**
 * Reads REMOTE_ADDRESS.
 *
 * @param value `host`, `host:port`, `[IPv6]`, `[IPv6]:port`, or an IPv6 address alone
 * @throws {Error} with a sentence that continues after the setting's name
 * @example parseRemoteAddress('203.0.113.9:8443') // { hostname: '203.0.113.9', port: 8443 }
 */
export function parseRemoteAddress(value: string): RemoteAddress {
  if (isIP(value) === 6) return { hostname: value, port: undefined };
  if (value.includes('://')) throw new Error('must be a host and an optional port, without a scheme or a path');
  const [, host = '', digits] = hostAndPort.exec(value) ?? [];
  const hostname = hostnameFrom(host);
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port === 0 || port > 65_535)) throw new Error('must have a port from 1 to 65535');
  return { hostname, port };
}
