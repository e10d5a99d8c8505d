import { ProxyError } from '../failures.ts';
import { albMulti, albSingle } from './alb.ts';
import { functionUrl } from './function-url.ts';
import { httpApi } from './http-api.ts';
import { httpApiV1 } from './http-api-v1.ts';
import { latticeV1 } from './lattice-v1.ts';
import { latticeV2 } from './lattice-v2.ts';
import { restApi } from './rest-api.ts';
import type { EventSource } from './source.ts';

/** Every event source, the most usual ones first. No two recognise the same event. */
export const eventSources: readonly EventSource[] = [
  functionUrl,
  httpApi,
  httpApiV1,
  restApi,
  albSingle,
  albMulti,
  latticeV1,
  latticeV2,
];

/** Why no source recognises an event, naming the part that keeps one from it where that is known. */
function whyUnrecognised(event: unknown): string {
  if (typeof event === 'object' && event !== null) {
    const arn = ['routeArn', 'methodArn'].find((name) => name in event);
    if (arn !== undefined) return `event part ${arn} is a Lambda authorizer's, whose event is no request to forward`;
    if ('httpMethod' in event || 'rawPath' in event) {
      const { requestContext } = event as { requestContext?: unknown };
      if (typeof requestContext !== 'object' || requestContext === null)
        return 'event part requestContext must be an object';
      if ('rawPath' in event) return 'event part requestContext.http must be an object, and version must be 2.0';
    }
  }
  return 'no event source recognises the event';
}

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
    reason: whyUnrecognised(event),
    message: `This event is not an HTTP request that the proxy knows. It takes events of: ${titles}.`,
  });
}
