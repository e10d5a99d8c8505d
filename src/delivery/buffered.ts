import type { Context } from 'aws-lambda';
import { sourceOf } from '../events/index.ts';
import type { EventSource } from '../events/source.ts';
import type { Capacity, ProxyChain, ProxyResponse } from '../types.ts';
import { serve } from './serve.ts';

/** A response whose body is bytes: the payload quota has read every stream by now. */
export function withBytes(response: ProxyResponse): ProxyResponse & { body: Buffer } {
  const { body = '' } = response;
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) throw new TypeError('the body has not been read');
  return { ...response, body: typeof body === 'string' ? Buffer.from(body) : body };
}

/** What the endpoint carries when the whole response is one JSON document. */
export const bufferedCapacity = (source: EventSource): Capacity => ({
  streams: false,
  keepsCodings: true,
  anyStatus: false,
  needsType: true,
  limit: source.maxResponseBytes,
  maxDurationMs: source.maxDurationMs,
  measure: (response: ProxyResponse) => source.size(withBytes(response)),
});

/** A response to an event of unknown source: the shape that all of AWS's HTTP front doors read. */
const anyShape = ({ statusCode, headers, body }: ProxyResponse & { body: Buffer }) => ({
  statusCode,
  headers,
  body: body.toString('utf8'),
  isBase64Encoded: false,
});

/**
 * Makes a Lambda handler that returns the whole response at once.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 *
 * @param proxy the chain
 */
export const buffered =
  (proxy: ProxyChain) =>
  (event: unknown, context: Context): Promise<unknown> => {
    let source: EventSource | undefined;
    return serve(proxy, context, {
      receive() {
        source = sourceOf(event);
        return { request: source.decode(event), capacity: bufferedCapacity(source) };
      },
      deliver: (response) =>
        source === undefined ? anyShape(withBytes(response)) : source.encode(withBytes(response)),
    });
  };
