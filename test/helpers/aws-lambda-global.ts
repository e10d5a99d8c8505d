import { EventEmitter } from 'node:events';

/**
 * What Lambda's runtime puts into the global scope for streaming handlers, with its two traps: the mark sits on the
 * function itself, and the prelude goes out with the first `write` and not with `end`.
 */

/** The runtime's mark of a streaming handler. */
export const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

interface Prelude {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
}

/**
 * Takes down what a handler streams, as the runtime would put it on the wire. Like the runtime's own it is no Writable,
 * only something with its methods.
 */
export class ResponseStream extends EventEmitter {
  readonly #chunks: Buffer[] = [];
  #beforeFirstWrite: Buffer | undefined;
  ended = false;
  /** True once a handler has done what ends the nodejs24 runtime's process. */
  killed = false;
  /** While it is true, the client takes nothing more. */
  full = false;

  write = (chunk: string | Uint8Array): boolean => {
    if (this.ended) throw new Error('write after end');
    if (this.#beforeFirstWrite) this.#chunks.push(this.#beforeFirstWrite);
    this.#beforeFirstWrite = undefined;
    this.#chunks.push(Buffer.from(chunk as Uint8Array));
    this.emit('written');
    return !this.full;
  };

  destroy = (): void => {
    this.killed = true;
  };

  end = (chunk: string | Uint8Array = ''): void => {
    if (this.ended) throw new Error('end after end');
    this.#chunks.push(Buffer.from(chunk as Uint8Array));
    this.ended = true;
  };

  /** @throws {Error} after the first write, as the runtime does */
  arm(prelude: Prelude): void {
    if (this.#chunks.length > 0) throw new Error('Runtime.InvalidStreamingOperation');
    this.#beforeFirstWrite = Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8)]);
  }

  /** The prelude and the body behind its eight zero bytes; without a prelude all of it is body. */
  get response(): { prelude: Prelude | undefined; body: Buffer } {
    const wire = Buffer.concat(this.#chunks);
    const at = wire.indexOf(Buffer.alloc(8));
    if (at === -1) return { prelude: undefined, body: wire };
    return { prelude: JSON.parse(wire.subarray(0, at).toString()), body: wire.subarray(at + 8) };
  }
}

const standIn = {
  streamifyResponse: <Handler extends object>(handler: Handler): Handler =>
    Object.assign(handler, { [streamingMark]: 'response' }),
  HttpResponseStream: {
    from(stream: ResponseStream, prelude: Prelude): ResponseStream {
      stream.arm(prelude);
      return stream;
    },
  },
};

/**
 * Puts a stand-in of `awslambda` into the global scope.
 *
 * @param value what to put there instead; null for nothing
 * @returns how to take it away again
 */
export function installAwsLambda(value: object | null = standIn): () => void {
  const scope = globalThis as { awslambda?: unknown };
  const before = scope.awslambda;
  scope.awslambda = value;
  return () => {
    scope.awslambda = before;
  };
}
