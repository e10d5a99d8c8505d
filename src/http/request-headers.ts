import { ProxyError } from '../errors.ts';
import type { HeaderFields } from '../types.ts';
import { hopByHop, namedByConnection } from './hop-by-hop.ts';

/** Fields of a request that are the proxy's business and never forwarded. */
const requestOnly = new Set([
  'expect', // the body is sent at once; waiting for 100 Continue would only cost time
  'host', // set from REMOTE_URL
  'x-request-id', // the proxy's: the client's own when it is well-formed, see request-id.ts
  'content-length', // counted from the decoded body: a wrong one would desynchronise the connection
  'proxy', // CGI backends take it for HTTP_PROXY ("httpoxy", CVE-2016-5386)
  // Backends behind IIS, Symfony, Django, Envoy and others take the path from these, past the path filter.
  'x-original-url',
  'x-original-uri',
  'x-rewrite-url',
  'x-envoy-original-path',
  'x-forwarded-path',
  'x-forwarded-prefix',
  'x-forwarded-uri',
  'x-forwarded-method',
]);

/** Fields that name the client. Set or removed, unless a trusted proxy stands in front (TRUST_FORWARDED). */
const clientIdentity = new Set([
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-host',
  'true-client-ip',
  'cf-connecting-ip',
]);

/** Fields that go on and that the proxy writes to as well. */
const continued = new Set(['cdn-loop', 'max-forwards']);

const token = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbiddenInValue = /[\u0000-\u0008\u000a-\u001f\u007f]/;

const namesClient = (name: string) => clientIdentity.has(name) || name.startsWith('x-forwarded-');

/** CGI-style backends see `x_forwarded_for` and `x-forwarded-for` as one variable, so an alias is the field itself. */
function isOwned(name: string, trustForwarded: boolean, secret: string | undefined): boolean {
  const canonical = name.replaceAll('_', '-');
  if (canonical === secret || hopByHop.has(canonical) || requestOnly.has(canonical)) return true;
  if (canonical === name) return namesClient(name) && !trustForwarded;
  return namesClient(canonical) || continued.has(canonical);
}

/** Node writes header strings as Latin-1; what lies beyond can only have been UTF-8 on the wire. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the Latin-1 range
const wireValue = (value: string) => (/[^\u0000-\u00ff]/.test(value) ? Buffer.from(value).toString('latin1') : value);

/**
 * A field's value as it goes on the wire.
 *
 * @param name the field's name
 * @param value its value
 * @throws {ProxyError} `bad_request` for a name that is no token or a value with a control character (RFC 9110 §5.5)
 */
export function checkedValue(name: string, value: string): string {
  if (!token.test(name)) {
    throw new ProxyError('bad_request', { reason: `header name ${JSON.stringify(name.slice(0, 60))} is not a token` });
  }
  if (forbiddenInValue.test(value)) {
    throw new ProxyError('bad_request', { reason: `header ${name.slice(0, 60)} contains a control character` });
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
 * @param options.secret the field that holds the proxy's own secret (ORIGIN_SECRET), when there is one
 * @throws {ProxyError} `bad_request` for a name that is no token or a value with a control character (RFC 9110 §5.5)
 * @example forwardableRequestHeaders({ te: 'trailers', dnt: '1' }, { trustForwarded: false }) // { dnt: '1' }
 */
export function forwardableRequestHeaders(
  headers: Readonly<HeaderFields>,
  {
    trustForwarded,
    only,
    secret,
  }: { trustForwarded: boolean; only?: ReadonlySet<string> | undefined; secret?: string | undefined },
): HeaderFields {
  const named = namedByConnection(headers['connection']);
  const kept: HeaderFields = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    const values =
      typeof value === 'string' ? checkedValue(name, value) : value.map((item) => checkedValue(name, item));
    if (named.has(name) || isOwned(name, trustForwarded, secret) || (only !== undefined && !only.has(name))) continue;
    kept[name] = values;
  }
  return kept;
}
