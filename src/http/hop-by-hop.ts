import { members } from './lists.ts';

/**
 * Fields that concern one connection only (RFC 9110 §7.6.1, §11.7) and what must not travel for the same reason.
 * Removed in both directions.
 */
export const hopByHop: ReadonlySet<string> = new Set([
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

/** Connection options that would take away what the request needs (RFC 9110 §7.6.1, last paragraph). */
const neverNamed = /^(?:host|cookie|authorization|content-.*|forwarded|x-forwarded-.*|via|cdn-loop)$/;

const none: ReadonlySet<string> = new Set();

/**
 * Fields that a Connection field names and that must not travel any further.
 *
 * @param connection one or several lines; empty members, odd spacing and letter case do not matter
 * @returns names in lower case, without those that may not be named
 * @example namedByConnection('close, X-Trace') // Set { 'close', 'x-trace' }
 */
export function namedByConnection(connection: string | string[] | undefined): ReadonlySet<string> {
  // Stryker disable next-line ConditionalExpression: without the field the set is as good as empty
  if (connection === undefined) return none;
  const names = members(connection).map((name) => name.toLowerCase());
  return new Set(names.filter((name) => !neverNamed.test(name)));
}
