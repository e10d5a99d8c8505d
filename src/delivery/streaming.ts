import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Context } from 'aws-lambda';
import { sourceOf } from '../events/index.ts';
import { envelopeV2 } from '../events/payload-v2.ts';
import type { EventSource, StreamingLimits } from '../events/source.ts';
import { logger } from '../observability/logger.ts';
import type { Capacity, ProxyChain, ProxyResponse } from '../types.ts';
import { buffered, bufferedCapacity, withBytes } from './buffered.ts';
import { BrokenOff, serve } from './serve.ts';

/** Status and header fields in the format of a Function URL, which a REST API in STREAM mode takes as well. */
type Prelude = ReturnType<typeof envelopeV2>;

/** The runtime's stream, which is no Writable of Node's but has its methods. */
type LambdaResponseStream = Writable & { setContentType?(type: string): void };

type StreamHandler = (event: unknown, responseStream: LambdaResponseStream, context: Context) => Promise<unknown>;

/**
 * What Lambda's runtime puts into the global scope. Elsewhere @aws/lambda-invoke-store may make the object for its own
 * use.
 */
interface LambdaGlobal {
  readonly awslambda?: {
    streamifyResponse?(handler: StreamHandler): StreamHandler;
    HttpResponseStream?: { from(stream: Writable, prelude: Prelude): Writable };
  };
}

const lambda = () => (globalThis as unknown as LambdaGlobal).awslambda;

/**
 * Largest streamed response in bytes: 200 MB, in the binary megabytes of Lambda's other limits.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxStreamedBytes = 209_715_200;

/** Bytes of a response that is not a stream: a page of the proxy's own, whose size is known before it is sent. */
const sizeOf = (response: ProxyResponse) =>
  Buffer.byteLength(JSON.stringify(envelopeV2(response))) +
  (typeof response.body === 'string' || Buffer.isBuffer(response.body) ? Buffer.byteLength(response.body) : 0);

/** What a front door that streams carries. A Function URL then removes content codings by itself. */
const streamingCapacity = ({ maxDurationMs, maxPreludeBytes }: StreamingLimits): Capacity => ({
  streams: true,
  keepsCodings: false,
  anyStatus: false,
  needsType: true,
  limit: maxStreamedBytes,
  maxDurationMs,
  maxPreludeBytes,
  measure: sizeOf,
});

/** Sends a body. The stream is never destroyed, not even by a failure: the nodejs24 runtime would not survive it. */
async function send(body: ProxyResponse['body'], out: Writable): Promise<void> {
  // The runtime sends status and header fields with the first write, so an empty body needs one too.
  out.write('');
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    out.end(body);
    return;
  }
  await pipeline(body, out, { end: false });
  out.end();
}

/** Sends a response to a front door that forwards it while it comes in. */
async function stream(response: ProxyResponse, responseStream: Writable): Promise<void> {
  const out = lambda()?.HttpResponseStream?.from(responseStream, envelopeV2(response)) ?? responseStream;
  try {
    await send(response.body ?? '', out);
  } catch (error) {
    // Status and header fields were sent, so there can be no other response.
    const { toProxyError } = await import('../failure-mapping.ts');
    throw new BrokenOff(toProxyError(error));
  }
}

/**
 * Sends a response to a front door that takes whole ones: it expects the JSON of an ordinary handler, whichever way that
 * arrives.
 */
function sendWhole(response: ProxyResponse, source: EventSource, responseStream: LambdaResponseStream): void {
  const serialized = JSON.stringify(source.encode(withBytes(response)));
  responseStream.setContentType?.('application/json');
  responseStream.write(serialized);
  responseStream.end();
}

/** Warns once per environment that the function is set up for another front door than the one that invokes it. */
function mismatchWarning(): (source: EventSource) => void {
  let warned = false;
  return ({ title }) => {
    if (warned) return;
    warned = true;
    logger.warn('front door cannot stream', {
      reason: `the handler is index.streamHandler, and ${title} takes whole responses only`,
      remedy: "set the function's Handler to index.handler",
    });
  };
}

/** Emulators that cannot stream call every handler with the event and the context. */
const isStream = (second: LambdaResponseStream | Context): second is LambdaResponseStream =>
  typeof (second as LambdaResponseStream | undefined)?.write === 'function';

/**
 * Makes a Lambda handler for a Function URL with InvokeMode RESPONSE_STREAM and for a REST API with response transfer
 * mode STREAM: it sends the body while the body comes in. Behind any other front door it responds whole, and warns; so
 * it does, without a warning, when it is called without a stream.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 *
 * @param proxy the chain
 * @returns the handler; it rejects when a response breaks off after its header section, and the runtime then ends the
 *   response with an error trailer
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
  // The runtime recognises a streaming handler by a mark on the function, so the marked function is the one to export.
  return lambda()?.streamifyResponse?.(handler) ?? handler;
}
