import { isUtf8 } from 'node:buffer';
import type { FrontRequest, FrontResponse } from './front.ts';

/** Content types of bodies that arrive as text; all others, and bodies without a type, arrive as base64. */
const textTypes = /^(?:text\/|application\/(?:json|xml|javascript)\b)/i;

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'];

/** Splits a request-target into path and raw query; the query is empty when there is none. */
export function splitTarget(target: string): { path: string; rawQuery: string } {
  const question = target.indexOf('?');
  return question === -1
    ? { path: target, rawQuery: '' }
    : { path: target.slice(0, question), rawQuery: target.slice(question + 1) };
}

/**
 * Groups header values by name, in order. A field keeps the spelling of its first line.
 *
 * @param rawHeaders alternating names and values, as received
 * @param dropped names, in lower case, that the front door drops besides the hop-by-hop ones
 */
export function fieldLists(
  rawHeaders: readonly string[],
  dropped: readonly string[] = [],
): Map<string, { name: string; values: string[] }> {
  const lists = new Map<string, { name: string; values: string[] }>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.includes(lower) || dropped.includes(lower)) continue;
    const list = lists.get(lower) ?? { name, values: [] };
    list.values.push(rawHeaders[index + 1] ?? '');
    lists.set(lower, list);
  }
  return lists;
}

/** Decoded query parameters. The added question mark protects one that begins the query: the parser drops the first. */
export const queryPairs = (rawQuery: string) => new URLSearchParams(`?${rawQuery}`);

/** Groups the values of query parameters by name. */
export function grouped(pairs: Iterable<readonly [name: string, value: string]>): Record<string, string[]> {
  const lists: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) lists[name] = [...(lists[name] ?? []), value];
  return lists;
}

/** Returns the last value of each name, which is all that an event without lists has. */
export function lastOf(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const last: Record<string, string> = Object.create(null);
  for (const [name, values] of Object.entries(lists)) last[name] = values.at(-1) ?? '';
  return last;
}

/** Fields that the front door writes itself. Host is its public name, whatever name the client used here. */
export const publicFields = (forwardedFor: readonly string[], domainName: string, sourceIp: string) => ({
  host: domainName,
  'x-forwarded-for': [...forwardedFor, sourceIp].join(', '),
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
});

/** Encodes a body as AWS does. A body that is declared as text but is not UTF-8 goes as base64, so that no byte is lost. */
export function eventBody({ body }: FrontRequest, contentType = '', encoding?: string) {
  const isText = textTypes.test(contentType) && encoding === undefined && isUtf8(body);
  return {
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

interface Result {
  statusCode?: unknown;
  body?: string | null;
  isBase64Encoded?: boolean;
}

/**
 * Builds the front door's response from a function's.
 *
 * @param result the function's response, whose status and body are read here
 * @param fields its header fields, as the front door reads them
 * @param untyped content type of a response that names none
 * @throws {TypeError} for a status outside of 100 to 599, to which AWS responds with 502, and for values that are not strings
 */
export function responseOf(
  result: unknown,
  fields: readonly (readonly [name: string, value: string])[],
  untyped?: string,
): FrontResponse {
  const { statusCode, body, isBase64Encoded } = result as Result;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw new TypeError('statusCode is not an HTTP status');
  if (fields.some(([, value]) => typeof value !== 'string')) throw new TypeError('a header field is not a string');
  const needsType = untyped !== undefined && !fields.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    statusCode: status,
    headers: needsType ? [...fields, ['content-type', untyped]] : fields,
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}
