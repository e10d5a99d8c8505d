/** One piece of a streamed answer; `atMs` counts from the moment the runtime was handed the event. */
export interface StreamChunk {
  atMs: number;
  bytes: Buffer;
}

/** Status line and headers that precede the body of a streamed HTTP answer. */
export interface StreamPrelude {
  statusCode?: number;
  headers?: Record<string, string>;
  cookies?: string[];
}

/** A streamed answer. The prelude is absent when none was sent, and is no part of the chunks. */
export interface StreamOutcome {
  kind: 'stream';
  contentType: string;
  prelude?: StreamPrelude;
  chunks: StreamChunk[];
  /** With lower-case names; a handler that fails after its first byte reports it here. */
  trailers: Record<string, string>;
}

/**
 * How an invocation ended. Payloads are the bytes as posted; a timeout or crash in the middle of a stream carries what
 * came before it.
 */
export type InvocationOutcome =
  | { kind: 'response'; payload: Buffer }
  | StreamOutcome
  | { kind: 'error'; errorType: string; payload: Buffer }
  | { kind: 'timeout'; partial?: StreamOutcome }
  | { kind: 'crash'; exitCode: number | null; signal: NodeJS.Signals | null; partial?: StreamOutcome };

/** Returns the outcome narrowed to `kind`; throws an error that shows what happened instead. */
export function outcomeOf<Kind extends InvocationOutcome['kind']>(
  outcome: InvocationOutcome,
  kind: Kind,
): Extract<InvocationOutcome, { kind: Kind }> {
  if (isKind(outcome, kind)) return outcome;
  const shown = JSON.stringify(outcome, (_key, value) => (isJsonBuffer(value) ? bufferText(value.data) : value));
  throw new Error(`Expected the invocation to end in '${kind}' but got ${shown}`);
}

function isKind<Kind extends InvocationOutcome['kind']>(
  outcome: InvocationOutcome,
  kind: Kind,
): outcome is Extract<InvocationOutcome, { kind: Kind }> {
  return outcome.kind === kind;
}

function isJsonBuffer(value: unknown): value is { data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}

function bufferText(data: number[]): string {
  return Buffer.from(data.slice(0, 1000)).toString();
}
