import type { EventSource } from '../events/source.ts';

/** A request as a front door receives it, before it becomes an event. */
export interface FrontRequest {
  readonly method: string;
  /** Request-target as on the wire, path and query, without the stage. */
  readonly target: string;
  /** Alternating names and values, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** A response as a front door sends it. */
export interface FrontResponse {
  readonly statusCode: number;
  /** Pairs of name and value, repeats kept. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Status and header fields of a streamed response, as they precede its body. */
export interface Prelude {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly cookies?: readonly string[];
}

/** A named stage: the first segment of every public path. */
interface Stage {
  /** Path of the stage: `/prod`. */
  readonly path: string;
  /** Response to a request for a path outside of the stage. */
  readonly notFound: { readonly statusCode: number; readonly message: string };
}

/** An AWS front door emulated on this machine: the inverse of one event source's adapter. */
export interface Front {
  /** The source whose events it makes. */
  readonly source: EventSource['name'];
  /** Name with its article: `a Lambda Function URL`. */
  readonly title: string;
  /** Public host name that the events carry. */
  readonly domainName: string;
  /** Undefined for a front door whose public paths begin at the root. */
  readonly stage?: Stage;
  /** Response header fields, in lower case, that it returns as `x-amzn-Remapped-NAME`. */
  readonly remappedFields: readonly string[];
  /** Largest request body in bytes, where that limit is below Lambda's for the whole event. */
  readonly maxRequestBytes?: number;
  /** Largest response in bytes, measured as JSON, where that limit is below Lambda's. */
  readonly maxResultBytes?: number;
  toEvent(request: FrontRequest): unknown;
  /** @throws {TypeError} when AWS responds with 502 to what the function returned */
  toResponse(result: unknown): FrontResponse;
  /** Status and header fields of a streamed response; undefined for a front door that takes buffered responses only. */
  toStreamedHead?(prelude: Prelude): Pick<FrontResponse, 'statusCode' | 'headers'>;
}
