import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { create, type Got, type Request as GotStream, Options } from 'got';
import { ProxyError } from '../failures.ts';
import type { BackendRequest, HeaderFields } from '../types.ts';
import type { Connections } from './connections.ts';
import { startUpload, type Upload } from './upload.ts';

const clients = new WeakMap<Connections, Got>();

/**
 * A client that changes nothing: what got does for an application is a fault in a proxy. Made once for a backend, with
 * all that got would make again for each request. The URL is for got's errors; where to go, `open` says.
 */
function clientFor(connections: Connections): Got {
  const known = clients.get(connections);
  if (known !== undefined) return known;
  const options = new Options(connections.url, {
    decompress: false,
    followRedirect: false,
    throwHttpErrors: false,
    // The lists are what got would retry; it copies them for each request.
    retry: { limit: 0, methods: [], statusCodes: [], errorCodes: [] },
    // Never called. Without one, got would ask `tls` for its own, and so load it for backends that have no certificate.
    https: { checkServerIdentity: () => undefined },
  });
  const client = create({ options, handlers: [], mutableDefaults: false });
  clients.set(connections, client);
  return client;
}

/** What one try at the backend came to. */
export interface Attempt {
  /** got's stream: the answer's body, which still counts against the deadline, and the timings. */
  readonly stream: GotStream;
  readonly reusedSocket: boolean;
  /** The answer, as soon as its header section is in; undefined when there is none. */
  readonly message: IncomingMessage | undefined;
  /** Why there is no answer. */
  readonly error: unknown;
  /** The connection had been used before and went away without a byte: most likely it was gone before. */
  readonly foundGone: boolean;
  /** Of content that comes in while it goes out. */
  readonly upload: Upload | undefined;
}

/** How long one try may take, in milliseconds from its start. */
export interface Limits {
  /** Up to the end of the answer's header section; while content comes in, from its last piece. */
  readonly headersMs: number;
  /** Up to the last byte of its body. */
  readonly totalMs: number;
}

/** Answers to a request that is too much to be read to its end (RFC 9110 §15.5, RFC 6585 §5). */
const refusesUnread = new Set<number | undefined>([400, 408, 413, 414, 431]);

const connectionGone = new Set<unknown>(['ECONNRESET', 'EPIPE']);

/** Schemes that log in the connection and not the request: its next user would be logged in too (RFC 4559 §6). */
const connectionBound = /(?:^|,)\s*(?:ntlm|negotiate)\b/i;

/** True when the request carries credentials that stay with the connection, whatever the answer says. */
export const bindsConnection = ({ headers }: BackendRequest): boolean =>
  connectionBound.test(String(headers['authorization'] ?? ''));

/** True when the connection must not serve another request once this answer is read. */
const endsConnection = ({ statusCode = 0, headers }: IncomingMessage) =>
  statusCode < 200 || connectionBound.test(headers['www-authenticate'] ?? '');

/** The client's time-out, when it was the client that everybody waited for. */
const clientStalled = (error: unknown, upload: Upload | undefined) =>
  (error as Error).name === 'TimeoutError' && upload?.waitsForClient === true
    ? new ProxyError('request_timeout', { reason: `no more content came after ${upload.bytes} bytes`, cause: error })
    : undefined;

/**
 * The whole answer is in. Where the backend has not read the whole request, nothing would ever end its connection. That
 * Node has handed over the last of it may show a turn of the event loop later than the answer.
 */
function closeUnlessSent(request: ClientRequest): void {
  if (request.writableFinished) return;
  setImmediate(() => setImmediate(() => request.writableFinished || request.destroy()));
}

/** True when there is content, or may be: its end is not known before it comes. */
const hasContent = ({ body }: BackendRequest) => !Buffer.isBuffer(body) || body.length > 0;

/**
 * Opens Node's request for `sent` and writes the body that is at hand. Path, header fields and framing are exactly what
 * it says.
 */
function open(sent: BackendRequest, connections: Connections, agent: Agent, onResponse: () => void) {
  const options: RequestOptions = {
    ...connections.options,
    agent,
    method: sent.method,
    path: sent.target,
    headers: sent.headers as HeaderFields,
    setHost: false,
  };
  const native = connections.request(options, onResponse);
  // Node's limit of 2,000 fields would lose the rest without a word.
  native.maxHeadersCount = 0;
  // Node would announce an empty body for every method that it does not know to have none.
  native.useChunkedEncodingByDefault = false;
  // Not left to got: it writes in small pieces, and breaks the connection off when the answer comes before the last.
  if (Buffer.isBuffer(sent.body) && sent.body.length > 0) native.write(sent.body);
  const end = native.end.bind(native) as () => void;
  // got takes a failure to send for the end of everything, when the answer may already be in: it hears of none. And it
  // knows nothing of content that is still coming.
  const endForGot = (callback?: () => void) => {
    if (Buffer.isBuffer(sent.body)) end();
    callback?.();
    return native;
  };
  // Not written right here: V8 makes such a function among the old objects, and with it lives all that it refers to.
  native.end = endForGot as typeof native.end;
  return { native, end };
}

/**
 * Sends the request once and waits for the header section of the answer. Never throws.
 *
 * @param sent what goes out
 * @param connections the way to the backend
 * @param agent the one of its agents to use
 * @param limits how long it may take
 * @param clientGone aborted when nobody waits for the answer any more
 */
export async function attempt(
  sent: BackendRequest,
  connections: Connections,
  agent: Agent,
  { headersMs, totalMs }: Limits,
  clientGone?: AbortSignal,
): Promise<Attempt> {
  const startedAt = Date.now();
  let native: ClientRequest | undefined;
  let upload: Upload | undefined;
  let message: IncomingMessage | undefined;
  let socket: Socket | undefined;
  let bytesBefore = 0;

  /** Sees to what got leaves alone. */
  const watch = (request: ClientRequest) => {
    request.on('socket', (assigned) => {
      socket = assigned;
      bytesBefore = assigned.bytesRead;
    });
    request.on('upgrade', (_response, upgraded) => {
      upgraded.destroy();
      stream.destroy(new ProxyError('upgrade_refused', { reason: 'the backend answered 101 Switching Protocols' }));
    });
    request.on('response', (response) => {
      message = response;
      // got looks again when the time is up, and goes on if there is more of it by then.
      stream.options.timeout.request = totalMs;
      if (endsConnection(response)) request.shouldKeepAlive = false;
      if (hasContent(sent)) response.once('end', () => closeUnlessSent(request));
    });
    // Stays to the end: Node may report a second error, which would end the process if nobody listened.
    request.on('error', (error: NodeJS.ErrnoException) => {
      // Node takes a reset for the end of an answer without a length. It may only mean that the backend did not read
      // all of the request: of its body, or of a header section that it refuses.
      const mayBeUnread = hasContent(sent) || refusesUnread.has(message?.statusCode);
      if (message?.complete === false && error.code === 'ECONNRESET' && !mayBeUnread) {
        stream.destroy(new ProxyError('response_incomplete', { reason: error.message, cause: error }));
      }
    });
  };

  /** A long upload is no slow answer. */
  const giveMoreTime = () => {
    if (message === undefined) stream.options.timeout.request = Date.now() - startedAt + headersMs;
  };

  const stream = clientFor(connections).stream(undefined, {
    // All that got needs to know of the request is whether its answer may have a body.
    method: sent.method === 'HEAD' ? 'HEAD' : 'GET',
    timeout: { request: headersMs },
    request: (_url: URL, _options: RequestOptions, onResponse) => {
      const opened = open(sent, connections, agent, onResponse as () => void);
      native = opened.native;
      watch(native);
      if (!Buffer.isBuffer(sent.body)) upload = startUpload(sent.body, native, opened.end, giveMoreTime);
      return native;
    },
  });
  // The stream may fail at any time after that; whoever reads it learns of it, and an unread one must not end Node.
  const answered = new Promise((resolve, reject) => stream.on('response', resolve).on('error', reject));
  const leave = () => stream.destroy(new ProxyError('request_incomplete', { reason: 'the client went away' }));
  if (clientGone?.aborted) leave();
  else clientGone?.addEventListener('abort', leave, { once: true });

  try {
    await answered;
    return { stream, message, reusedSocket: native?.reusedSocket === true, error: undefined, foundGone: false, upload };
  } catch (error) {
    const reusedSocket = native?.reusedSocket === true;
    const gone = connectionGone.has((error as NodeJS.ErrnoException).code);
    const cutOff = gone && socket !== undefined && socket.bytesRead > bytesBefore;
    return {
      stream,
      message: undefined,
      reusedSocket,
      error: cutOff
        ? new ProxyError('response_incomplete', { reason: 'the answer ended in its header section', cause: error })
        : (clientStalled(error, upload) ?? error),
      foundGone: gone && reusedSocket && !cutOff,
      upload,
    };
  }
}
