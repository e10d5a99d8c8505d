import { defaultPort, type RemoteUrl } from '../config/remote-url.ts';

/** Returns a byte, as a character up to U+00FF, as a percent-escape (RFC 3986 §2.1). */
export const percentByte = (byte: string): string =>
  `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** A reference to http or https that names its authority (RFC 3986 §4.2): `https://host/…` or `//host/…`. */
export interface NetworkReference {
  readonly scheme: string | undefined;
  readonly authority: string;
  /** Path, query and fragment as written. */
  readonly rest: string;
}

/**
 * Splits a reference behind its authority.
 *
 * @returns undefined for a reference without an authority, or of another scheme
 * @example splitReference('//h:8080/a?b') // { scheme: undefined, authority: 'h:8080', rest: '/a?b' }
 */
export function splitReference(reference: string): NetworkReference | undefined {
  const match = /^(?:(https?):)?\/\/[^/?#\\]*/i.exec(reference);
  if (match === null) return undefined;
  const [start, scheme] = match;
  return { scheme, authority: start.slice(start.indexOf('//') + 2), rest: reference.slice(start.length) };
}

/** Returns a host in the form that is compared: lower case, no brackets, no final dot. */
const comparableHost = (host: string): string =>
  // Stryker disable next-line MethodExpression: either case compares
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

/** Splits an authority into host and port and ignores userinfo. The host is empty when the authority is malformed. */
function splitAuthority(authority: string): { host: string; port: number | undefined } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/s.exec(authority.slice(authority.lastIndexOf('@') + 1));
  // Stryker disable next-line StringLiteral,ArrayDeclaration: any text does that is no host
  const [, host = '', port] = match ?? [];
  return { host: comparableHost(host), port: port ? Number(port) : undefined };
}

/**
 * Returns whether a reference names the backend, however it is spelt: letter case, a final dot, the default port, http
 * for https (RFC 3986 §6.2.3). Another port is another server.
 *
 * @param reference scheme and authority; without a scheme, the backend's own is meant
 * @param remoteUrl the backend
 */
export function namesBackend(
  { scheme, authority }: Pick<NetworkReference, 'scheme' | 'authority'>,
  remoteUrl: Pick<RemoteUrl, 'protocol' | 'hostname' | 'port'>,
): boolean {
  const { host, port } = splitAuthority(authority);
  if (host !== comparableHost(remoteUrl.hostname)) return false;
  const protocol = scheme === undefined ? remoteUrl.protocol : `${scheme.toLowerCase()}:`;
  const effectivePort = port ?? defaultPort(protocol);
  const bothDefault = effectivePort === defaultPort(protocol) && remoteUrl.port === defaultPort(remoteUrl.protocol);
  return effectivePort === remoteUrl.port || bothDefault;
}

/**
 * Returns whether a reference of the backend names a public host. A backend that is told that host builds URLs with the
 * port on which it listens itself, with that of its scheme, or with none. Another port is another server.
 *
 * @param authority authority of the reference
 * @param host a public host, or another that the backend is told
 * @param backendPort port of the backend
 */
export function namesPublicHost(authority: string, host: string, backendPort: number): boolean {
  const named = splitAuthority(authority);
  const known = splitAuthority(host);
  if (named.host === '' || named.host !== known.host) return false;
  const { port } = named;
  return port === undefined || port === 80 || port === 443 || port === backendPort || port === known.port;
}

/** Escapes in upper case: `%c3` and `%C3` are one byte (RFC 3986 §6.2.2.1). Keeps the length. */
// Stryker disable next-line MethodExpression: either case compares
const comparableEscapes = (path: string) => path.replace(/%[\da-f]{2}/gi, (triplet) => triplet.toUpperCase());

/**
 * Returns the rest of a path below a base path.
 *
 * @param path path, and whatever follows it
 * @param basePath with no slash at its end; empty for the root
 * @returns beginning with `/`, or undefined when the path is not below the base at a segment boundary
 * @example belowBase('/app/x?q', '/app') // '/x?q'
 */
export function belowBase(path: string, basePath: string): string | undefined {
  const rest = path.slice(basePath.length);
  if (comparableEscapes(path.slice(0, basePath.length)) !== comparableEscapes(basePath)) return undefined;
  if (rest === '' || /^[?#]/.test(rest)) return `/${rest}`;
  return rest.startsWith('/') ? rest : undefined;
}
