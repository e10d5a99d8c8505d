import type { Agent, IncomingMessage } from 'node:http';
import { toProxyError } from '../failure-mapping.ts';
import { ProxyError } from '../failures.ts';
import { backendRequestFor } from '../http/request/backend-request.ts';
import { publicClient } from '../http/request/public-client.ts';
import { requestIdField } from '../http/request-id.ts';
import { rewriteToPublicHost } from '../http/response/public-urls.ts';
import { forwardableResponseHeaders } from '../http/response/response-headers.ts';
import type { BackendReport, ProxyContext, ProxyRequest, ProxyResponse } from '../types.ts';
import { type Attempt, attempt, bindsConnection } from './attempt.ts';
import { withIdleLimit } from './idle-timeout.ts';

/** Time in milliseconds kept for making and handing over an answer before Lambda ends the invocation. */
const marginMs = 500;

/** Methods that may be sent again when nobody knows whether they arrived (RFC 9110 §9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets the event loop turn, so that what came on idle sockets while the sandbox was frozen is seen: an end, or an
 * answer that nobody asked for and that the next request would take for its own. Twice, because the turn under way may
 * have looked already.
 */
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** Answers that have no content whatever their fields say (RFC 9110 §6.4.1); 205 must not have any (§15.3.6). */
const isBodyless = (method: string, status: number) =>
  method === 'HEAD' || status === 204 || status === 205 || status === 304;

function declaredLength({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined || !/^\d+$/.test(length) ? undefined : Number(length);
}

const report = ({ stream, message, reusedSocket, upload }: Attempt, attempts: number): BackendReport => ({
  attempts,
  reusedSocket,
  timings: stream.timings,
  upload,
  statusCode: message?.statusCode,
  httpVersion: message?.httpVersion,
  declaredLength: message && declaredLength(message),
  requestId: [message?.headers[requestIdField] ?? []].flat()[0],
});

/**
 * Moments in milliseconds since the epoch: the operator's limit, unless Lambda or the front door ends it earlier. It
 * holds for the whole exchange, or when the answer is streamed up to its body, which may then go on as long as Lambda
 * lets it.
 */
function deadlines(context: ProxyContext): { headers: number; end: number } {
  const outside = Math.min(context.getRemainingTimeInMillis(), context.capacity.maxDurationMs) - marginMs;
  if (outside <= 0) {
    throw new ProxyError('response_timeout', {
      reason: 'no time is left in this invocation to ask the backend',
      remedy: "raise the function's timeout",
    });
  }
  const now = Date.now();
  const headers = now + Math.min(context.config.requestTimeoutMs, outside);
  return { headers, end: context.capacity.streams ? now + outside : headers };
}

/** Milliseconds until a moment; got takes none for no limit at all. */
const left = (moment: number) => Math.max(1, moment - Date.now());

/**
 * The core: sends a client's request to the backend and brings its answer, as soon as the header section is in.
 *
 * 1. Make what goes out: the target, the header fields, the framing.
 * 2. Set the deadline for everything that follows; a streamed body gets one of its own.
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
  const { capacity, config, connections, exchange } = context;

  // 1.
  const { backendRequest: prepared } = backendRequestFor(request, context);
  const span = context.startBackendSpan?.(prepared, config.remoteUrl);
  const sent = span === undefined ? prepared : { ...prepared, headers: { ...prepared.headers, ...span.headers } };
  exchange.backendRequest = sent;

  try {
    // 2.
    const { headers: headersDue, end } = deadlines(context);
    const ask = (agent: Agent) =>
      attempt(sent, connections, agent, { headersMs: left(headersDue), totalMs: left(end) }, context.clientGone);

    // 3.
    if (connections.hasIdleSockets()) await turn();
    connections.discardStaleSockets(Date.now());
    let response = await ask(bindsConnection(sent) ? connections.freshAgent : connections.agent);
    // Content that came in piece by piece is gone with the first try.
    const retried = response.foundGone && safeMethods.has(sent.method) && Buffer.isBuffer(sent.body);
    if (retried) response = await ask(connections.freshAgent);
    const { stream, message, error } = response;
    exchange.backendReport = report(response, retried ? 2 : 1);
    if (message === undefined) throw error;
    const { statusCode = 0 } = message;
    const { declaredLength: length } = exchange.backendReport;

    try {
      // 4.
      if (statusCode < 200 || statusCode > 599) {
        const code = statusCode === 101 ? 'upgrade_refused' : 'response_malformed';
        throw new ProxyError(code, { reason: `the backend answered with status ${statusCode}` });
      }
      const fields = forwardableResponseHeaders(message.rawHeaders);

      // 5.
      const bodyless = isBodyless(sent.method, statusCode);
      const headers = rewriteToPublicHost(fields, {
        remoteUrl: config.remoteUrl,
        client: publicClient(request, config.trustForwarded),
      });
      span?.end({ statusCode });
      if (!bodyless) {
        const body = capacity.streams ? withIdleLimit(stream, config.requestTimeoutMs) : stream;
        return { statusCode, headers, body, contentLength: length };
      }
      if (statusCode === 205 && length !== 0) stream.destroy();
      else stream.resume();
      return { statusCode, headers, body: Buffer.alloc(0), contentLength: length };
    } catch (error) {
      stream.destroy();
      throw error;
    }
  } catch (error) {
    span?.end({ failure: toProxyError(error).code });
    throw error;
  }
}
