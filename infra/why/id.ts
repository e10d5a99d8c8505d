import { UserError } from '../user-error.ts';

/** A token68 (RFC 9110 §11.2), as the proxy takes X-Request-Id; every UUID is one. */
const wellFormed = /^(?=.{1,128}$)[\w.~+/-]+=*$/;

/** Shorter ids are no ids: a query for them would find many requests. */
const shortest = 6;

/** Dashes and spaces that a page, a mail or a line break may have put between the parts of a UUID. */
const betweenParts = String.raw`[\s\u00ad\u2010-\u2015\u2212-]*`;
const uuidPattern = new RegExp(
  String.raw`(?<![\w.~+/=-])([\da-f]{8})${betweenParts}([\da-f]{4})${betweenParts}([\da-f]{4})${betweenParts}([\da-f]{4})${betweenParts}([\da-f]{12})(?![\w~+/=-])`,
  'gi',
);

/** Returns the one UUID in a text, in the lower case in which Lambda writes it; undefined for none or for several. */
function uuidIn(text: string): string | undefined {
  const found = new Set(Array.from(text.matchAll(uuidPattern), ([, ...parts]) => parts.join('-').toLowerCase()));
  return found.size === 1 ? [...found][0] : undefined;
}

/**
 * Reads a request id as a person copies it: from a page, from X-Request-Id, from problem details (`urn:uuid:…`, `#…`), with
 * quotes or spaces around it.
 *
 * @throws {UserError} for what can be no id; exit code 2
 * @param words words of the command line: a shell splits an unquoted copy
 * @example parseId(['urn:uuid:8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60'])
 */
export function parseId(words: readonly string[]): string {
  const text = words.join(' ');
  const uuid = uuidIn(text);
  if (uuid !== undefined) return uuid;
  const id = text
    .trim()
    .replace(/^["'`<(\u2018-\u201f]+|["'`>),;\u2018-\u201f]+$/g, '')
    .replace(/^[\w-]*(?:request|correlation|trace)[\w-]*id\s*[:=]\s*/i, '')
    .replace(/^(?:["'`\u2018-\u201f]+|urn:uuid:|#)/i, '');
  if (!wellFormed.test(id)) {
    const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
    throw new UserError(
      `${shown} is no request id: letters, digits and - . _ ~ + / = alone, at most 128. It is on the error page, and in ` +
        'X-Request-Id of every response.',
      2,
    );
  }
  if (id.length < shortest) {
    throw new UserError(`${JSON.stringify(id)} is too short for a request id: ${shortest} characters or more.`, 2);
  }
  return id;
}

/** Characters of an id that mean something in a regular expression. */
const special = /[.+/]/g;

/**
 * Returns the query for every line that has the id as a whole value: as Lambda's id, as the client's or as the backend's.
 *
 * @param id from {@link parseId}
 */
export const queryFor = (id: string): string =>
  `fields @timestamp, @message | filter @message like /"${id.replace(special, '\\$&')}"/ | sort @timestamp asc | limit 1000`;
