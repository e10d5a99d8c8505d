import { ProxyError } from '../../failures.ts';
import type { HeaderFields } from '../../types.ts';
import { isToken } from '../grammar.ts';
import { namedByConnection } from '../hop-by-hop.ts';
import { canonicalName, type Ownership, ownershipOf } from './owned-fields.ts';

/** Fields that are forwarded and that the proxy writes to as well: under an alias, they would arrive twice. */
const written: ReadonlySet<string> = new Set(['cdn-loop', 'destination', 'max-forwards', 'via', 'x-amzn-trace-id']);

/** What the name of a field decides, whatever the settings. */
interface FieldName {
  /** As a CGI-style backend sees it. */
  readonly canonical: string;
  readonly ownership: Ownership | undefined;
  /** The field that some backends would take it for. */
  readonly aliasOf: string | undefined;
}

/** @throws {ProxyError} `bad_request` when the name is no token */
function classify(name: string): FieldName {
  if (!isToken(name)) {
    throw new ProxyError('bad_request', { reason: `header name ${JSON.stringify(name.slice(0, 60))} is not a token` });
  }
  const canonical = canonicalName(name);
  const candidates = canonical.startsWith('http-') ? [canonical, canonical.slice('http-'.length)] : [canonical];
  for (const candidate of candidates) {
    const ownership = ownershipOf(candidate);
    if (ownership === undefined && !(written.has(candidate) && candidate !== name)) continue;
    return { canonical, ownership, aliasOf: candidate === name ? undefined : candidate };
  }
  return { canonical, ownership: undefined, aliasOf: undefined };
}

/** Names seen before: requests repeat the same few, and what a name decides never changes. */
const seen = new Map<string, FieldName>();

/** More than ordinary clients use; one that makes names up must not fill the memory. */
const mostSeen = 500;
const longestSeen = 64;

function fieldName(name: string): FieldName {
  const found = seen.get(name);
  // Stryker disable next-line ConditionalExpression: only saves time
  if (found !== undefined) return found;
  const field = classify(name);
  // Stryker disable all: only saves time and memory
  if (name.length <= longestSeen) {
    if (seen.size >= mostSeen) seen.clear();
    seen.set(name, field);
  }
  // Stryker restore all
  return field;
}

/** Nearly every value: nothing to refuse and nothing to convert. */
const plainValue = /^[\t\u0020-\u007e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbiddenInValue = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Why a field that CLIENT_IP_HEADER names is dropped although no proxy in front is trusted. */
const namedOnly = 'names the client (CLIENT_IP_HEADER), and no proxy in front is trusted';

/** What decides whether a field is forwarded. */
interface Rules {
  /** Keep the fields that name the client, because a trusted proxy wrote them (TRUST_FORWARDED). */
  readonly trustForwarded: boolean;
  /** The field in which the trusted proxy names the client (CLIENT_IP_HEADER). */
  readonly clientIpHeader?: string | undefined;
  /** When given, forward no field but these (NO_HEADERS). */
  readonly only?: ReadonlySet<string> | undefined;
  /** The field that holds the proxy's own secret (ORIGIN_SECRET), when there is one. */
  readonly secret?: string | undefined;
}

function whyOwned(name: string, { trustForwarded, clientIpHeader, secret }: Rules): string | undefined {
  const { canonical, ownership, aliasOf } = fieldName(name);
  if (canonical === secret) return 'the secret between the proxy and the proxy in front of it (ORIGIN_SECRET)';
  if (ownership?.passes === 'never') return ownership.why;
  if (aliasOf !== undefined) return `some backends would take it for ${aliasOf}`;
  const namesClient = canonical === clientIpHeader;
  if (namesClient && name !== canonical) return `some backends would take it for ${canonical}`;
  if (ownership === undefined) return namesClient && !trustForwarded ? namedOnly : undefined;
  const isTrusted = trustForwarded && (ownership.passes === 'trusted' || namesClient);
  return isTrusted ? undefined : ownership.why;
}

/**
 * Returns why a field of the client's is dropped, or undefined when it is forwarded.
 *
 * @param name in lower case
 * @param named the fields that Connection names
 * @param rules the settings
 * @throws {ProxyError} `bad_request` when the name is no token (RFC 9110 §5.1)
 */
export function whyDropped(name: string, named: ReadonlySet<string>, rules: Rules): string | undefined {
  const { clientIpHeader, only } = rules;
  if (named.has(name) && name !== clientIpHeader) return 'named by Connection (RFC 9110 §7.6.1)';
  const reason = whyOwned(name, rules);
  if (reason !== undefined) return reason;
  return only === undefined || only.has(name) ? undefined : 'NO_HEADERS is on';
}

/** Node writes header strings as Latin-1; what lies beyond can only have been UTF-8 on the wire. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the Latin-1 range
const wireValue = (value: string) => (/[^\u0000-\u00ff]/.test(value) ? Buffer.from(value).toString('latin1') : value);

/**
 * Returns a field's value as it goes on the wire.
 *
 * @param name the field's name, for the reason
 * @param value its value
 * @throws {ProxyError} `bad_request` for a value with a control character (RFC 9110 §5.5)
 */
export function checkedValue(name: string, value: string): string {
  if (plainValue.test(value)) return value;
  if (forbiddenInValue.test(value)) {
    throw new ProxyError('bad_request', { reason: `header ${name.slice(0, 60)} contains a control character` });
  }
  return wireValue(value);
}

/**
 * Selects the client's header fields that are forwarded to the backend, in the order received: no hop-by-hop fields,
 * none named by Connection, none that only the proxy may set.
 *
 * @param headers as decoded from the event, names in lower case
 * @param rules the settings
 * @param kept receives the fields
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
    const reason = whyDropped(name, named, rules);
    const value = headers[name] as string | string[];
    // A dropped field is checked too: a request that holds a control character is refused, not repaired.
    const values =
      typeof value === 'string' ? checkedValue(name, value) : value.map((item) => checkedValue(name, item));
    if (reason === undefined) kept[name] = values;
  }
  return kept;
}
