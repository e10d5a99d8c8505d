import type { RemoteUrl } from '../../config/remote-url.ts';
import type { Client, HeaderFields } from '../../types.ts';
import { belowBase, namesBackend, namesPublicHost, percentByte, splitReference } from '../reference.ts';
import { rewriteUrls, urlFields } from '../url-fields.ts';
import { publicSetCookie } from './set-cookie.ts';

/** The backend, and the public host that stands for it. */
export interface Mapping {
  readonly remoteUrl: RemoteUrl;
  readonly client: Pick<Client, 'host' | 'protocol'>;
}

/** Bytes that no URL may hold raw, as escapes. As characters in an event they would reach the client encoded twice. */
const ascii = (reference: string) => reference.replace(/[\u0080-\u00ff]/g, percentByte);

/** What browsers take for the start of an authority once `\` is a slash and tabs and line breaks are dropped. */
const looksLikeAuthority = /^\/[\t\r\n]*[/\\]/;

/**
 * Returns a URL from the backend as the client must see it: on the public host and without the base path when it names
 * the backend, or the public host that the backend knows from X-Forwarded-Host; untouched otherwise. Path, query and
 * fragment keep their bytes; bytes beyond ASCII become escapes.
 *
 * @param reference value of Location or of another URL field (RFC 9110 §10.2.2)
 * @param mapping the backend and the public host
 * @example publicUrl('http://10.0.0.7/login?x', { remoteUrl, client }) // 'https://public.example/login?x'
 */
export function publicUrl(reference: string, { remoteUrl, client }: Mapping): string {
  const url = ascii(reference);
  const absolute = splitReference(url);
  const publicOrigin = `${client.protocol}://${client.host}`;
  if (absolute !== undefined) {
    const isOurs = namesBackend(absolute, remoteUrl) || namesPublicHost(absolute, client);
    const path = isOurs ? belowBase(absolute.rest, remoteUrl.basePath) : undefined;
    return path === undefined ? url : `${publicOrigin}${path}`;
  }
  if (!url.startsWith('/')) return url;
  const path = belowBase(url, remoteUrl.basePath) ?? url;
  // `/base//host/x` is a path, and without its base it would lead to that host.
  return path !== url && looksLikeAuthority.test(path) ? `${publicOrigin}${path}` : path;
}

/** Fields that may name the backend. */
const addressing = [...urlFields, 'set-cookie'];

/**
 * Rewrites redirects, links and cookies that name the backend to the public host, in place.
 *
 * @param headers the response's fields; changed fields are replaced, the others are the same strings
 * @param mapping the backend and the public host
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
