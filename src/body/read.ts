import type { Readable } from 'node:stream';
import { ProxyError } from '../failures.ts';

/** A body from its beginning: all of it, or its first bytes while the rest is still in the stream. */
export interface Beginning {
  readonly chunks: readonly Buffer[];
  readonly size: number;
  /** False when there is more of it in the stream, which is paused. */
  readonly whole: boolean;
}

/** Shared: a function made beside the chunks would keep them for as long as the stream lives. */
const ignore = () => undefined;

/**
 * Reads a body until it ends or passes a limit, and never more than one chunk past it.
 *
 * @param body the stream; paused, and still to be read or destroyed, when there is more
 * @param limit bytes
 * @param putBack whether the chunk that passes the limit goes back into the stream
 * @throws {ProxyError} `response_incomplete` when the body is closed before its end; errors of the stream as they are
 */
export function readUpTo(body: Readable, limit: number, putBack = false): Promise<Beginning> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (whole: boolean) => {
      body.off('data', take).off('end', end).off('close', closedEarly).off('error', fail);
      // An error that comes while nobody reads must not end the process.
      body.on('error', ignore);
      resolve({ chunks, size, whole });
    };
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= limit) return;
      body.pause();
      // Now: a stream that has its last chunk ends in the next turn.
      if (putBack) body.unshift(chunk);
      finish(false);
    };
    const end = () => finish(true);
    const fail = (error: Error) => {
      body.destroy();
      reject(error);
    };
    const closedEarly = () =>
      fail(
        new ProxyError('response_incomplete', { reason: 'the body was closed before its end', cause: body.errored }),
      );
    body.on('data', take).once('end', end).once('error', fail).once('close', closedEarly);
    // It may have failed between the header section and now, and would not say so again.
    if (body.errored) fail(body.errored);
    else if (body.destroyed) closedEarly();
  });
}

/** Returns the bytes in one piece; those of a single chunk are not copied. */
export const joined = ({ chunks, size }: Beginning): Buffer =>
  chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
