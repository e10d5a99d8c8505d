import type { HeaderFields, ProxyResponse } from '../types.ts';
import { type Beginning, joined, readUpTo } from './read.ts';
import { sniffedType } from './sniff.ts';
import type { UnreadResponse } from './whole.ts';

/** The first member counts (Fetch standard, "determine nosniff"). */
const isNosniff = (field: string | string[] | undefined) => /^\s*nosniff\s*(?:,|$)/i.test([field ?? ''].flat().join());

/**
 * Returns the fields with a type for a body that came without one: the type that a browser recognises by the first bytes,
 * because AWS's front doors would call the body application/json. With `X-Content-Type-Options: nosniff`, and for bytes
 * that are not recognised, it is application/octet-stream (RFC 9110 §8.3). An empty body needs no type.
 *
 * @param headers fields of a response without Content-Type
 * @param beginning the first bytes of its body; none when it is empty
 * @example withContentType({}, beginning) // { 'content-type': 'text/html' }
 */
export function withContentType(headers: HeaderFields, beginning: Beginning): HeaderFields {
  if (beginning.size === 0) return headers;
  const type = isNosniff(headers['x-content-type-options'])
    ? undefined
    : sniffedType(joined(beginning), [headers['content-encoding'] ?? []].flat().join());
  return { ...headers, 'content-type': type ?? 'application/octet-stream' };
}

/**
 * Returns a response with a type by what has arrived of its body, which is the first piece, however short: waiting for
 * more could take as long as the response.
 *
 * @param response a response without Content-Type
 * @returns with the whole body still to be read, or empty when there is none
 * @throws errors of the body as they are
 */
export async function typedByFirstPiece(response: UnreadResponse): Promise<ProxyResponse> {
  const beginning = await readUpTo(response.body, 0, true);
  const headers = withContentType(response.headers, beginning);
  return beginning.whole ? { ...response, body: Buffer.alloc(0) } : { ...response, headers };
}
