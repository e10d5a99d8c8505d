import { ProxyError } from '../../failures.ts';
import type { HeaderFields } from '../../types.ts';
import { hopByHop, namedByConnection } from '../hop-by-hop.ts';

const pathOverride = 'some backends would take the path from it, past the path filter';

/** Fields of a request that are the proxy's business and never forwarded, and why. */
const owned: ReadonlyMap<string, string> = new Map([
  ...Array.from(hopByHop, (name) => [name, 'concerns this connection only (RFC 9110 §7.6.1)'] as const),
  ['expect', 'the body is sent at once; waiting for 100 Continue would only cost time'],
  ['host', 'the backend is asked for by its own name'],
  ['x-request-id', 'only a well-formed one goes on: it is the name of the request in the log'],
  ['content-length', 'counted from the body at hand; a wrong one would desynchronise the connection'],
  ['proxy', 'CGI backends would take it for HTTP_PROXY (CVE-2016-5386)'],
  // Backends behind IIS, Symfony, Django, Envoy and others.
  ['x-original-url', pathOverride],
  ['x-original-uri', pathOverride],
  ['x-rewrite-url', pathOverride],
  ['x-envoy-original-path', pathOverride],
  ['x-forwarded-path', pathOverride],
  ['x-forwarded-prefix', pathOverride],
  ['x-forwarded-uri', pathOverride],
  ['x-forwarded-method', 'some backends would take the method from it'],
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
/** Nearly every value: nothing to refuse and nothing to convert. */
const plainValue = /^[\t\u0020-\u007e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbiddenInValue = /[\u0000-\u0008\u000a-\u001f\u007f]/;

const namesClient = (name: string) => clientIdentity.has(name) || name.startsWith('x-forwarded-');

/** CGI-style backends see `x_forwarded_for` and `x-forwarded-for` as one variable, so an alias is the field itself. */
function whyOwned(name: string, { trustForwarded, secret }: Rules): string | undefined {
  const canonical = name.includes('_') ? name.replaceAll('_', '-') : name;
  if (canonical === secret) return 'the secret between the proxy and what stands in front of it (ORIGIN_SECRET)';
  const reason = owned.get(canonical);
  if (reason !== undefined) return reason;
  if (canonical === name) return namesClient(name) && !trustForwarded ? 'only the proxy says who asks' : undefined;
  return namesClient(canonical) || continued.has(canonical)
    ? `some backends would take it for ${canonical}`
    : undefined;
}

/** What decides whether a field goes on. */
interface Rules {
  /** Keep the fields that name the client, because a trusted proxy wrote them. */
  readonly trustForwarded: boolean;
  /** When given, forward no field but these (NO_HEADERS). */
  readonly only?: ReadonlySet<string> | undefined;
  /** The field that holds the proxy's own secret (ORIGIN_SECRET), when there is one. */
  readonly secret?: string | undefined;
}

/**
 * Why a field of the client's does not go on, or undefined when it does.
 *
 * @param name in lower case
 * @param named the fields that Connection names
 * @param rules the settings
 */
export function whyRemoved(name: string, named: ReadonlySet<string>, rules: Rules) {
  const { only } = rules;
  if (named.has(name)) return 'named by Connection (RFC 9110 §7.6.1)';
  const reason = whyOwned(name, rules);
  if (reason !== undefined) return reason;
  return only === undefined || only.has(name) ? undefined : 'NO_HEADERS is on';
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
  if (plainValue.test(value)) return value;
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
 * @param rules the settings
 * @param kept where they are put
 * @throws {ProxyError} `bad_request` for a name that is no token or a value with a control character (RFC 9110 §5.5)
 * @example forwardableRequestHeaders({ te: 'trailers', dnt: '1' }, { trustForwarded: false }) // { dnt: '1' }
 */
export function forwardableRequestHeaders(
  headers: Readonly<HeaderFields>,
  rules: Rules,
  kept: HeaderFields = Object.create(null),
): HeaderFields {
  const named = namedByConnection(headers['connection']);
  for (const name of Object.keys(headers)) {
    const value = headers[name] as string | string[];
    const values =
      typeof value === 'string' ? checkedValue(name, value) : value.map((item) => checkedValue(name, item));
    if (whyRemoved(name, named, rules) === undefined) kept[name] = values;
  }
  return kept;
}
