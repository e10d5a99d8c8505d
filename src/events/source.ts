import type { ProxyRequest, ProxyResponse } from '../types.ts';

/** A request that came in an event, and so came whole. */
export type DecodedRequest = ProxyRequest & { readonly body: Buffer };

/** What a front door carries that passes a response on while it comes in. */
export interface StreamingLimits {
  /** Longest time in milliseconds that it waits for the end of the response. */
  readonly maxDurationMs: number;
  /** Largest status and fields in bytes, as the JSON that precedes the body, where there is such a limit. */
  readonly maxPreludeBytes?: number;
}

/** One kind of AWS event: how to tell it, read it and encode its response. Every file of this room exports one. */
export interface EventSource {
  /** Name in logs and on the dump page. */
  readonly name: string;
  /** What it is called in a message to a person. */
  readonly title: string;
  /** Largest response in bytes that it can carry when buffered, measured by `size`. */
  readonly maxResponseBytes: number;
  /** Longest time in milliseconds that it waits for the function. */
  readonly maxDurationMs: number;
  /** Undefined for a front door that only takes whole responses. */
  readonly streaming?: StreamingLimits;
  /** True for an event that is this source's, well-formed or not. */
  recognises(event: unknown): boolean;
  /** @throws {ProxyError} `bad_request` naming the part that is wrong */
  decode(event: unknown): DecodedRequest;
  encode(response: ProxyResponse & { body: Buffer }): unknown;
  /** Size in bytes of what `encode` returns, as AWS measures it. */
  size(response: ProxyResponse & { body: Buffer }): number;
}
