import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { ProxyError } from '../failures.ts';
import type { BackendRequest } from '../types.ts';
import type { Connections } from './connections.ts';
import { type BackendStream, isTimeout, openStream, setTimeoutOf } from './got-client.ts';
import { closeUnlessSent, hasContent, openNativeRequest } from './native-request.ts';
import { startUpload, type Upload } from './upload.ts';
import { limitInformational, watchWire } from './wire-limits.ts';

/** The outcome of one attempt. */
export interface Attempt {
  /** The body of the backend response, which still counts against the timeout, and the timings. */
  readonly stream: BackendStream;
  readonly reusedSocket: boolean;
  /** The backend response as soon as its header section is complete; undefined when there is none. */
  readonly backendResponse: IncomingMessage | undefined;
  /** The connection, when there was one. */
  readonly socket: Socket | undefined;
  /** Why there is no response. */
  readonly error: unknown;
  /** The connection had been used before and ended without a byte: most likely it was closed before. */
  readonly foundClosed: boolean;
  /** Set when the content arrives while it is sent. */
  readonly upload: Upload | undefined;
}

/** How long one attempt may take, in milliseconds from its start. */
export interface Limits {
  /** Up to the end of the response's header section; while content arrives, from its last piece. */
  readonly headersMs: number;
  /** Up to the last byte of its body. */
  readonly totalMs: number;
}

/** Statuses that refuse a request which is too much to be read to its end (RFC 9110 §15.5, RFC 6585 §5). */
const refusesUnread = new Set<number | undefined>([400, 408, 413, 414, 431]);

const connectionClosed = new Set<unknown>(['ECONNRESET', 'EPIPE']);

/** Schemes that authenticate the connection and not the request: its next user would be logged in too (RFC 4559 §6). */
const connectionBound = /(?:^|,)\s*(?:ntlm|negotiate)\b/i;

/** True when the request carries credentials that stay with the connection, whatever the response says. */
export const bindsConnection = ({ headers }: BackendRequest): boolean =>
  connectionBound.test(String(headers['authorization'] ?? ''));

/** True when the connection must not serve another request after this response. */
const endsConnection = ({ statusCode = 0, headers }: IncomingMessage) =>
  statusCode < 200 || connectionBound.test(headers['www-authenticate'] ?? '');

/** The client's timeout, when the backend was waiting for the client. */
const clientStalled = (error: unknown, upload: Upload | undefined) =>
  isTimeout(error) && upload?.waitsForClient === true
    ? new ProxyError('request_timeout', { reason: `no more content came after ${upload.bytes} bytes`, cause: error })
    : undefined;

/**
 * Sends a backend request once and waits for the header section of the response. Never throws.
 *
 * @param backendRequest the request to send
 * @param connections the way to the backend
 * @param agent the one of its agents to use
 * @param limits how long it may take
 * @param clientGone aborted when nobody waits for the response any more
 * @param repair corrects the response on a new connection before it is read
 */
export async function attempt(
  backendRequest: BackendRequest,
  connections: Connections,
  agent: Agent,
  { headersMs, totalMs }: Limits,
  clientGone?: AbortSignal,
  repair?: (socket: Socket, method: string) => void,
): Promise<Attempt> {
  const startedAt = Date.now();
  let request: ClientRequest | undefined;
  let upload: Upload | undefined;
  let backendResponse: IncomingMessage | undefined;
  let socket: Socket | undefined;
  let bytesBefore = 0;

  const fail = (error: ProxyError) => stream.destroy(error);

  /** Handles the events of Node's request that the stream does not. */
  const watch = (opened: ClientRequest) => {
    opened.on('socket', (assigned) => {
      socket = assigned;
      bytesBefore = assigned.bytesRead;
      repair?.(assigned, method);
      watchWire(
        assigned,
        opened,
        () => backendResponse,
        () => stream.downloadProgress.transferred,
        fail,
      );
    });
    limitInformational(opened, fail);
    opened.on('upgrade', (_response, upgraded) => {
      upgraded.destroy();
      fail(new ProxyError('upgrade_refused', { reason: 'the backend sent 101 Switching Protocols' }));
    });
    opened.on('response', (response) => {
      backendResponse = response;
      setTimeoutOf(stream, totalMs);
      if (endsConnection(response)) opened.shouldKeepAlive = false;
      if (hasContent(backendRequest)) response.once('end', () => closeUnlessSent(opened));
    });
    // Stays to the end: Node may report a second error, which would end the process if nobody listened.
    opened.on('error', (error: NodeJS.ErrnoException) => {
      // Node takes a reset for the end of a response without a length. It may only mean that the backend did not read
      // all of the request: of its content, or of a header section that it refuses.
      const mayBeUnread = hasContent(backendRequest) || refusesUnread.has(backendResponse?.statusCode);
      if (backendResponse?.complete === false && error.code === 'ECONNRESET' && !mayBeUnread) {
        fail(
          new ProxyError('response_incomplete', {
            reason: 'the connection was reset before the response was complete',
            cause: error,
          }),
        );
      }
    });
  };

  /** Restarts the timeout while content is sent: a long upload is no slow response. */
  const giveMoreTime = () => {
    if (backendResponse === undefined) setTimeoutOf(stream, Date.now() - startedAt + headersMs);
  };

  const { method, body } = backendRequest;
  const isUpload = !Buffer.isBuffer(body);
  const stream = openStream(connections, { isHead: method === 'HEAD', isUpload, timeoutMs: headersMs }, () => {
    request = openNativeRequest(backendRequest, connections, agent);
    watch(request);
    if (isUpload) upload = startUpload(body, request, giveMoreTime);
    return request;
  });
  // The stream may fail at any time after that; whoever reads it learns of it, and an unread one must not end Node.
  const responded = new Promise((resolve, reject) => stream.on('response', resolve).on('error', reject));
  const abort = () => fail(new ProxyError('request_incomplete', { reason: 'the client disconnected' }));
  if (clientGone?.aborted) abort();
  else clientGone?.addEventListener('abort', abort, { once: true });

  try {
    await responded;
    const reusedSocket = request?.reusedSocket === true;
    return { stream, backendResponse, socket, reusedSocket, error: undefined, foundClosed: false, upload };
  } catch (error) {
    const reusedSocket = request?.reusedSocket === true;
    const closed = connectionClosed.has((error as NodeJS.ErrnoException).code);
    const truncated = closed && socket !== undefined && socket.bytesRead > bytesBefore;
    return {
      stream,
      backendResponse: undefined,
      socket,
      reusedSocket,
      error: truncated
        ? new ProxyError('response_incomplete', { reason: 'the response ended in its header section', cause: error })
        : (clientStalled(error, upload) ?? error),
      foundClosed: closed && reusedSocket && !truncated,
      upload,
    };
  }
}
