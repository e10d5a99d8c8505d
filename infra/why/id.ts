import { UserError } from '../user-error.ts';

/** A token68 (RFC 9110 §11.2), as the proxy takes X-Request-Id; every UUID is one. */
const wellFormed = /^(?=.{1,128}$)[\w.~+/-]+=*$/;

/** Shorter ids are no ids: a query for them would find many requests. */
const shortest = 6;

/**
 * Reads a request id as a person copies it: from a page, from X-Request-Id, from problem details (`urn:uuid:…`, `#…`), with
 * quotes or spaces around it.
 *
 * @throws {UserError} for what can be no id; exit code 2
 * @example parseId('urn:uuid:8f6a4a0e-2c1b-4f7e-9d0a-1b2c3d4e5f60')
 */
export function parseId(text: string): string {
  const id = text
    .trim()
    .replace(/^["'`<(]+|["'`>),;]+$/g, '')
    .replace(/^x-(?:request-id|amzn-requestid):\s*/i, '')
    .replace(/^(?:urn:uuid:|#)/i, '');
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
  // Lambda writes its own in lower case.
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id) ? id.toLowerCase() : id;
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
