import type { FieldRule } from '../config/field-rules.ts';
import type { HeaderFields } from '../types.ts';
import { canonicalName } from './request/owned-fields.ts';

/**
 * Applies the operator's changes to the fields of a backend's response, in place.
 *
 * @param headers the fields, names in lower case
 * @param rules RESPONSE_HEADERS
 * @example applyFieldRules({ server: 'x' }, responseRules('-Server')) // {}
 */
export function applyFieldRules(headers: HeaderFields, rules: readonly FieldRule[]): void {
  for (const { name, action, value } of rules) {
    const before = headers[name];
    if (action === 'remove') delete headers[name];
    else if (action === 'set' || before === undefined) headers[name] = name === 'set-cookie' ? [value] : value;
    else if (Array.isArray(before)) headers[name] = [...before, value];
    else headers[name] = `${before}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
}

/** The spellings of a name that some backends take for the same field. */
const comparable = (name: string) => canonicalName(name).replace(/^http-/, '');

/**
 * Applies the operator's changes to the fields for the backend, in place. A client's field under an alias of one of
 * them, such as `X_Api_Key`, is dropped: some backends would take it for the operator's.
 *
 * @param headers the fields, names in lower case
 * @param rules REQUEST_HEADERS
 */
export function applyRequestRules(headers: HeaderFields, rules: readonly FieldRule[]): void {
  if (rules.length === 0) return;
  const names = new Map(rules.map(({ name }) => [comparable(name), name]));
  for (const name of Object.keys(headers)) {
    const changed = names.get(comparable(name));
    if (changed !== undefined && changed !== name) delete headers[name];
  }
  applyFieldRules(headers, rules);
}

/**
 * Returns the fields of a response that the proxy makes itself with the operator's fields beside them. A field that the
 * page sets itself stays as it is, because the page depends on it: its policy, its type, that it is not stored.
 *
 * @param headers the fields of the page
 * @param rules RESPONSE_HEADERS; undefined where the settings could not be read
 */
export function withOperatorFields(
  headers: Readonly<Record<string, string>>,
  rules: readonly FieldRule[] = [],
): Record<string, string> {
  const own: Record<string, string> = {};
  // A cookie of the site has no business on a page of the proxy, and is the only field with several values.
  const written = rules.filter(({ name, action }) => action !== 'remove' && name !== 'set-cookie');
  applyFieldRules(
    own,
    written.filter(({ name }) => !Object.hasOwn(headers, name)),
  );
  return { ...headers, ...own };
}
