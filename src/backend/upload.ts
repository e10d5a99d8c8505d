import type { ClientRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { ProxyError } from '../failures.ts';

/** A request's content on its way to the backend while it comes in. */
export interface Upload {
  /** Bytes taken from the client so far. */
  readonly bytes: number;
  /** True while the client owes the next byte, and not the backend room for it. */
  readonly waitsForClient: boolean;
}

/**
 * Sends a request's content on as it comes in, no faster than the backend takes it, and ends the request with it. A
 * client that breaks off breaks the request off: what arrived must not pass for all of it (RFC 9112 §8).
 *
 * @param body the content
 * @param request Node's request to the backend; destroyed with `request_incomplete` when the content breaks off
 * @param end ends the request
 * @param onProgress called with every piece that goes out, and at the end
 */
export function startUpload(body: Readable, request: ClientRequest, end: () => void, onProgress: () => void): Upload {
  let bytes = 0;
  let ended = false;
  let isFull = false;
  const breakOff = () => {
    if (ended) return;
    const reason = `the client broke off after ${bytes} bytes of content`;
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
    end();
  });
  body.once('close', breakOff);
  body.on('error', breakOff);
  // It may have broken off between its header section and now, and would not say so again.
  if (body.destroyed && !body.readableEnded) breakOff();
  return {
    get bytes() {
      return bytes;
    },
    get waitsForClient() {
      return !ended && !isFull;
    },
  };
}
