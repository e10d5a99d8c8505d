import type { Client, HeaderFields } from '../types.ts';
import { defaultPort, type Origin } from './origin.ts';

/** Where the backend lives, and where the public believes it lives. */
interface Mapping {
  readonly origin: Origin;
  readonly client: Pick<Client, 'host' | 'protocol'>;
}

/** scheme, authority, and the rest, of an absolute or scheme-relative reference (RFC 3986 §4.2) to http or https. */
const absolute = /^(?:(https?):)?\/\/([^/?#\\]*)(.*)$/is;

const comparableHost = (host: string) =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

/** Host and port of an authority, userinfo ignored. */
function splitAuthority(authority: string): { host: string; port: number | undefined } {
  const [, host = '', port] = /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/s.exec(authority) ?? [];
  return { host: comparableHost(host), port: port === undefined || port === '' ? undefined : Number(port) };
}

/** Another spelling of the origin still names it: letter case, a trailing dot, the default port, http for https. */
function namesOrigin(scheme: string | undefined, authority: string, origin: Origin): boolean {
  const { host, port } = splitAuthority(authority);
  if (host !== comparableHost(origin.hostname)) return false;
  const protocol = scheme === undefined ? origin.protocol : `${scheme.toLowerCase()}:`;
  const effectivePort = port ?? defaultPort(protocol);
  const bothDefault = effectivePort === defaultPort(protocol) && origin.port === defaultPort(origin.protocol);
  return effectivePort === origin.port || bothDefault;
}

/** The path below the base path, or undefined when it is not below it at a segment boundary. */
function belowBase(path: string, basePath: string): string | undefined {
  if (!path.startsWith(basePath)) return undefined;
  const rest = path.slice(basePath.length);
  if (rest === '' || /^[?#]/.test(rest)) return `/${rest}`;
  return rest.startsWith('/') ? rest : undefined;
}

/**
 * A URL from the backend as the client must see it: on the public host and without the base path when it names the
 * backend, untouched otherwise. Path, query and fragment keep their bytes.
 *
 * @param reference value of Location or of another URL field (RFC 9110 §10.2.2)
 * @param mapping the backend's origin and the public host
 * @example publicUrl('http://10.0.0.7/login?x', { origin, client }) // 'https://public.example/login?x'
 */
export function publicUrl(reference: string, { origin, client }: Mapping): string {
  const match = absolute.exec(reference);
  if (match !== null) {
    const [, scheme, authority = '', rest = ''] = match;
    if (!namesOrigin(scheme, authority, origin)) return reference;
    const path = belowBase(rest, origin.basePath);
    return path === undefined ? reference : `${client.protocol}://${client.host}${path}`;
  }
  if (!reference.startsWith('/') || origin.basePath === '') return reference;
  return belowBase(reference, origin.basePath) ?? reference;
}

/** The URL inside Refresh: `5; url=…`, quoted or not. */
const publicRefresh = (field: string, mapping: Mapping) =>
  field.replace(
    /^([^;,]*[;,]\s*url\s*=\s*)(["']?)([^"']*)(\2.*)$/is,
    (_, head, quote, url, tail) => `${head}${quote}${publicUrl(url, mapping)}${tail}`,
  );

/** The URLs inside Link: `<…>` at the start of each link-value (RFC 8288 §3), never inside a quoted parameter. */
const publicLinks = (field: string, mapping: Mapping) =>
  field.replace(/"(?:[^"\\]|\\.)*"|<([^>]*)>/gs, (part, url?: string) =>
    url === undefined ? part : `<${publicUrl(url, mapping)}>`,
  );

/** Attributes of a cookie that tie it to the backend's host or base path, edited in place (RFC 6265 §4.1). */
function publicSetCookie(field: string, { origin }: Mapping): string {
  const [pair = '', ...attributes] = field.split(';');
  const kept = attributes.flatMap((attribute) => {
    const [, name = '', value = ''] = /^\s*([^=\s]*)\s*=\s*(.*?)\s*$/s.exec(attribute) ?? [];
    // Without Domain the cookie belongs to the public host alone, which is what it meant at the backend.
    if (/^domain$/i.test(name) && comparableHost(value.replace(/^\./, '')) === comparableHost(origin.hostname))
      return [];
    if (/^path$/i.test(name) && origin.basePath !== '') {
      const path = belowBase(value, origin.basePath);
      if (path !== undefined) return [attribute.replace(value, () => path)];
    }
    return [attribute];
  });
  return [pair, ...kept].join(';');
}

const rewriters: Readonly<Record<string, (field: string, mapping: Mapping) => string>> = {
  location: publicUrl,
  'content-location': publicUrl,
  refresh: publicRefresh,
  link: publicLinks,
  'set-cookie': publicSetCookie,
};

/**
 * Leads the client back to the public host wherever a header field of the answer names the backend.
 *
 * @param headers the answer's fields; changed fields are replaced, the others are the same strings
 * @param mapping the backend's origin and the public host
 */
export function toPublicHost(headers: HeaderFields, mapping: Mapping): HeaderFields {
  for (const [name, rewrite] of Object.entries(rewriters)) {
    const value = headers[name];
    if (value === undefined) continue;
    headers[name] = typeof value === 'string' ? rewrite(value, mapping) : value.map((item) => rewrite(item, mapping));
  }
  return headers;
}
