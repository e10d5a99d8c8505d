import type { EventSource } from '../events/source.ts';
import type { Prelude } from './lambda-stream.ts';

/** A request as a front door receives it, before it becomes an event. */
export interface FrontRequest {
  readonly method: string;
  /** Request-target as on the wire: path and query. */
  readonly target: string;
  /** Alternating names and values, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** What goes back over the wire. */
export interface FrontResponse {
  readonly statusCode: number;
  /** Alternating names and values, repeats kept. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** An AWS front door played on this machine: the inverse of one event source's adapter. */
export interface Front {
  /** The source whose events it makes. */
  readonly source: EventSource['name'];
  /** What it plays, with its article: `a Lambda Function URL`. */
  readonly title: string;
  /** Public host name that the events carry. */
  readonly domainName: string;
  /** Largest body of a request in bytes, when it has a limit of its own below Lambda's on the whole event. */
  readonly maxRequestBytes?: number;
  /** Largest answer in bytes, measured as JSON, when it has a limit of its own below Lambda's. */
  readonly maxResultBytes?: number;
  toEvent(request: FrontRequest): unknown;
  /** @throws {TypeError} when the function returned what AWS answers with 502 */
  toResponse(result: unknown): FrontResponse;
  /** Status and fields of an answer that is streamed; undefined for a front door that only takes whole ones. */
  toStreamedHead?(prelude: Prelude): Pick<FrontResponse, 'statusCode' | 'headers'>;
}
