import { isIP } from 'node:net';
import { belowBase } from '../reference.ts';
import type { Mapping } from './public-urls.ts';

/** What may name the backend. Hardly any cookie has it, and taking each apart costs more than to look. */
const hasDomain = /;\s*domain\s*=/i;
const hasDomainOrPath = /;\s*(?:domain|path)\s*=/i;

/** An endpoint of AWS: its parents are public suffixes, for which browsers keep no cookie (RFC 6265 §5.3, step 5). */
const awsEndpoint = /\.(?:on\.aws|amazonaws\.com(?:\.cn)?|cloudfront\.net)$/;

/** Name of a cookie that browsers take with `Path=/` alone (RFC 6265bis §4.1.3.2). */
const needsRootPath = /^\s*__Host-/i;

/**
 * Returns whether a browser may keep a cookie with this Domain on the host (RFC 6265 §5.1.3, §5.3): the host itself or,
 * for a name, one that it ends with. An empty Domain is ignored.
 */
function holds(domain: string, host: string): boolean {
  const name = domain.toLowerCase().replace(/^\./, '');
  const publicHost = host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '');
  if (name === '' || name === publicHost) return true;
  return isIP(publicHost) === 0 && !awsEndpoint.test(publicHost) && publicHost.endsWith(`.${name}`);
}

/** Returns the Path of a cookie as the client must see it. `/live/` would not hold for `/live` itself. */
function publicCookiePath(path: string, { remoteUrl: { basePath }, origins: [{ prefix }] }: Mapping): string {
  const below = basePath === '' ? undefined : belowBase(path, basePath);
  if (prefix === '' || !path.startsWith('/')) return below ?? path;
  if (below === undefined && belowBase(path, prefix) !== undefined) return path;
  const rest = below ?? path;
  return rest === '/' ? prefix : `${prefix}${rest}`;
}

/**
 * Makes a Set-Cookie field hold on the public origin, in place: a Domain that cannot hold there goes, the base path goes
 * from Path, and the public prefix is added. Every other byte stays (RFC 6265 §4.1).
 *
 * @param field one Set-Cookie field
 * @param mapping the backend and the public origin
 * @example publicSetCookie('a=1; Domain=10.0.0.7; Path=/app/x', mapping) // 'a=1; Path=/x'
 */
export function publicSetCookie(field: string, mapping: Mapping): string {
  const { remoteUrl, origins } = mapping;
  const [{ host, prefix }] = origins;
  const mapsPaths = remoteUrl.basePath !== '' || prefix !== '';
  // Stryker disable next-line ConditionalExpression,BooleanLiteral,StringLiteral: it only says where there is nothing to do
  if (!(mapsPaths ? hasDomainOrPath : hasDomain).test(field)) return field;
  const keepsRoot = needsRootPath.test(field);
  const kept = field.split(';').flatMap((attribute, index) => {
    const equals = attribute.indexOf('=');
    // The first is no attribute, but the cookie's own name and value.
    if (index === 0 || equals === -1) return [attribute];
    const name = attribute.slice(0, equals).trim().toLowerCase();
    const value = attribute.slice(equals + 1).trim();
    // Without Domain the cookie belongs to the public host alone, which is what it meant at the backend.
    if (name === 'domain' && !holds(value, host)) {
      if (mapping.note !== undefined) mapping.note.lostCookieDomain = value;
      return [];
    }
    if (name !== 'path' || (keepsRoot && value === '/')) return [attribute];
    const path = publicCookiePath(value, mapping);
    return path === value
      ? [attribute]
      : [`${attribute.slice(0, equals + 1)}${attribute.slice(equals + 1).replace(value, () => path)}`];
  });
  return kept.join(';');
}
