import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { ProxyError } from '../failures.ts';
import type { BackendRequest } from '../types.ts';
import type { Connections } from './connections.ts';
import { type BackendStream, openStream } from './got-client.ts';
import { closeUnlessSent, hasContent, openNativeRequest } from './native-request.ts';
import { Timeout, timeoutError } from './timeout.ts';
import { AttemptTimings } from './timings.ts';
import { startUpload, type Upload } from './upload.ts';
import { limitInformational, watchWire } from './wire-limits.ts';

/** The outcome of one attempt. */
export interface Attempt {
  /** The body of the backend response, which still counts against the timeout. */
  readonly stream: BackendStream;
  /** Live: later phases fill in while the body is read. Undefined when no request was opened. */
  readonly timings: AttemptTimings | undefined;
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

/** Returns the failure of an attempt whose time is up; that of the client when the backend was waiting for it. */
function lateError(limitMs: number, timings: AttemptTimings | undefined, url: string, upload: Upload | undefined) {
  const late = timeoutError(timings, url, limitMs);
  if (upload?.waitsForClient !== true) return late;
  return new ProxyError('request_timeout', { reason: `no more content came after ${upload.bytes} bytes`, cause: late });
}

/** What Node says of a request that was closed without a response and without an error. */
const closedError = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

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
  const { method, body } = backendRequest;
  let request: ClientRequest | undefined;
  let timings: AttemptTimings | undefined;
  let timeout: Timeout | undefined;
  let upload: Upload | undefined;
  let backendResponse: IncomingMessage | undefined;
  let socket: Socket | undefined;
  let bytesBefore = 0;
  /** The first error, as it was: the stream wraps it. */
  let failure: unknown;

  /** Ends the attempt with an error. Errors after the first change nothing. */
  const fail = (error: Error) => {
    failure ??= error;
    stream.destroy(error);
    request?.destroy();
  };
  const finish = () => {
    timeout?.clear();
    timings?.finish();
  };

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
      if (timeout !== undefined) timeout.limitMs = totalMs;
      response.once('end', finish);
      if (endsConnection(response)) opened.shouldKeepAlive = false;
      if (hasContent(backendRequest)) response.once('end', () => closeUnlessSent(opened));
    });
    // Stays to the end: Node may report a second error, which would end the process if nobody listened.
    opened.on('error', (error: NodeJS.ErrnoException) => {
      failure ??= error;
      if (backendResponse?.complete !== false) return;
      // What Node's parser finds in the body it reports for the request, perhaps before the stream has the response.
      if (!connectionClosed.has(error.code)) {
        const wrapped = Object.assign(new Error(error.message, { cause: error }), { code: error.code });
        responded.then(() => fail(wrapped)).catch(() => undefined);
      }
      // Node takes a reset for the end of a response without a length. It may only mean that the backend did not read
      // all of the request: of its content, or of a header section that it refuses.
      const mayBeUnread = hasContent(backendRequest) || refusesUnread.has(backendResponse.statusCode);
      if (error.code === 'ECONNRESET' && !mayBeUnread) {
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
    if (backendResponse === undefined && timeout !== undefined) timeout.limitMs = Date.now() - startedAt + headersMs;
  };

  const respond = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const opened = openNativeRequest(backendRequest, connections, agent);
      request = opened;
      timings = new AttemptTimings(opened, startedAt);
      timeout = new Timeout(startedAt, headersMs, (limitMs) =>
        fail(lateError(limitMs, timings, connections.url, upload)),
      );
      watch(opened);
      opened.once('response', resolve);
      opened.on('error', reject);
      opened.once('close', () => {
        if (backendResponse === undefined) reject(closedError());
      });
      if (Buffer.isBuffer(body)) opened.end();
      else upload = startUpload(body, opened, giveMoreTime);
    });

  const stream = openStream(connections, method === 'HEAD', respond);
  stream.once('close', () => {
    finish();
    request?.destroy();
  });
  // The stream may fail at any time after that; whoever reads it learns of it, and an unread one must not end Node.
  const responded = new Promise((resolve, reject) => stream.on('response', resolve).on('error', reject));
  const abort = () => fail(new ProxyError('request_incomplete', { reason: 'the client disconnected' }));
  if (clientGone?.aborted) abort();
  else clientGone?.addEventListener('abort', abort, { once: true });

  try {
    await responded;
    const reusedSocket = request?.reusedSocket === true;
    return { stream, timings, backendResponse, socket, reusedSocket, error: undefined, foundClosed: false, upload };
  } catch (wrapped) {
    const error = failure ?? wrapped;
    const reusedSocket = request?.reusedSocket === true;
    const closed = connectionClosed.has((error as NodeJS.ErrnoException).code);
    const truncated = closed && socket !== undefined && socket.bytesRead > bytesBefore;
    return {
      stream,
      timings,
      backendResponse: undefined,
      socket,
      reusedSocket,
      error: truncated
        ? new ProxyError('response_incomplete', { reason: 'the response ended in its header section', cause: error })
        : error,
      foundClosed: closed && reusedSocket && !truncated,
      upload,
    };
  }
}
