import type { Readable } from 'node:stream';
import type { Prelude } from './front.ts';

/** Invokes the function with an event and resolves with its response; rejects when the invocation fails. */
export type Invoke = (event: unknown) => Promise<unknown>;

/** A response whose body is still arriving. */
interface StreamedResponse {
  readonly prelude: Prelude;
  readonly body: Readable;
}

/** Invokes a streaming function and resolves when its response begins; rejects when there is none. */
export type InvokeStreaming = (event: unknown) => Promise<StreamedResponse>;
