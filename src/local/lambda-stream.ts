import { type Readable, Transform, type TransformCallback } from 'node:stream';
import type { Context } from 'aws-lambda';
import { withContext } from './invoke.ts';

/** Status and fields of a streamed answer, as they precede its body. */
export interface Prelude {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly cookies?: readonly string[];
}

/** An answer whose end is not there yet. */
interface StreamedResponse {
  readonly prelude: Prelude;
  readonly body: Readable;
}

/** Hands an event to a streaming function and brings its answer as soon as it begins; rejects when there is none. */
export type InvokeStreaming = (event: unknown) => Promise<StreamedResponse>;

/** What the runtime gives a streaming handler to write to. */
class ResponseStream extends Transform {
  prelude: Prelude | undefined;
  readonly begun = Promise.withResolvers<void>();

  // The runtime sends status and fields with the first write and not before, be it of nothing.
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.begun.resolve();
    done(null, chunk);
  }
}

/**
 * Puts into the global scope what Lambda's runtime puts there for streaming handlers. To be called before the function
 * is loaded, which marks its handler as it loads.
 */
export function playLambdaStreaming(): void {
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
 * Invokes a streaming handler in this process.
 *
 * @param handler the function's streaming entry
 */
export async function localInvokeStreaming(
  handler: (event: unknown, responseStream: ResponseStream, context: Context) => Promise<unknown>,
): Promise<InvokeStreaming> {
  const invoke = await withContext();
  return async (event) => {
    const stream = new ResponseStream();
    const over = invoke((context) => handler(event, stream, context));
    // An answer that breaks off ends where it is: on AWS no client can tell it from a whole one either.
    over.catch(() => stream.end());
    await Promise.race([stream.begun.promise, over]);
    if (stream.prelude === undefined) throw new TypeError('the function streamed an answer without status and fields');
    return { prelude: stream.prelude, body: stream };
  };
}
