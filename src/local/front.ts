import type { EventSource } from '../events/source.ts';

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
  /** Public host name that the events carry. */
  readonly domainName: string;
  toEvent(request: FrontRequest): unknown;
  /** @throws {TypeError} when the function returned what AWS answers with 502 */
  toResponse(result: unknown): FrontResponse;
}
