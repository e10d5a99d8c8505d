import { isIP } from 'node:net';
import { ProxyError } from '../failures.ts';
import { parseAuthority } from '../http/grammar.ts';
import type { Client, HeaderFields } from '../types.ts';
import { unknown } from './client.ts';

const forms = {
  /** With a port where the load balancer is told to add it; RFC 7239's `unknown` where it preserves what came. */
  'x-forwarded-for': /^(?:\[([\da-f:.]+)\](?::\d+)?|([\d.]+):\d+|([\da-f:.]+)|(unknown))$/i,
  'x-forwarded-proto': /^(https?)$/,
  'x-forwarded-port': /^(\d{1,5})$/,
};

const refused = (name: string) =>
  new ProxyError('bad_request', { reason: `event part ${name} is none that a load balancer writes` });

/** What a field says. Of a list the last word counts: the load balancer appends, and the client may have begun it. */
function wordOf(fields: HeaderFields, name: keyof typeof forms): string | undefined {
  const field = fields[name];
  if (typeof field !== 'string') return undefined;
  const word = field.slice(field.lastIndexOf(',') + 1).trim();
  const found = forms[name]
    .exec(word)
    ?.slice(1)
    .find((part) => part !== undefined);
  if (found !== undefined && (name !== 'x-forwarded-for' || isIP(found) > 0)) return found;
  if (found?.toLowerCase() === unknown) return unknown;
  throw refused(name);
}

/** Returns the host. Its port stays, unless it is empty: redirects to a listener on another port need it. */
function hostOf({ host: field }: HeaderFields): string {
  if (typeof field !== 'string') return unknown;
  const authority = parseAuthority(field);
  if (authority === undefined) throw refused('host');
  return authority.host;
}

/**
 * Says who the client is where the event has no part of its own for that: a load balancer's, and VPC Lattice's. Health
 * checks have no address and no host.
 *
 * @throws {ProxyError} `bad_request` for a field that no load balancer writes so
 */
export function clientInFields(fields: HeaderFields): Client {
  const protocol = wordOf(fields, 'x-forwarded-proto') === 'http' ? 'http' : 'https';
  return {
    ip: wordOf(fields, 'x-forwarded-for') ?? unknown,
    host: hostOf(fields),
    protocol,
    port: Number(wordOf(fields, 'x-forwarded-port') ?? (protocol === 'http' ? 80 : 443)),
  };
}
