import { ProxyError } from '../failures.ts';
import type { ProxyRequest } from '../types.ts';
import { albMulti, albSingle } from './alb.ts';
import { functionUrl } from './function-url.ts';
import { httpApi } from './http-api.ts';
import { httpApiV1 } from './http-api-v1.ts';
import { restApi } from './rest-api.ts';
import type { EventSource } from './source.ts';

/** In order of asking. No two recognise the same event, so the order is that of a document. */
export const eventSources: readonly EventSource[] = [functionUrl, httpApi, httpApiV1, restApi, albSingle, albMulti];

/**
 * Finds the source of an event.
 *
 * @throws {ProxyError} `event_unrecognised`, which says what events there are: an operator who presses "Test" in the
 *   console sees it
 */
export function sourceOf(event: unknown): EventSource {
  const source = eventSources.find((candidate) => candidate.recognises(event));
  if (source !== undefined) return source;
  const titles = eventSources.map(({ title }) => title).join('; ');
  throw new ProxyError('event_unrecognised', {
    reason: 'no event source recognises the event',
    message: `This event is not an HTTP request that the proxy knows. It answers events of: ${titles}.`,
  });
}

/**
 * Reads an event of any known source.
 *
 * @throws {ProxyError} `event_unrecognised`, or `bad_request` for a malformed event of a known source
 */
export function decode(event: unknown): { source: EventSource; request: ProxyRequest } {
  const source = sourceOf(event);
  return { source, request: source.decode(event) };
}
