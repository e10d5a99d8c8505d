import { Transform, type TransformCallback } from 'node:stream';
import type { Context } from 'aws-lambda';
import type { Prelude } from './front.ts';
import type { InvokeStreaming } from './invocation.ts';
import { withContext } from './invoke.ts';

/** The stream that the runtime passes to a streaming handler. */
class ResponseStream extends Transform {
  prelude: Prelude | undefined;
  readonly begun = Promise.withResolvers<void>();

  // The runtime sends status and header fields with the first write, even an empty one, and not before.
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.begun.resolve();
    done(null, chunk);
  }
}

/**
 * Defines the global that Lambda's runtime defines for streaming handlers. Call it before the function is loaded,
 * because the function marks its handler while it loads.
 */
export function emulateLambdaStreaming(): void {
  const scope = globalThis as { awslambda?: object };
  scope.awslambda = {
    ...scope.awslambda,
    streamifyResponse: (handler: unknown) => handler,
    HttpResponseStream: {
      from: (stream: ResponseStream, prelude: Prelude) => Object.assign(stream, { prelude }),
    },
  };
}

/**
 * Returns a function that invokes a streaming handler in this process.
 *
 * @param handler the function's streaming entry
 */
export async function localInvokeStreaming(
  handler: (event: unknown, responseStream: ResponseStream, context: Context) => Promise<void>,
): Promise<InvokeStreaming> {
  const invoke = await withContext();
  return async (event) => {
    const stream = new ResponseStream();
    const invocation = invoke((context) => handler(event, stream, context));
    // A truncated response ends early without an error: on AWS no client can tell it from a complete one either.
    invocation.catch(() => stream.end());
    await Promise.race([stream.begun.promise, invocation]);
    if (stream.prelude === undefined)
      throw new TypeError('the function streamed a response without status and header fields');
    return { prelude: stream.prelude, body: stream };
  };
}
