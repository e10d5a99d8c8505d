import type { RemoteUrl } from '../../config/remote-url.ts';
import { ProxyError } from '../../failures.ts';
import type { HeaderFields } from '../../types.ts';
import { belowBase, percentByte, splitReference } from '../reference.ts';
import { originNamed, type PublicOrigin } from './public-origin.ts';

/** The parts of a request that name what the backend acts on. */
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
 * Splits an If field (RFC 4918 §10.4) at the resource tags of its tagged lists: the `<…>` outside of parentheses. A text
 * in quotes is an entity tag and holds neither. One pass, whatever the field holds.
 *
 * @returns texts and tags in turn, the texts first; undefined when a tag, a list or a text is not closed
 * @example splitTags('<http://h/a> (<urn:uuid:1>)') // ['<', 'http://h/a', '> (<urn:uuid:1>)']
 */
function splitTags(field: string): string[] | undefined {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (let index = 0; index < field.length; index += 1) {
    const character = field[index];
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === '"' || character === '<') {
      const end = field.indexOf(character === '"' ? '"' : '>', index + 1);
      if (end === -1) return undefined;
      if (character === '<' && depth === 0) {
        parts.push(field.slice(start, index + 1), field.slice(index + 1, end));
        start = end;
      }
      index = end;
    }
    if (depth < 0) return undefined;
  }
  return depth === 0 ? [...parts, field.slice(start)] : undefined;
}

const isTag = (_part: string, index: number) => index % 2 === 1;

const tagsOf = (field: string) => splitTags(field)?.filter(isTag) ?? [];

/**
 * Returns every path that a request has the backend act on or look at: its own, that of WebDAV's Destination
 * (RFC 4918 §10.3) and those of the resource tags in If (§10.4), whatever host they name, because some backends read the
 * path alone. The path filter holds for all of them.
 *
 * @param request path and header fields as received
 * @param remoteUrl the backend; a reference below its base path is also returned without that
 * @param prefixes paths in front of public paths; a reference below one is also returned without that
 * @example addressedPaths({ rawPath: '/a', headers: { destination: 'https://public.example/b' } }, remoteUrl) // ['/a', '/b']
 */
export function addressedPaths(
  { rawPath, headers }: Addressing,
  { basePath }: RemoteUrl,
  prefixes: readonly string[] = [],
): string[] {
  const { destination, if: condition } = headers;
  if (destination === undefined && condition === undefined) return [rawPath];
  const references = [destination ?? [], [condition ?? []].flat().flatMap(tagsOf)].flat().map((value) => value.trim());
  // RFC 4918 allows no reference without a scheme but a path, so `//x` may be read as one.
  const slashed = references.filter((reference) => /^[/\\]{2}/.test(reference)).map(withoutQuery);
  const written = [...references.map((reference) => pathOf(reference, rawPath)), ...slashed];
  const below = (paths: readonly string[], base: string) =>
    base === '' ? [] : paths.flatMap((path) => belowBase(path, base) ?? []);
  const paths = [...written, ...prefixes.flatMap((prefix) => below(written, prefix))];
  return [rawPath, ...paths, ...below(paths, basePath)];
}

/** The backend, and the hosts by which a client may name it. */
export interface BackendNames {
  readonly remoteUrl: RemoteUrl;
  /** The public origin first, then that of the front door itself. */
  readonly origins: readonly [PublicOrigin, ...PublicOrigin[]];
  /** Host field that the backend is sent, which it compares with. */
  readonly host: string;
}

/** Path, query and fragment of a reference to the public site; undefined for every other reference. */
function publicPath(reference: string, { origins, remoteUrl }: BackendNames): string | undefined {
  const absolute = splitReference(reference);
  if (absolute === undefined) {
    return /^\/(?![/\\])/.test(reference) ? belowBase(reference, origins[0].prefix) : undefined;
  }
  const origin = originNamed(absolute.authority, origins, remoteUrl.port);
  return origin && belowBase(absolute.rest, origin.prefix);
}

/**
 * Returns a reference of the client's as the backend must see it: on the Host that it is sent, and below its base path.
 *
 * @param field name of the field, for the reason
 * @param written the reference as the client wrote it
 * @param names the backend, the public origins, and the Host that the backend is sent
 * @throws {ProxyError} `bad_request` for a reference that is not on the public site (RFC 4918 §10.3): another host or
 *   port, the backend's own, another scheme, or a relative path
 * @example backendUrl('Destination', 'https://public.example/b', names) // 'http://10.0.0.7/base/b'
 */
export function backendUrl(field: string, written: string, names: BackendNames): string {
  const { remoteUrl, host } = names;
  const path = publicPath(written.trim(), names);
  if (path === undefined) throw new ProxyError('bad_request', { reason: `${field} is not on the public host` });
  return `${remoteUrl.protocol}//${host}${remoteUrl.basePath}${path.replace(/[^!-~]/g, percentByte)}`;
}

/**
 * Rewrites the URLs by which WebDAV names a second resource to the backend, in place.
 *
 * @param headers the fields on their way to the backend
 * @param names the backend, the public origins, and the Host that the backend is sent
 * @throws {ProxyError} `bad_request` for a URL that is not on the public site, for more than one Destination, and for an If
 *   field whose resource tags cannot be told apart
 */
export function rewriteToBackend(headers: HeaderFields, names: BackendNames): void {
  const { destination, if: condition } = headers;
  if (destination !== undefined) {
    const [only = '', ...others] = [destination].flat();
    if (others.length > 0) throw new ProxyError('bad_request', { reason: 'there is more than one Destination' });
    headers['destination'] = backendUrl('Destination', only, names);
  }
  if (condition === undefined) return;
  const field = [condition].flat().join(' ');
  const parts = splitTags(field);
  if (parts === undefined) throw new ProxyError('bad_request', { reason: 'the If field is malformed' });
  // Stryker disable next-line ConditionalExpression: without tags there is nothing to rewrite
  if (parts.length === 1) return;
  headers['if'] = parts.map((part, index) => (isTag(part, index) ? backendUrl('If', part, names) : part)).join('');
}
