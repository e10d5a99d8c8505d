import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Context } from 'aws-lambda';
import { sourceOf } from '../events/index.ts';
import { envelopeV2 } from '../events/payload-v2.ts';
import type { EventSource, StreamingLimits } from '../events/source.ts';
import { toProxyError } from '../failures.ts';
import { logger } from '../observability/logger.ts';
import type { Capacity, ProxyChain, ProxyResponse } from '../types.ts';
import { buffered, bufferedCapacity, withBytes } from './buffered.ts';
import { BrokenOff, serve } from './serve.ts';

/** Status and fields in the format of a Function URL, which a REST API in STREAM mode takes as well. */
type Prelude = ReturnType<typeof envelopeV2>;

/** The runtime's stream, which is no Writable of Node's but has its methods. */
type LambdaResponseStream = Writable & { setContentType?(type: string): void };

type StreamHandler = (event: unknown, responseStream: LambdaResponseStream, context: Context) => Promise<unknown>;

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
const sizeOf = (response: ProxyResponse) =>
  Buffer.byteLength(JSON.stringify(envelopeV2(response))) +
  (typeof response.body === 'string' || Buffer.isBuffer(response.body) ? Buffer.byteLength(response.body) : 0);

/** What a front door carries that streams. A Function URL then undoes content codings by itself. */
const streamingCapacity = ({ maxDurationMs, maxPreludeBytes }: StreamingLimits): Capacity => ({
  streams: true,
  keepsCodings: false,
  needsType: true,
  limit: maxStreamedBytes,
  maxDurationMs,
  maxPreludeBytes,
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

/** Hands an answer to a front door that passes it on as it comes. */
async function stream(response: ProxyResponse, responseStream: Writable): Promise<void> {
  const out = lambda()?.HttpResponseStream?.from(responseStream, envelopeV2(response)) ?? responseStream;
  try {
    await send(response.body ?? '', out);
  } catch (error) {
    // Status and fields are out, and so there is no other answer any more.
    throw new BrokenOff(toProxyError(error));
  }
}

/**
 * Hands an answer to a front door that takes whole ones: what was streamed to it is to be the JSON that it expects of
 * an ordinary handler.
 */
function sendWhole(response: ProxyResponse, source: EventSource, responseStream: LambdaResponseStream): void {
  const serialized = JSON.stringify(source.encode(withBytes(response)));
  responseStream.setContentType?.('application/json');
  responseStream.write(serialized);
  responseStream.end();
}

/** Says once in an environment that the function is set up for another front door than the one it stands behind. */
function mismatchWarning(): (source: EventSource) => void {
  let warned = false;
  return ({ title }) => {
    if (warned) return;
    warned = true;
    logger.warn('front door cannot stream', {
      reason: `the handler is index.streamHandler, and ${title} takes whole answers only`,
      remedy: "set the function's Handler to index.handler",
    });
  };
}

/** Emulators that cannot stream call every handler with the event and the context. */
const isStream = (second: LambdaResponseStream | Context): second is LambdaResponseStream =>
  typeof (second as LambdaResponseStream | undefined)?.write === 'function';

/**
 * A Lambda handler for a Function URL with InvokeMode RESPONSE_STREAM and for a REST API with response transfer mode
 * STREAM: the body goes out while it comes in. Behind any other front door the response is whole, with a
 * warning; so it is when there is no stream to write to.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 *
 * @param proxy the chain
 * @returns the handler; it rejects when an answer breaks off after its header section, and the runtime then ends the
 *   answer with an error trailer
 */
export function streaming(proxy: ProxyChain): StreamHandler {
  const warn = mismatchWarning();
  const serveWhole = buffered(proxy);
  const handler: StreamHandler = (event, responseStream, context) => {
    if (!isStream(responseStream)) return serveWhole(event, responseStream as Context);
    let whole: EventSource | undefined;
    return serve(proxy, context, {
      receive() {
        const source = sourceOf(event);
        if (source.streaming === undefined) {
          whole = source;
          warn(source);
        }
        const capacity = source.streaming ? streamingCapacity(source.streaming) : bufferedCapacity(source);
        return { request: source.decode(event), capacity };
      },
      deliver: (response) =>
        whole === undefined ? stream(response, responseStream) : sendWhole(response, whole, responseStream),
    });
  };
  // The runtime tells a streaming handler by a mark on the function itself, so what is exported must be what is marked.
  return lambda()?.streamifyResponse?.(handler) ?? handler;
}
