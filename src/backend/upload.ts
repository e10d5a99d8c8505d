import type { ClientRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { ProxyError } from '../failures.ts';

/** The content of a request that is sent while it arrives. */
export interface Upload {
  /** Bytes taken from the client so far. */
  readonly bytes: number;
  /** True while the next byte has to come from the client, and the backend has room for it. */
  readonly waitsForClient: boolean;
}

/**
 * Sends a request's content as it arrives, no faster than the backend takes it, and ends the request with it. When the
 * client disconnects, the request is aborted: a part of the content must not pass for all of it (RFC 9112 §8).
 *
 * @param body the content
 * @param request Node's request to the backend; destroyed with `request_incomplete` when the content breaks off
 * @param onProgress called with every piece that is sent, and at the end
 */
export function startUpload(body: Readable, request: ClientRequest, onProgress: () => void): Upload {
  let bytes = 0;
  let ended = false;
  let isFull = false;
  const abort = () => {
    if (ended) return;
    const reason = `the client disconnected after ${bytes} bytes of content`;
    const { errored } = body;
    request.destroy(errored instanceof ProxyError ? errored : new ProxyError('request_incomplete', { reason }));
  };
  // The backend may respond to the header section alone. Not `flushHeaders`, which encodes its bytes as UTF-8 again.
  setImmediate(() => bytes === 0 && !ended && !request.destroyed && request.write('', 'latin1'));
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    onProgress();
    isFull = !request.write(chunk);
    if (isFull) body.pause();
  });
  request.on('drain', () => {
    isFull = false;
    onProgress();
    body.resume();
  });
  body.once('end', () => {
    ended = true;
    onProgress();
    request.end();
  });
  body.once('close', abort);
  body.on('error', abort);
  // It may have failed between the header section and now, and would not say so again.
  if (body.destroyed && !body.readableEnded) abort();
  return {
    get bytes() {
      return bytes;
    },
    get waitsForClient() {
      return !ended && !isFull;
    },
  };
}
