import { ProxyError } from '../../failures.ts';
import type { HeaderFields } from '../../types.ts';
import { newFields } from '../fields.ts';
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

/** What a name decides. */
interface FieldName {
  readonly lower: string;
  readonly isDropped: boolean;
  /** The first value counts. */
  readonly holdsOne: boolean;
}

function classify(name: string): FieldName {
  const lower = name.toLowerCase();
  // A Function URL responds with 500, without a log line, when a function returns a field of that prefix.
  const isDropped = hopByHop.has(lower) || responseOnly.has(lower) || lower.startsWith('x-amzn-remapped-');
  return { lower, isDropped, holdsOne: singletons.has(lower) };
}

/**
 * Names as backends write them. Each response brings its names anew, and V8 has to look a new string up among all there
 * are before it can be a key.
 */
const known = new Map<string, FieldName>();

/** More than any one backend uses; a backend that makes names up must not fill the memory. */
const mostKnown = 500;

function fieldName(name: string): FieldName {
  const found = known.get(name);
  // Stryker disable next-line ConditionalExpression: only saves time
  if (found !== undefined) return found;
  const field = classify(name);
  // Stryker disable next-line all: only saves time and memory
  if (known.size < mostKnown) known.set(name, field);
  return field;
}

/** Joins two lines of a field in order (RFC 9110 §5.3). */
const join = (before: string | undefined, value: string) => (before === undefined ? value : `${before}, ${value}`);

/** The fields that are sent on, and those that say what else is not. */
interface Selected {
  readonly fields: HeaderFields;
  readonly connection: string | undefined;
  readonly transferEncoding: string | undefined;
}

/** Selects fields and joins repeats; Set-Cookie, whose values hold commas, becomes a list (RFC 6265 §3). */
function select(rawHeaders: readonly string[]): Selected {
  const fields = newFields();
  let cookies: string[] | undefined;
  let connection: string | undefined;
  let transferEncoding: string | undefined;
  // Stryker disable next-line EqualityOperator: the list is never odd
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    // Stryker disable StringLiteral: never taken; only the type of an array leaves it open
    const { lower, isDropped, holdsOne } = fieldName(rawHeaders[index] ?? '');
    const value = rawHeaders[index + 1] ?? '';
    // Stryker restore StringLiteral
    if (isDropped) {
      if (lower === 'connection') connection = join(connection, value);
      else if (lower === 'transfer-encoding') transferEncoding = join(transferEncoding, value);
    } else if (lower === 'set-cookie') {
      cookies ??= fields[lower] = [];
      cookies.push(value);
    } else if (!holdsOne || fields[lower] === undefined) {
      fields[lower] = join(fields[lower] as string | undefined, value);
    }
  }
  return { fields, connection, transferEncoding };
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
  const { fields, connection, transferEncoding } = select(rawHeaders);
  if (transferEncoding !== undefined && !isUndoneCoding(transferEncoding)) {
    throw new ProxyError('response_transfer_coding', { reason: 'Transfer-Encoding other than chunked' });
  }
  for (const name of namedByConnection(connection)) delete fields[name];
  const proxyStatus = fields['proxy-status'];
  if (typeof proxyStatus === 'string') {
    const foreign = foreignProxyStatus(proxyStatus);
    if (foreign === undefined) delete fields['proxy-status'];
    else fields['proxy-status'] = foreign;
  }
  return fields;
}
