import Negotiator from 'negotiator';

/** Forms in which the proxy tells of a failure. */
export type Representation = 'html' | 'json' | 'text';

/** In order of preference among equals: a client that takes anything, as curl does, reads plain text best. */
const offered: readonly (readonly [mediaType: string, Representation])[] = [
  ['text/plain', 'text'],
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['application/problem+json', 'json'],
  ['application/json', 'json'],
];
const mediaTypes = offered.map(([mediaType]) => mediaType);
const representationOf: ReadonlyMap<string, Representation> = new Map(offered);

/**
 * Which representation a client prefers (RFC 9110 §12.5.1).
 *
 * @param accept the Accept field; absent means anything
 * @example preferredRepresentation('text/html,application/xml;q=0.9') // 'html'
 */
export function preferredRepresentation(accept: string | string[] | undefined): Representation {
  const field = accept === undefined ? undefined : [accept].flat().join(',');
  const [best] = new Negotiator({ headers: { accept: field } }).mediaTypes(mediaTypes);
  if (best !== undefined) return representationOf.get(best) ?? 'text';
  // An API's own JSON type, as application/vnd.api+json, can be read by whoever asked for it.
  return field !== undefined && /[/+]json\b/i.test(field) ? 'json' : 'text';
}
