import { ProxyError } from '../errors.ts';
import type { HeaderFields } from '../types.ts';

/**
 * Fields that concern one connection only (RFC 9110 §7.6.1, §11.7) and what must not travel for the same reason.
 * Removed in both directions.
 */
const hopByHop = new Set([
  'connection',
  'proxy-connection', // a relic that some clients still send
  'keep-alive',
  'te', // trailers cannot be delivered through Lambda, so none may be asked for
  'trailer',
  'transfer-encoding',
  'upgrade', // no protocol but HTTP passes
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'http2-settings', // part of an h2c upgrade (RFC 7540 §3.2.1)
]);

/** Fields of a request that are the proxy's business and never forwarded. */
const requestOnly = new Set([
  'expect', // the body is sent at once; waiting for 100 Continue would only cost time
  'host', // set from REMOTE_URL
  'content-length', // counted from the decoded body: a wrong one would desynchronise the connection
  'proxy', // CGI backends take it for HTTP_PROXY ("httpoxy", CVE-2016-5386)
  // Backends behind IIS, Symfony, Django and others take the path from these, past the path filter.
  'x-original-url',
  'x-rewrite-url',
  'x-forwarded-prefix',
  'x-forwarded-uri',
  'x-forwarded-method',
]);

/** Fields that name the client. Set or removed, unless a trusted proxy stands in front (TRUST_FORWARDED). */
const clientIdentity = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
]);

/** Fields of a response that are dropped on the way to the client. */
const responseOnly = new Set([
  'content-length', // the front door counts for itself, and renames one that it is given
  'alt-svc', // would send the client to the backend past the proxy (RFC 7838)
]);

/** Connection options that would take away what the request needs (RFC 9110 §7.6.1, last paragraph). */
const neverNamedByConnection = /^(?:host|cookie|authorization|content-.*|forwarded|x-forwarded-.*|via|cdn-loop)$/;

/** Fields that hold one value: the first counts, as in Node's own parser. */
const singletons = new Set([
  'age',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'server',
]);

const token = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbiddenInValue = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Fields named by Connection, in lower case; several lines, empty members and odd spacing included. */
function namedByConnection(value: string | string[] | undefined): ReadonlySet<string> {
  if (value === undefined) return new Set();
  const names = [value].flat().join(',').toLowerCase().split(',');
  return new Set(names.map((name) => name.trim()).filter((name) => !neverNamedByConnection.test(name)));
}

/** CGI-style backends see `x_forwarded_for` and `x-forwarded-for` as one variable, so an alias is the field itself. */
function isOwned(name: string, trustForwarded: boolean): boolean {
  const canonical = name.replaceAll('_', '-');
  if (hopByHop.has(canonical) || requestOnly.has(canonical)) return true;
  return clientIdentity.has(canonical) && !(trustForwarded && canonical === name);
}

/** Node writes header strings as Latin-1; what lies beyond can only have been UTF-8 on the wire. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the Latin-1 range
const wireValue = (value: string) => (/[^\u0000-\u00ff]/.test(value) ? Buffer.from(value).toString('latin1') : value);

function checked(name: string, value: string): string {
  if (!token.test(name)) {
    throw new ProxyError('bad_request', { reason: `header name ${JSON.stringify(name.slice(0, 60))} is not a token` });
  }
  if (forbiddenInValue.test(value)) {
    throw new ProxyError('bad_request', { reason: `header ${name} contains a control character` });
  }
  return wireValue(value);
}

/**
 * The client's header fields that go on to the backend, in the order received: no hop-by-hop fields, none named by
 * Connection, none that only the proxy may set.
 *
 * @param headers as decoded from the event, names in lower case
 * @param options.trustForwarded keep the fields that name the client, because a trusted proxy wrote them
 * @param options.only when given, forward no field but these (NO_HEADERS)
 * @throws {ProxyError} `bad_request` for a name that is no token or a value with a control character (RFC 9110 §5.5)
 */
export function forwardableRequestHeaders(
  headers: Readonly<HeaderFields>,
  { trustForwarded, only }: { trustForwarded: boolean; only?: ReadonlySet<string> | undefined },
): HeaderFields {
  const named = namedByConnection(headers['connection']);
  const kept: HeaderFields = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    const values = typeof value === 'string' ? checked(name, value) : value.map((item) => checked(name, item));
    if (named.has(name) || isOwned(name, trustForwarded) || (only !== undefined && !only.has(name))) continue;
    kept[name] = values;
  }
  return kept;
}

/** True for a coding that Node has already undone, so that the body's bytes are what the client should get. */
const isUndoneCoding = (value: string) => /^\s*chunked\s*$/i.test(value);

/**
 * The backend's header fields that go back to the client. One pass over the raw list, because Node's own object
 * drops repeats that must be joined.
 *
 * @param rawHeaders alternating names and values, as Node received them
 * @throws {ProxyError} `response_transfer_coding` when the body is in a transfer coding other than chunked
 */
export function forwardableResponseHeaders(rawHeaders: readonly string[]): HeaderFields {
  const all: HeaderFields = Object.create(null);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const before = all[name];
    if (name === 'set-cookie') all[name] = before === undefined ? [value] : [...[before].flat(), value];
    else if (before === undefined) all[name] = value;
    else if (!singletons.has(name)) all[name] = `${before}, ${value}`;
  }
  const coding = all['transfer-encoding'];
  if (typeof coding === 'string' && !isUndoneCoding(coding)) {
    throw new ProxyError('response_transfer_coding', { reason: 'Transfer-Encoding other than chunked' });
  }
  const named = namedByConnection(all['connection']);
  for (const name of Object.keys(all)) {
    // A Function URL answers 500, with nothing in any log, when a function returns a field of that prefix.
    const breaksFrontDoor = name.startsWith('x-amzn-remapped-');
    if (hopByHop.has(name) || responseOnly.has(name) || named.has(name) || breaksFrontDoor) delete all[name];
  }
  return all;
}
