import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Context } from 'aws-lambda';
import { toProxyError } from '../errors.ts';
import { envelopeV2 } from '../events/payload-v2.ts';
import type { EventSource } from '../events/source.ts';
import type { Capacity, ProxyChain, ProxyResponse } from '../types.ts';
import { BrokenOff, type Delivery, serveInvocation } from './invocation.ts';

/** Only Function URLs stream, and the prelude is an answer in their format without its body. */
type Prelude = ReturnType<typeof envelopeV2>;

type StreamHandler = (event: unknown, responseStream: Writable, context: Context) => Promise<void>;

/**
 * What Lambda's runtime puts into the global scope. Outside of it the object may still exist, made by
 * @aws/lambda-invoke-store for its own use.
 */
interface LambdaGlobal {
  readonly awslambda?: {
    streamifyResponse?(handler: StreamHandler): StreamHandler;
    HttpResponseStream?: { from(stream: Writable, prelude: Prelude): Writable };
  };
}

const lambda = () => (globalThis as unknown as LambdaGlobal).awslambda;

/**
 * Largest streamed answer in bytes: 200 MB, in the binary megabytes of Lambda's other limits.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxStreamedBytes = 209_715_200;

/** Bytes of an answer that is no stream: a page of the proxy's own, whose size is known before it leaves. */
const sizeOf = ({ body, ...envelope }: ProxyResponse) =>
  Buffer.byteLength(JSON.stringify(envelope)) +
  (typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.byteLength(body) : 0);

/** What a streaming Function URL carries. */
const streamingCapacity = ({ maxDurationMs }: EventSource): Capacity => ({
  streams: true,
  limit: maxStreamedBytes,
  maxDurationMs,
  measure: sizeOf,
});

/** Hands a body over. The stream is never destroyed, not even by a failure: the nodejs24 runtime would not survive it. */
async function send(body: ProxyResponse['body'], out: Writable): Promise<void> {
  // The runtime sends status and fields with the first write and not before, so an empty body needs one too.
  out.write('');
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    out.end(body);
    return;
  }
  await pipeline(body, out, { end: false });
  out.end();
}

const deliveryTo = (responseStream: Writable): Delivery<void> => ({
  capacity: streamingCapacity,
  async deliver(response) {
    const out = lambda()?.HttpResponseStream?.from(responseStream, envelopeV2(response)) ?? responseStream;
    try {
      await send(response.body ?? '', out);
    } catch (error) {
      // Status and fields are out, and so there is no other answer any more.
      throw new BrokenOff(toProxyError(error));
    }
  },
});

/**
 * A Lambda handler for a Function URL with InvokeMode RESPONSE_STREAM: the body goes out while it comes in.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 *
 * @param proxy the chain
 * @returns the handler; it rejects when an answer breaks off after its header section, and the runtime then ends the
 *   answer with an error trailer
 */
export function streaming(proxy: ProxyChain): StreamHandler {
  const handler: StreamHandler = (event, responseStream, context) =>
    serveInvocation(proxy, deliveryTo(responseStream), event, context);
  // The runtime tells a streaming handler by a mark on the function itself, so what is exported must be what is marked.
  return lambda()?.streamifyResponse?.(handler) ?? handler;
}
