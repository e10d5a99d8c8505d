import type { FieldRule } from '../../config/field-rules.ts';
import type { HeaderFields } from '../../types.ts';
import { hopByHop, namedByConnection } from '../hop-by-hop.ts';
import { requestIdField } from '../request-id.ts';
import { urlFields } from '../url-fields.ts';

/** What became of one header field of a backend response. */
export interface ResponseFieldChange {
  readonly name: string;
  readonly change: 'dropped' | 'added' | 'changed';
  readonly why: string;
}

/** Fields as they were received, by lower-case name; repeats are joined (RFC 9110 §5.3), but those of Set-Cookie. */
export function receivedFields(rawHeaders: readonly string[]): HeaderFields {
  const lists = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    lists.set(name, [...(lists.get(name) ?? []), String(rawHeaders[index + 1])]);
  }
  const fields: HeaderFields = Object.create(null);
  for (const [name, lines] of lists) fields[name] = name === 'set-cookie' ? lines : lines.join(', ');
  return fields;
}

function whyDropped(name: string, connection: string | undefined): string {
  if (name === 'content-length') return 'the front door frames the response by itself';
  if (name === 'alt-svc') return 'it would lead the client to the backend past the proxy (RFC 7838)';
  if (name.startsWith('x-amzn-remapped-')) return 'a Function URL fails on a response with such a field';
  if (name === 'proxy-status') return "it speaks in this proxy's name (RFC 9209)";
  if (hopByHop.has(name)) return 'it concerns the connection to the backend alone (RFC 9110 §7.6.1)';
  if (namedByConnection(connection).has(name)) return 'named by Connection (RFC 9110 §7.6.1)';
  return 'removed by a setting';
}

function whyChanged(name: string, received: string | string[], returned: string | string[]): string {
  if (name === 'set-cookie') return 'Domain and Path must hold on the public host';
  if (urlFields.includes(name)) return 'the public host in place of the backend';
  if (name === 'proxy-status') return "without the members in this proxy's name (RFC 9209)";
  if (name === 'server-timing') return 'with the times of this trace';
  if (name === 'vary' || name === 'content-encoding') return 'compressed, so that the endpoint carries it';
  if (String(received).startsWith(`${returned}, `)) return 'sent more than once; the first counts';
  return 'changed by a setting';
}

function whyAdded(name: string): string {
  if (name === 'content-type') return 'the backend named no type, and the front door would name a wrong one';
  if (name === 'content-encoding' || name === 'vary') return 'compressed, so that the endpoint carries it';
  if (name === requestIdField) return 'identifies the request in the log';
  return 'added by a setting';
}

const verbs = { dropped: 'removed', added: 'added', changed: 'changed' } as const;

const isSame = (a: string | string[], b: string | string[]) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Returns the fields of a response that are not returned as the backend sent them, and why.
 *
 * @param rawHeaders alternating names and values, as received
 * @param returned the fields on their way to the client
 * @param rules RESPONSE_HEADERS
 */
export function responseFieldChanges(
  rawHeaders: readonly string[],
  returned: Readonly<HeaderFields>,
  rules: readonly FieldRule[] = [],
): ResponseFieldChange[] {
  const received = receivedFields(rawHeaders);
  const connection = received['connection'] as string | undefined;
  return [...new Set([...Object.keys(received), ...Object.keys(returned)])].flatMap((name): ResponseFieldChange[] => {
    const before = received[name];
    const after = returned[name];
    const isRule = rules.some((rule) => rule.name === name);
    const told = (change: ResponseFieldChange['change'], why: string) => [
      { name, change, why: isRule ? `${verbs[change]} by RESPONSE_HEADERS` : why },
    ];
    if (before === undefined) return told('added', whyAdded(name));
    if (after === undefined) return told('dropped', whyDropped(name, connection));
    return isSame(before, after) ? [] : told('changed', whyChanged(name, before, after));
  });
}
