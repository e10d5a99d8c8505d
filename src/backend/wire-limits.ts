import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { ProxyError } from '../failures.ts';

/*
 * Limits on what a backend sends beside the content of its response. Node's parser limits a header section, the
 * trailers and the extensions of one chunk; it does not limit how many of them come. Each costs CPU until the timeout.
 */

/** Informational responses before the response. A backend that sends `102 Processing` every few seconds stays below. */
const maxInformational = 100;

/** Bytes in the header fields of all informational responses. */
const maxInformationalBytes = 262_144;

/**
 * Bytes that are no content: header section, chunk sizes and extensions, trailers. The content earns more of them, so
 * that a body in chunks of one byte (six bytes each) passes, also with a short extension on each chunk.
 */
const maxFramingBytes = 1_048_576;
const framingPerContentByte = 32;

/** Ends a header section, and a chunked body with or without trailers. */
const sectionEnd = Buffer.from('\r\n\r\n');

const malformed = (reason: string) => new ProxyError('response_malformed', { reason });

/**
 * Fails an attempt whose backend sends informational responses (RFC 9110 §15.2) without end.
 *
 * @param request Node's request
 * @param fail called once with `response_malformed`
 */
export function limitInformational(request: ClientRequest, fail: (error: ProxyError) => void): void {
  let count = 0;
  let bytes = 0;
  request.on('information', ({ rawHeaders }) => {
    count += 1;
    for (const text of rawHeaders) bytes += text.length;
    // The rest of the same segment is parsed even so.
    if (request.destroyed) return;
    if (count > maxInformational)
      fail(malformed(`the backend sent more than ${maxInformational} informational responses`));
    else if (bytes > maxInformationalBytes) {
      fail(malformed(`the informational responses have more than ${maxInformationalBytes} bytes of header fields`));
    }
  });
}

/**
 * Returns the length in bytes of a response whose header section is complete in its first segment, or undefined where
 * only the parser can tell: after an informational response or an empty line, and of a body in chunks.
 */
function lengthOf(first: Buffer, { method }: ClientRequest, response: IncomingMessage): number | undefined {
  const { statusCode = 0, headers } = response;
  // A status line has the status at bytes 9 to 11.
  const startsIt = first[0] === 0x48 && Number(first.toString('latin1', 9, 12)) === statusCode;
  if (!startsIt || headers['transfer-encoding'] !== undefined) return undefined;
  const isBodyless = method === 'HEAD' || statusCode === 204 || statusCode === 304;
  return first.indexOf(sectionEnd) + sectionEnd.length + (isBodyless ? 0 : Number(headers['content-length'] ?? 0));
}

/** True when a segment that completes a chunked body does not end with it. */
const exceedsChunks = (last: Buffer, { headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined &&
  last.length >= sectionEnd.length &&
  !last.subarray(-sectionEnd.length).equals(sectionEnd);

/**
 * Watches the bytes of a connection while it serves one request. Closes the connection when bytes follow a complete
 * response; fails the attempt when too many bytes are no content.
 *
 * @param socket the connection; Node's own listener is attached before
 * @param request Node's request on it
 * @param backendResponse returns its response, once there is one
 * @param delivered returns how many bytes of content have been taken from the response
 * @param fail called with `response_malformed`
 */
export function watchWire(
  socket: Socket,
  request: ClientRequest,
  backendResponse: () => IncomingMessage | undefined,
  delivered: () => number,
  fail: (error: ProxyError) => void,
): void {
  let received = 0;
  let verifyAt = maxFramingBytes;
  let length: number | undefined;
  let isComplete = false;
  const verify = (segment: Buffer) => {
    const response = backendResponse();
    if (received === 0 && response !== undefined) length = lengthOf(segment, request, response);
    received += segment.length;
    if (response?.complete) {
      // The parser takes an empty line or the start of another response without a word, and nobody reads what arrives
      // later: the connection would serve other requests.
      if (isComplete || received > (length ?? received) || exceedsChunks(segment, response)) socket.destroy();
      isComplete = true;
      return;
    }
    if (received < verifyAt) return;
    verifyAt = received + maxFramingBytes;
    const content = delivered() + (response?.readableLength ?? 0);
    if (received > maxFramingBytes + (framingPerContentByte + 1) * content) {
      fail(malformed(`${received - content} bytes of the response are no content, and ${content} are`));
    }
  };
  socket.on('data', verify);
  // Comes before the connection is given to the next request.
  request.once('close', () => socket.off('data', verify));
}
