import type { RemoteUrl } from '../../config/remote-url.ts';
import { ProxyError } from '../../failures.ts';
import type { HeaderFields } from '../../types.ts';
import { belowBase, namesBackend, namesPublicHost, splitReference } from '../reference.ts';
import type { Mapping } from '../response/public-urls.ts';

/** The parts of a request that say what it asks the backend to act on. */
interface Addressing {
  readonly rawPath: string;
  readonly headers: Readonly<HeaderFields>;
}

const withoutQuery = (reference: string) => reference.replace(/[?#].*/s, '');

/** Path of a reference of any scheme and host, as the laxest backend would read it. */
function pathOf(reference: string, rawPath: string): string {
  const path = withoutQuery(reference)
    .replace(/^[a-z][a-z\d+.-]*:/i, '')
    .replace(/^[/\\]{2}[^/\\]*/, '');
  if (path === '') return '/';
  return /^[/\\]/.test(path) ? path : `${rawPath.slice(0, rawPath.lastIndexOf('/') + 1)}${path}`;
}

/**
 * Every path that a request asks the backend to act on: its own, and that of WebDAV's Destination (RFC 4918 §10.3),
 * whatever host it names, because some backends look at the path alone. What is forbidden to the one is to the other.
 *
 * @param request path and header fields as received
 * @param origin the backend; a Destination below its base path is also given without that
 * @example addressedPaths({ rawPath: '/a', headers: { destination: 'https://public.example/b' } }, origin) // ['/a', '/b']
 */
export function addressedPaths({ rawPath, headers }: Addressing, { basePath }: RemoteUrl): string[] {
  const { destination } = headers;
  if (destination === undefined) return [rawPath];
  const references = [destination].flat().map((value) => value.trim());
  // RFC 4918 allows no reference without a scheme but a path, so `//x` may be read as one.
  const slashed = references.filter((reference) => /^[/\\]{2}/.test(reference)).map(withoutQuery);
  const paths = [...references.map((reference) => pathOf(reference, rawPath)), ...slashed];
  const below = basePath === '' ? [] : paths.flatMap((path) => belowBase(path, basePath) ?? []);
  return [rawPath, ...paths, ...below];
}

/**
 * Destination as the backend must see it: on its own host and below its base path when the client names the public
 * host or none, untouched when it names another.
 *
 * @param destination the client's field
 * @param mapping the backend, the public host, and the Host that the backend is sent, which it compares with
 * @throws {ProxyError} `bad_request` when it names the backend itself, outside of the base path
 * @example backendUrl('https://public.example/b', { origin, client, host: '10.0.0.7' }) // 'http://10.0.0.7/base/b'
 */
export function backendUrl(
  destination: string,
  { remoteUrl, client, host }: Mapping & { readonly host: string },
): string {
  const onBackend = (path: string) => `${remoteUrl.protocol}//${host}${remoteUrl.basePath}${path}`;
  const reference = splitReference(destination);
  if (reference === undefined) return /^\/(?!\t*[/\\])/.test(destination) ? onBackend(destination) : destination;
  const isScheme = reference.scheme === undefined || reference.scheme.toLowerCase() === client.protocol;
  const path = isScheme && namesPublicHost(reference, client) ? belowBase(reference.rest, '') : undefined;
  if (path !== undefined) return onBackend(path);
  if (namesBackend(reference, remoteUrl) && belowBase(reference.rest, remoteUrl.basePath) === undefined) {
    throw new ProxyError('bad_request', { reason: "Destination lies outside of REMOTE_URL's base path" });
  }
  return destination;
}
