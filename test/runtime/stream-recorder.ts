import type { IncomingMessage } from 'node:http';

import type { StreamChunk, StreamOutcome, StreamPrelude } from './outcome.ts';

const PRELUDE_CONTENT_TYPE = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_DELIMITER = Buffer.alloc(8);
/** Lambda looks for the delimiter no further than this. */
const PRELUDE_LIMIT = 16 * 1024;

/** Records the body of a streamed answer chunk by chunk while it is posted. */
export class StreamRecorder {
  readonly #request: IncomingMessage;
  readonly #chunks: StreamChunk[] = [];

  constructor(request: IncomingMessage, startedAt: number) {
    this.#request = request;
    request.on('data', (bytes: Buffer) => this.#chunks.push({ atMs: performance.now() - startedAt, bytes }));
  }

  /** The answer as far as it has been received. */
  outcome(): StreamOutcome {
    const contentType = this.#request.headers['content-type'] ?? '';
    const split = contentType === PRELUDE_CONTENT_TYPE ? splitPrelude(this.#chunks) : { chunks: [...this.#chunks] };
    const trailers: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.#request.trailers)) trailers[name] = value ?? '';
    return { kind: 'stream', contentType, ...split, trailers };
  }
}

function splitPrelude(chunks: StreamChunk[]): { prelude?: StreamPrelude; chunks: StreamChunk[] } {
  const received = chunks.reduce((total, { bytes }) => total + bytes.length, 0);
  const start = Buffer.concat(
    chunks.map(({ bytes }) => bytes),
    Math.min(received, PRELUDE_LIMIT),
  );
  const delimiterAt = start.indexOf(PRELUDE_DELIMITER);
  const prelude = delimiterAt === -1 ? undefined : parsePrelude(start.toString('utf8', 0, delimiterAt));
  if (prelude === undefined) return { chunks: [...chunks] };
  return { prelude, chunks: dropBytes(chunks, delimiterAt + PRELUDE_DELIMITER.length) };
}

function parsePrelude(json: string): StreamPrelude | undefined {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function dropBytes(chunks: StreamChunk[], count: number): StreamChunk[] {
  const kept: StreamChunk[] = [];
  let left = count;
  for (const { atMs, bytes } of chunks) {
    if (bytes.length > left) kept.push({ atMs, bytes: bytes.subarray(left) });
    left = Math.max(0, left - bytes.length);
  }
  return kept;
}
