import type { RemoteUrl } from '../../config/remote-url.ts';
import { belowBase, comparableHost } from '../reference.ts';

/** What may name the backend. Hardly any cookie has it, and taking each apart costs more than to look. */
const hasDomain = /;\s*domain\s*=/i;
const hasDomainOrPath = /;\s*(?:domain|path)\s*=/i;

/**
 * Takes the backend's host and base path out of a Set-Cookie field, in place: every other byte stays (RFC 6265 §4.1).
 *
 * @param field one Set-Cookie field
 * @param mapping the backend
 * @example publicSetCookie('a=1; Domain=10.0.0.7; Path=/app/x', { origin }) // 'a=1; Path=/x'
 */
export function publicSetCookie(field: string, { remoteUrl }: { readonly remoteUrl: RemoteUrl }): string {
  // Stryker disable next-line ConditionalExpression,BooleanLiteral,StringLiteral: it only says where there is nothing to do
  if (!(remoteUrl.basePath === '' ? hasDomain : hasDomainOrPath).test(field)) return field;
  const kept = field.split(';').flatMap((attribute, index) => {
    const equals = attribute.indexOf('=');
    // The first is no attribute, but the cookie's own name and value.
    if (index === 0 || equals === -1) return [attribute];
    const name = attribute.slice(0, equals).trim().toLowerCase();
    const value = attribute.slice(equals + 1).trim();
    // Without Domain the cookie belongs to the public host alone, which is what it meant at the backend.
    if (name === 'domain' && comparableHost(value.replace(/^\./, '')) === comparableHost(remoteUrl.hostname)) return [];
    const path = name === 'path' && remoteUrl.basePath !== '' ? belowBase(value, remoteUrl.basePath) : undefined;
    return path === undefined ? [attribute] : [attribute.replace(value, () => path)];
  });
  return kept.join(';');
}
