import type { HeaderFields } from '../types.ts';

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
