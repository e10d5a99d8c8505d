import Negotiator from 'negotiator';
import { members } from '../lists.ts';

/** Forms in which the proxy reports a failure. */
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
 * Returns a media range in the form that is compared: without parameters but its weight, and with every JSON type as
 * JSON, because a client that reads application/vnd.api+json can read problem details. A range in which a string stands
 * is left out: no type that is offered has parameters, and the negotiator takes quadratic time for strings.
 */
function comparable(range: string): string {
  if (range.includes('"')) return '';
  const [mediaType = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const known = /[/+]json$/.test(mediaType) ? 'application/json' : mediaType;
  return weight === undefined ? known : `${known};${weight}`;
}

/**
 * Returns the representation that a client prefers (RFC 9110 §12.5.1).
 *
 * @param accept the Accept field; without it, anything is accepted
 * @example preferredRepresentation('text/html,application/xml;q=0.9') // 'html'
 */
export function preferredRepresentation(accept: string | string[] | undefined): Representation {
  const field = members(accept).map(comparable).join(',');
  const [best] = new Negotiator({ headers: { accept: field } }).mediaTypes(mediaTypes);
  return representationOf.get(best) ?? 'text';
}

/**
 * Returns the language that a client prefers of those offered (RFC 9110 §12.5.4).
 *
 * @param acceptLanguage the Accept-Language field; without it, any language is accepted
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
