import type { Writable } from 'node:stream';
import type { Context } from 'aws-lambda';
import { envelopeV2 } from '../events/payload-v2.ts';
import type { ProxyChain } from '../types.ts';
import { bufferedCapacity, withBytes } from './buffered.ts';
import { type Delivery, serveInvocation } from './invocation.ts';

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

const deliveryTo = (responseStream: Writable): Delivery<void> => ({
  capacity: bufferedCapacity,
  deliver(response) {
    // First of all, because once the prelude is out there is no way to tell of a failure.
    const { body } = withBytes(response);
    const stream = lambda()?.HttpResponseStream?.from(responseStream, envelopeV2(response)) ?? responseStream;
    // The runtime sends status and fields with the first write and not before, so an empty body needs one too.
    stream.write('');
    stream.end(body);
  },
});

/**
 * A Lambda handler for a Function URL with InvokeMode RESPONSE_STREAM. It answers in the streaming format, and for now
 * reads the whole answer first: the same limits hold as for the buffered handler.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 *
 * @param proxy the chain
 */
export function streaming(proxy: ProxyChain): StreamHandler {
  const handler: StreamHandler = (event, responseStream, context) =>
    serveInvocation(proxy, deliveryTo(responseStream), event, context);
  // The runtime tells a streaming handler by a mark on the function itself, so what is exported must be what is marked.
  return lambda()?.streamifyResponse?.(handler) ?? handler;
}
