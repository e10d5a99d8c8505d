import type { HeaderFields, ProxyResponse } from '../types.ts';
import { newFields } from './fields.ts';

/** Header field by which a request is named, by whoever comes first on its way. */
export const requestIdField = 'x-request-id';

/**
 * A token68 (RFC 9110 §11.2) of at most 128 characters: UUIDs, hexadecimal and base64 of every kind. Nothing in it means
 * anything to a log, a query, a header field or a page.
 */
const wellFormed = /^(?=.{1,128}$)[\w.~+/-]+=*$/;

/** True for a text that may name a request. */
export const isRequestId = (text: string): boolean => wellFormed.test(text);

/**
 * The id that a request brings along, when it is well-formed.
 *
 * @param headers as decoded from the event, names in lower case
 * @example givenRequestId({ 'x-request-id': '7b9f…' }) // '7b9f…'
 */
export function givenRequestId(headers: Readonly<HeaderFields>): string | undefined {
  const id = headers[requestIdField];
  return typeof id === 'string' && isRequestId(id) ? id : undefined;
}

/** Copied field by field, because a spread makes an object that inherits. */
function named(headers: Readonly<HeaderFields>, requestId: string): HeaderFields {
  const all = newFields();
  for (const name of Object.keys(headers)) all[name] = headers[name] as string | string[];
  all[requestIdField] = requestId;
  return all;
}

/**
 * An answer that names its request. One that the backend has named already stays as it is.
 *
 * @param response the answer
 * @param requestId the request's id
 */
export const withRequestId = (response: ProxyResponse, requestId: string): ProxyResponse =>
  requestIdField in response.headers ? response : { ...response, headers: named(response.headers, requestId) };

/** https://www.w3.org/TR/trace-context/#traceparent-header-field-values; later versions may have more parts. */
const traceparent = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-|$)/;

/**
 * The trace that a request belongs to, for the log alone: `traceparent` and `tracestate` themselves pass untouched.
 *
 * @param headers as decoded from the event, names in lower case
 * @returns the trace-id of W3C Trace Context, 32 hexadecimal digits, when the field is well-formed
 */
export function traceIdOf(headers: Readonly<HeaderFields>): string | undefined {
  const field = headers['traceparent'];
  return typeof field === 'string' ? traceparent.exec(field)?.[1] : undefined;
}
