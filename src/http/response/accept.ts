import Negotiator from 'negotiator';
import { members } from '../lists.ts';

/** Forms in which the proxy tells of a failure. */
export type Representation = 'html' | 'json' | 'text';

/** In order of preference among equals: a client that takes anything, as curl does, reads plain text best. */
const offered: readonly (readonly [mediaType: string, Representation])[] = [
  ['text/plain', 'text'],
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['application/json', 'json'],
];
const mediaTypes = offered.map(([mediaType]) => mediaType);
const representationOf: ReadonlyMap<string | undefined, Representation> = new Map(offered);

/**
 * A media range as it is compared here: without parameters but its weight, and with every JSON type as JSON, because
 * whoever asks for application/vnd.api+json can read problem details.
 */
const comparable = (range: string): string =>
  range
    .split(';')
    .map((part) => part.trim().toLowerCase())
    .filter((part, index) => index === 0 || part.startsWith('q='))
    .map((part) => (/[/+]json$/.test(part) ? 'application/json' : part))
    .join(';');

/**
 * Which representation a client prefers (RFC 9110 §12.5.1).
 *
 * @param accept the Accept field; absent means anything
 * @example preferredRepresentation('text/html,application/xml;q=0.9') // 'html'
 */
export function preferredRepresentation(accept: string | string[] | undefined): Representation {
  const field = members(accept).map(comparable).join(',');
  const [best] = new Negotiator({ headers: { accept: field } }).mediaTypes(mediaTypes);
  return representationOf.get(best) ?? 'text';
}

/**
 * Which of the languages offered a client prefers (RFC 9110 §12.5.4).
 *
 * @param acceptLanguage the Accept-Language field; absent means any
 * @param languages BCP 47 tags, the one for those without a preference first
 * @returns undefined when the client accepts none of them
 * @example preferredLanguage('de-AT, en;q=0.5', ['en', 'de']) // 'de'
 */
export function preferredLanguage(
  acceptLanguage: string | string[] | undefined,
  languages: readonly string[],
): string | undefined {
  const field = members(acceptLanguage).join(',') || '*';
  return new Negotiator({ headers: { 'accept-language': field } }).languages([...languages])[0];
}
