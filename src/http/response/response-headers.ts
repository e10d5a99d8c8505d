import { ProxyError } from '../../failures.ts';
import type { HeaderFields } from '../../types.ts';
import { hopByHop, namedByConnection } from '../hop-by-hop.ts';
import { foreignProxyStatus } from './proxy-status.ts';

/** Fields of a response that are dropped on the way to the client. */
const responseOnly = new Set([
  'content-length', // the front door counts for itself, and renames one that it is given
  'alt-svc', // would send the client to the backend past the proxy (RFC 7838)
]);

/** Fields that hold one value: the first counts, as in Node's own parser and in browsers. */
const singletons = new Set([
  'age',
  'content-disposition',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'refresh',
  'retry-after',
  'server',
  'strict-transport-security',
]);

/** Returns whether Node has already undone a coding, so that the body's bytes are those for the client. */
const isUndoneCoding = (value: string) => /^chunked$/i.test(value.trim());

/** Fields that are dropped unread. */
const dropped: ReadonlySet<string> = new Set(
  [...hopByHop, ...responseOnly].filter((name) => name !== 'connection' && name !== 'transfer-encoding'),
);

/**
 * Lower case of names as backends write them. Each response brings its names anew, and V8 has to look a new string up
 * among all there are before it can be a key.
 */
const known = new Map<string, string>();

/** More than any one backend uses; a backend that makes names up must not fill the memory. */
const mostKnown = 500;

function lowerCase(name: string): string {
  const found = known.get(name);
  // Stryker disable next-line ConditionalExpression: only saves time
  if (found !== undefined) return found;
  const lower = name.toLowerCase();
  // Stryker disable next-line all: only saves time and memory
  if (known.size < mostKnown) known.set(name, lower);
  return lower;
}

/** Joins repeats in order (RFC 9110 §5.3); Set-Cookie, whose values hold commas, becomes a list (RFC 6265 §3). */
function joined(rawHeaders: readonly string[]): HeaderFields {
  const all: HeaderFields = Object.create(null);
  const cookies: string[] = [];
  // Stryker disable next-line EqualityOperator: the list is never odd
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    // Stryker disable StringLiteral: never taken; only the type of an array leaves it open
    const name = lowerCase(rawHeaders[index] ?? '');
    const value = rawHeaders[index + 1] ?? '';
    // Stryker restore StringLiteral
    // A Function URL responds with 500, without a log line, when a function returns a field of that prefix.
    if (dropped.has(name) || name.startsWith('x-amzn-remapped-')) continue;
    const before = all[name];
    if (name === 'set-cookie') {
      cookies.push(value);
      all[name] = cookies;
    } else if (before === undefined) all[name] = value;
    else if (!singletons.has(name)) all[name] = `${before}, ${value}`;
  }
  return all;
}

/**
 * Selects the backend's header fields that are sent to the client, from the raw list, because Node's own object drops
 * repeats that must be joined.
 *
 * @param rawHeaders alternating names and values, as Node received them
 * @throws {ProxyError} `response_transfer_coding` when the body is in a transfer coding other than chunked
 * @example forwardableResponseHeaders(['ETag', '"1"', 'Connection', 'close']) // { etag: '"1"' }
 */
export function forwardableResponseHeaders(rawHeaders: readonly string[]): HeaderFields {
  const all = joined(rawHeaders);
  const coding = all['transfer-encoding'];
  if (typeof coding === 'string' && !isUndoneCoding(coding)) {
    throw new ProxyError('response_transfer_coding', { reason: 'Transfer-Encoding other than chunked' });
  }
  for (const name of namedByConnection(all['connection'])) delete all[name];
  const proxyStatus = all['proxy-status'];
  if (typeof proxyStatus === 'string') {
    const foreign = foreignProxyStatus(proxyStatus);
    if (foreign === undefined) delete all['proxy-status'];
    else all['proxy-status'] = foreign;
  }
  delete all['connection'];
  delete all['transfer-encoding'];
  return all;
}
