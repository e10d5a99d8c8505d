import type { HeaderFields } from '../types.ts';
import { type Beginning, joined } from './read.ts';

const bytesType = 'application/octet-stream';

/** The first member counts (Fetch standard, "determine nosniff"). */
const isNosniff = (field: string | string[] | undefined) => /^\s*nosniff\s*(?:,|$)/i.test([field ?? ''].flat().join());

/** Returns whether a response has no Content-Type, so that its body has to be looked at. */
export const isUntyped = (headers: HeaderFields): boolean => headers['content-type'] === undefined;

/**
 * Returns the fields with a type for a body that came without one: the type that a browser recognises by the first bytes,
 * because AWS's front doors would call the body application/json. With `X-Content-Type-Options: nosniff` it is
 * application/octet-stream (RFC 9110 §8.3). An empty body needs no type.
 *
 * @param headers fields of a response without Content-Type
 * @param beginning the first bytes of its body; none when it is empty
 * @example await withContentType({}, beginning) // { 'content-type': 'text/html' }
 */
export async function withContentType(headers: HeaderFields, beginning: Beginning): Promise<HeaderFields> {
  if (beginning.size === 0) return headers;
  if (isNosniff(headers['x-content-type-options'])) return { ...headers, 'content-type': bytesType };
  // Loaded by the first response without a type: hardly any backend sends one.
  const { sniffedType } = await import('./sniff.ts');
  const type = sniffedType(joined(beginning), [headers['content-encoding'] ?? []].flat().join());
  return { ...headers, 'content-type': type ?? bytesType };
}
