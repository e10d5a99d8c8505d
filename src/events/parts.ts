import * as v from 'valibot';
import { ProxyError } from '../failures.ts';

/** What the parts of events must look like, whichever source they come from. */

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Numbers are taken for their digits: emulators and hand-made events have them where AWS has strings. */
const isText = (value: unknown) => typeof value === 'string' || typeof value === 'number';

export const text = v.string('must be a string');

/** A string that may be missing, null, or empty. */
export const optionalText = v.nullish(text);

/** Not v.record, which takes a list for an object and drops fields that are called `constructor` or `__proto__`. */
export const texts = v.custom<Record<string, string | number>>(
  (value) => isRecord(value) && Object.values(value).every(isText),
  'must be an object of strings',
);

/** Several texts for each name, as payload format 1.0 and load balancers have them. */
export const lists = v.custom<Record<string, (string | number)[]>>(
  (value) => isRecord(value) && Object.values(value).every((item) => Array.isArray(item) && item.every(isText)),
  'must be an object of lists of strings',
);

export const flag = v.boolean('must be true or false');

/** Node sends upper case whatever it is given, so that is what every rule must see. */
export const method = v.pipe(text, v.toUpperCase());

/** An object with these parts, and any others. */
export const parts = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.object(entries, 'must be an object');

/**
 * Checks the parts of an event that the proxy reads.
 *
 * @param schema what they must look like
 * @param event an event that a source has recognised
 * @throws {ProxyError} `bad_request` whose reason names the part that is wrong
 */
export function parse<Schema extends v.GenericSchema>(schema: Schema, event: unknown): v.InferOutput<Schema> {
  // Stryker disable next-line ObjectLiteral,BooleanLiteral: it only saves looking for faults behind the one named.
  const result = v.safeParse(schema, event, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ProxyError('bad_request', { reason: `event part ${v.getDotPath(issue) ?? 'event'} ${issue.message}` });
}
