import { ProxyError } from '../../failures.ts';
import type { HeaderFields } from '../../types.ts';

const eventStream = /^\s*text\/event-stream\s*(?:;|$)/i;

/** Returns whether a response is a stream of server-sent events (HTML, "Server-sent events"). */
const isEventStream = (headers: Readonly<HeaderFields>): boolean =>
  eventStream.test(String(headers['content-type'] ?? ''));

/**
 * Refuses a stream of events that would have to be read to its end, which comes with the timeout. EventSource sends GET
 * and reconnects for ever; a stream in a response to another method, as of a script's `fetch`, ends with its work, and one
 * with a declared length has an end.
 *
 * @param method of the request
 * @param headers of the response
 * @param declaredLength its Content-Length in bytes, if any
 * @throws {ProxyError} `event_stream_buffered`
 */
export function refuseEventStream(
  method: string,
  headers: Readonly<HeaderFields>,
  declaredLength: number | undefined,
): void {
  if (declaredLength !== undefined || method !== 'GET' || !isEventStream(headers)) return;
  throw new ProxyError('event_stream_buffered');
}
