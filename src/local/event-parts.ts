import { isUtf8 } from 'node:buffer';
import type { FrontRequest, FrontResponse } from './front.ts';

/** Content types whose bodies arrive as text; every other body, and one without a type, arrives as base64. */
const textTypes = /^(?:text\/|application\/(?:json|xml|javascript)\b)/i;

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'];

/** Path and raw query of a request-target; the query is empty when there is none. */
export function splitTarget(target: string): { path: string; rawQuery: string } {
  const question = target.indexOf('?');
  return question === -1
    ? { path: target, rawQuery: '' }
    : { path: target.slice(0, question), rawQuery: target.slice(question + 1) };
}

/**
 * Values by name, in order. A field keeps the spelling of its first line.
 *
 * @param rawHeaders alternating names and values, as received
 * @param dropped names, in lower case, that the front door takes out beside those of one connection
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

/** Parameters of a query, decoded. The parser would take a question mark that begins the query for its delimiter. */
export const queryPairs = (rawQuery: string) => new URLSearchParams(`?${rawQuery}`);

/** Values by name, for a query whose parts have been taken as they are or decoded. */
export function grouped(pairs: Iterable<readonly [name: string, value: string]>): Record<string, string[]> {
  const lists: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) lists[name] = [...(lists[name] ?? []), value];
  return lists;
}

/** The last value of each name, which is all that an event without lists has. */
export function lastOf(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const last: Record<string, string> = Object.create(null);
  for (const [name, values] of Object.entries(lists)) last[name] = values.at(-1) ?? '';
  return last;
}

/** What the front door writes about the client: it stands under its public name, whatever was asked for here. */
export const publicFields = (forwardedFor: readonly string[], domainName: string, sourceIp: string) => ({
  host: domainName,
  'x-forwarded-for': [...forwardedFor, sourceIp].join(', '),
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
});

/** The body as AWS hands it over: what is called text and is none goes as base64, too, so that nothing is lost here. */
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
 * What the front door sends for a function's answer.
 *
 * @param result the answer, whose status and body are read here
 * @param fields its header fields, as the front door finds them
 * @param untyped content type that it calls an answer which names none
 * @throws {TypeError} for a status outside of 100 to 599, which AWS answers with 502, and for fields that are no text
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
  if (fields.some(([, value]) => typeof value !== 'string')) throw new TypeError('a header field is not a text');
  const needsType = untyped !== undefined && !fields.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    statusCode: status,
    headers: needsType ? [...fields, ['content-type', untyped]] : fields,
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}
