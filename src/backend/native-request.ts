import { type Agent, ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { BackendRequest } from '../types.ts';
import type { Connections } from './connections.ts';
import { listFields } from './field-names.ts';

/** True when there is content, or may be: the end of a stream is not known before it comes. */
export const hasContent = ({ body }: BackendRequest): boolean => !Buffer.isBuffer(body) || body.length > 0;

/**
 * Takes the place of `emit` and drops the errors of a request whose response is complete. They concern the connection,
 * which Node has closed by then: bytes behind the end of the response, or a failure to send a request that the backend
 * did not wait for. The response is delivered nevertheless (RFC 9112 §9.2, §9.3).
 */
function emitWhileIncomplete(this: ClientRequest, event: string | symbol, ...parameters: unknown[]): boolean {
  if (event === 'error' && (this as { res?: IncomingMessage | null }).res?.complete === true) return false;
  return ClientRequest.prototype.emit.call(this, event, ...parameters);
}

/** Methods for which Node announces no content by itself. */
const withoutContent = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/**
 * True when Node adds no framing of its own to a list of fields. It writes a list at once, when nothing can tell it yet
 * not to announce an empty body for every method that it does not know to have none.
 */
const mayBeList = ({ method, headers }: BackendRequest) =>
  withoutContent.has(method) || headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/**
 * Opens Node's request for a backend request and writes its content when that is a Buffer. Path, header fields and
 * framing are exactly those of the backend request, with the names of fields in canonical case. The request is not ended.
 *
 * @param backendRequest the request to send
 * @param connections the way to the backend
 * @param agent the one of its agents to use
 */
export function openNativeRequest(
  backendRequest: BackendRequest,
  connections: Connections,
  agent: Agent,
): ClientRequest {
  const { method, target, headers, body } = backendRequest;
  const fields = listFields(headers);
  const isList = mayBeList(backendRequest);
  const options: RequestOptions = {
    ...connections.options,
    agent,
    method,
    path: target,
    // As a list, because Node checks and keeps the fields of an object one by one.
    ...(isList && { headers: fields as string[] }),
    setHost: false,
  };
  const request = connections.request(options);
  request.emit = emitWhileIncomplete as typeof request.emit;
  // Node's limit of 2,000 fields would lose the rest without a word.
  request.maxHeadersCount = 0;
  request.useChunkedEncodingByDefault = false;
  if (!isList) {
    for (let index = 0; index < fields.length; index += 2) {
      request.setHeader(fields[index] as string, fields[index + 1] as string | string[]);
    }
  }
  // In one piece, and not as the argument of `end`, with which Node adds a Content-Length of its own.
  if (Buffer.isBuffer(body) && body.length > 0) request.write(body);
  return request;
}

/**
 * Closes the connection of a request whose response is complete, when the backend has not read all of the request:
 * nothing else would ever end it. Node may report the last bytes of the request as sent a turn of the event loop later
 * than the response.
 */
export function closeUnlessSent(request: ClientRequest): void {
  if (request.writableFinished) return;
  setImmediate(() => setImmediate(() => request.writableFinished || request.destroy()));
}
