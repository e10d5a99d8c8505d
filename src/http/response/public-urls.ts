import type { RemoteUrl } from '../../config/remote-url.ts';
import type { HeaderFields } from '../../types.ts';
import {
  belowBase,
  type NetworkReference,
  namesBackend,
  namesPublicHost,
  percentByte,
  splitReference,
} from '../reference.ts';
import { originNamed, type PublicOrigin } from '../request/public-origin.ts';
import { rewriteUrls, urlFields } from '../url-fields.ts';
import { publicSetCookie } from './set-cookie.ts';

/** The backend, and the public origin that stands for it. */
export interface Mapping {
  readonly remoteUrl: RemoteUrl;
  /** The public origin first, then that of the front door itself. */
  readonly origins: readonly [PublicOrigin, ...PublicOrigin[]];
  /** Host that the backend is sent, which it may take for its own name. */
  readonly host: string;
  /** Receives the Domain of a cookie that cannot hold on the public host. */
  readonly note?: { lostCookieDomain?: string };
}

/** Bytes that no URL may hold raw, as escapes. As characters in an event they would reach the client encoded twice. */
const ascii = (reference: string) => reference.replace(/[\u0080-\u00ff]/g, percentByte);

/** What browsers take for the start of an authority once `\` is a slash and tabs and line breaks are dropped. */
const looksLikeAuthority = /^\/[\t\r\n]*[/\\]/;

/**
 * Returns a path of the backend as the client must see it: without the base path, and behind the public prefix. A backend
 * that follows X-Forwarded-Prefix has put the prefix there.
 */
function publicPathOf(path: string, { remoteUrl: { basePath }, origins: [{ prefix }] }: Mapping): string {
  const below = basePath === '' ? undefined : belowBase(path, basePath);
  if (prefix === '') return below ?? path;
  return below === undefined && belowBase(path, prefix) !== undefined ? path : `${prefix}${below ?? path}`;
}

/**
 * Returns what follows the public origin in a URL that is the site's own, or undefined for any other URL: another site,
 * or a part of the backend outside of its base path.
 */
function publicRest({ scheme, authority, rest }: NetworkReference, mapping: Mapping): string | undefined {
  const { remoteUrl, origins, host } = mapping;
  const path = belowBase(rest, '');
  if (path === undefined) return undefined;
  // The stage of the front door's own address is no part of the public path behind another proxy.
  const named = originNamed(authority, origins, remoteUrl.port);
  if (named !== undefined) {
    const isOther = named.prefix !== origins[0].prefix && named.prefix !== '';
    return publicPathOf(isOther ? (belowBase(path, named.prefix) ?? path) : path, mapping);
  }
  const isTold = host !== remoteUrl.authority && namesPublicHost(authority, host, remoteUrl.port);
  const isBackend = isTold || namesBackend({ scheme, authority }, remoteUrl);
  return isBackend && belowBase(path, remoteUrl.basePath) !== undefined ? publicPathOf(path, mapping) : undefined;
}

/**
 * Returns a URL from the backend as the client must see it: on the public origin and without the base path when it names
 * the backend, or the public host that the backend knows from Host and X-Forwarded-Host; untouched otherwise. Path, query
 * and fragment keep their bytes; bytes beyond ASCII become escapes.
 *
 * @param reference value of Location or of another URL field (RFC 9110 §10.2.2)
 * @param mapping the backend and the public origin
 * @example publicUrl('http://10.0.0.7/login?x', mapping) // 'https://public.example/login?x'
 */
export function publicUrl(reference: string, mapping: Mapping): string {
  const url = ascii(reference);
  const absolute = splitReference(url);
  const [{ protocol, host }] = mapping.origins;
  if (absolute !== undefined) {
    const rest = publicRest(absolute, mapping);
    return rest === undefined ? url : `${protocol}://${host}${rest}`;
  }
  // A browser takes `/\host` for `//host`.
  if (!url.startsWith('/') || looksLikeAuthority.test(url)) return url;
  const path = publicPathOf(url, mapping);
  // `/base//host/x` is a path, and without its base it would lead to that host.
  return looksLikeAuthority.test(path) ? `${protocol}://${host}${path}` : path;
}

/** Fields that may name the backend. */
const addressing = [...urlFields, 'set-cookie'];

/**
 * Rewrites redirects, links and cookies that name the backend to the public host, in place.
 *
 * @param headers the response's fields; changed fields are replaced, the others are the same strings
 * @param mapping the backend and the public origin
 */
export function rewriteToPublicHost(headers: HeaderFields, mapping: Mapping): HeaderFields {
  const rewrite = (name: string, field: string) =>
    name === 'set-cookie'
      ? publicSetCookie(field, mapping)
      : rewriteUrls(name, field, (url) => publicUrl(url, mapping));
  for (const name of addressing) {
    const value = headers[name];
    if (value === undefined) continue;
    headers[name] = typeof value === 'string' ? rewrite(name, value) : value.map((item) => rewrite(name, item));
  }
  return headers;
}
