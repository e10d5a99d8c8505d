import { once } from 'node:events';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import got, { type Request as GotStream } from 'got';
import type { Connections } from './connections.ts';
import { ProxyError } from './errors.ts';
import { forwardableResponseHeaders } from './http/headers.ts';
import { toPublicHost } from './http/location.ts';
import { outgoing } from './http/outgoing.ts';
import { pseudonym } from './http/pseudonym.ts';
import type { HeaderFields, Outgoing, ProxyContext, ProxyRequest, ProxyResponse } from './types.ts';

/** Time in milliseconds kept for making and handing over an answer before Lambda ends the invocation. */
const marginMs = 500;

/** A client that changes nothing: what got does for an application is a fault in a proxy. */
const client = got.extend({
  decompress: false,
  followRedirect: false,
  throwHttpErrors: false,
  allowGetBody: true,
  retry: { limit: 0 },
});

/** Methods that may be sent again when nobody knows whether they arrived (RFC 9110 §9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The connection went away. On a reused socket before any byte came back, it had most likely been gone before. */
const connectionGone = new Set(['ECONNRESET', 'EPIPE']);

/** One try at the backend: got's stream, and the request and answer of Node underneath it. */
interface Attempt {
  readonly stream: GotStream;
  readonly native: ClientRequest | undefined;
  readonly message: IncomingMessage;
}

class AttemptError extends Error {
  readonly native: ClientRequest | undefined;
  readonly stream: GotStream;
  constructor(cause: unknown, stream: GotStream, native: ClientRequest | undefined) {
    super('the backend did not answer', { cause });
    this.stream = stream;
    this.native = native;
  }
}

/** Sends the request and waits for the answer's header section. Path, header names and framing are exactly `sent`. */
async function attempt(
  sent: Outgoing,
  connections: Connections,
  agent: Connections['agent'],
  timeoutMs: number,
): Promise<Attempt> {
  let native: ClientRequest | undefined;
  let refusedUpgrade: ProxyError | undefined;
  const { protocol, hostname, port } = connections.options;
  const authority = String(hostname).includes(':') ? `[${hostname}]` : hostname;
  const stream = client.stream(`${protocol}//${authority}:${port}/`, {
    method: sent.method as 'GET',
    // Without one got would wait for a body to be piped in, and with one it refuses HEAD.
    ...(sent.method === 'HEAD' ? {} : { body: sent.body }),
    timeout: { request: timeoutMs },
    request: (_url: URL, options: RequestOptions, onResponse) => {
      native = connections.request(
        {
          ...options,
          ...connections.options,
          agent,
          method: sent.method,
          path: sent.target,
          headers: sent.headers as HeaderFields,
          setHost: false,
        },
        onResponse,
      );
      // Node's limit of 2,000 fields would lose the rest without a word.
      native.maxHeadersCount = 0;
      native.once('upgrade', (_response, socket) => {
        refusedUpgrade = new ProxyError('upgrade_refused', { reason: 'the backend answered 101 Switching Protocols' });
        socket.destroy();
        stream.destroy(refusedUpgrade);
      });
      return native;
    },
  });
  // From here on the stream may fail at any time; whoever reads it learns of it, and an unread one must not end Node.
  stream.on('error', () => undefined);
  try {
    const [message] = (await once(stream, 'response')) as [IncomingMessage];
    return { stream, native, message };
  } catch (error) {
    throw new AttemptError(refusedUpgrade ?? error, stream, native);
  }
}

/** True when sending again is safe and promising: nothing came back on a connection that had been used before. */
const mayRetry = ({ cause, native }: AttemptError, method: string) =>
  safeMethods.has(method) &&
  native?.reusedSocket === true &&
  connectionGone.has(String((cause as NodeJS.ErrnoException | undefined)?.code));

/** Answers that have no content whatever their fields say (RFC 9110 §6.4.1); 205 must not have any (§15.3.6). */
const isBodyless = (method: string, status: number) =>
  method === 'HEAD' || status === 204 || status === 205 || status === 304;

function declaredLength({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined || !/^\d+$/.test(length) ? undefined : Number(length);
}

/** Front doors call a body without a type application/json; this says what RFC 9110 §8.3 lets a recipient assume. */
function withContentType(headers: HeaderFields, bodyless: boolean, length: number | undefined): HeaderFields {
  if (!bodyless && length !== 0) headers['content-type'] ??= 'application/octet-stream';
  return headers;
}

/** Milliseconds for the whole exchange: the operator's limit, unless Lambda or the front door ends it earlier. */
function timeLimit(context: ProxyContext): number {
  const outside = Math.min(context.getRemainingTimeInMillis(), context.capacity.maxDurationMs) - marginMs;
  if (outside <= 0) {
    throw new ProxyError('response_timeout', {
      reason: 'no time is left in this invocation to ask the backend',
      remedy: "raise the function's timeout",
    });
  }
  return Math.min(context.config.requestTimeoutMs, outside);
}

/**
 * The core: sends a client's request to the backend and brings its answer, as soon as the header section is in.
 *
 * 1. Make what goes out: the target, the header fields, the framing.
 * 2. Set one deadline for everything that follows.
 * 3. Ask, and once more on a fresh connection if a reused one turned out to be gone.
 * 4. Check that the answer is one that can be passed on.
 * 5. Take its fields back to the public host.
 *
 * @param request the client's request
 * @param context with `config` and `connections`; `exchange` receives what was sent and what is known of the answer
 * @returns the answer; its body is a stream that still counts against the deadline, or empty where there can be none
 * @throws {ProxyError} for requests and answers that are refused; errors of got and Node as they are, for
 *   {@link toProxyError} to name
 */
export async function forward(request: ProxyRequest, context: ProxyContext): Promise<ProxyResponse> {
  const { config, connections, exchange } = context;

  // 1.
  const prepared = outgoing(request, config, pseudonym(context.invokedFunctionArn));
  const span = context.startBackendSpan?.(prepared);
  const sent = span === undefined ? prepared : { ...prepared, headers: { ...prepared.headers, ...span.headers } };
  exchange.outgoing = sent;

  try {
    // 2.
    const deadline = Date.now() + timeLimit(context);
    const ask = (agent: Connections['agent']) => attempt(sent, connections, agent, Math.max(1, deadline - Date.now()));
    const report = (attempts: number, { stream, native }: Pick<Attempt, 'stream' | 'native'>) => ({
      attempts,
      reusedSocket: native?.reusedSocket ?? false,
      timings: stream.timings,
    });

    // 3.
    let attempts = 1;
    connections.discardStaleSockets(Date.now());
    const answer = await ask(connections.agent)
      .catch((error: AttemptError) => {
        if (!mayRetry(error, sent.method)) throw error;
        attempts += 1;
        return ask(connections.freshAgent);
      })
      .catch((error: AttemptError) => {
        exchange.upstream = report(attempts, error);
        throw error.cause;
      });
    const { stream, message } = answer;
    const { statusCode = 0, httpVersion } = message;
    const length = declaredLength(message);
    exchange.upstream = { ...report(attempts, answer), statusCode, httpVersion, declaredLength: length };

    try {
      // 4.
      if (statusCode < 200 || statusCode > 599) {
        throw new ProxyError('response_malformed', { reason: `the backend answered with status ${statusCode}` });
      }
      const fields = forwardableResponseHeaders(message.rawHeaders);

      // 5.
      const bodyless = isBodyless(sent.method, statusCode);
      const headers = withContentType(
        toPublicHost(fields, { origin: config.origin, client: request.client }),
        bodyless,
        length,
      );
      span?.end({ statusCode });
      if (!bodyless) return { statusCode, headers, body: stream };
      if (statusCode === 205 && length !== 0) stream.destroy();
      else stream.resume();
      return { statusCode, headers, body: Buffer.alloc(0) };
    } catch (error) {
      stream.destroy();
      throw error;
    }
  } catch (error) {
    span?.end({ error });
    throw error;
  }
}
