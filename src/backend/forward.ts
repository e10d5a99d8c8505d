import type { Agent, IncomingMessage } from 'node:http';
import type { Config } from '../config/config.ts';
import { ProxyError } from '../failures.ts';
import { applyFieldRules } from '../http/field-rules.ts';
import { backendRequestFor } from '../http/request/backend-request.ts';
import { hostForBackend, publicOrigins } from '../http/request/public-origin.ts';
import { requestIdField } from '../http/request-id.ts';
import { refuseEventStream } from '../http/response/event-stream.ts';
import { rewriteToPublicHost } from '../http/response/public-urls.ts';
import { forwardableResponseHeaders } from '../http/response/response-headers.ts';
import type { BackendReport, ProxyContext, ProxyRequest, ProxyResponse } from '../types.ts';
import { type Attempt, attempt, bindsConnection } from './attempt.ts';
import { withIdleTimeout } from './idle-timeout.ts';
import { tlsConnectionOf } from './tls-connection.ts';

/** Time in milliseconds kept for making and handing over a response before Lambda ends the invocation. */
const marginMs = 500;

/** Methods that may be sent again when it is unknown whether they arrived (RFC 9110 §9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets the event loop turn, so that Node sees what arrived on idle sockets while the sandbox was frozen: their end, or
 * an unsolicited response that the next request would take for its own. Twice, because the turn under way may be past
 * its I/O.
 */
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** True for responses without content whatever their fields say (RFC 9110 §6.4.1); 205 must not have any (§15.3.6). */
const isBodyless = (method: string, status: number) =>
  method === 'HEAD' || status === 204 || status === 205 || status === 304;

/** Largest status that HTTP has (RFC 9110 §15). A client must take a larger one for an error of the server. */
const maxStatus = 599;

/** Refuses a status that cannot be that of a response. */
function checkStatus(statusCode: number, { lenientBackend }: Pick<Config, 'lenientBackend'>): void {
  if (statusCode >= 200 && (statusCode <= maxStatus || lenientBackend)) return;
  const code = statusCode === 101 ? 'upgrade_refused' : 'response_malformed';
  const reason = `the backend responded with status ${statusCode}`;
  const remedy = 'correct the backend, or set LENIENT_BACKEND=on';
  throw new ProxyError(code, { reason, ...(statusCode > maxStatus ? { remedy } : {}) });
}

function declaredLength({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined || !/^\d+$/.test(length) ? undefined : Number(length);
}

/** Describes the last attempt, and why there was one before it. */
const report = (
  { timings, backendResponse, socket, reusedSocket, upload }: Attempt,
  first: Attempt | undefined,
): BackendReport => ({
  attempts: first === undefined ? 1 : 2,
  retryReason: first && (first.error as NodeJS.ErrnoException).code,
  reusedSocket,
  peerAddress: socket?.remoteAddress,
  rawHeaders: backendResponse?.rawHeaders,
  timings,
  upload,
  statusCode: backendResponse?.statusCode,
  httpVersion: backendResponse?.httpVersion,
  declaredLength: backendResponse && declaredLength(backendResponse),
  tls: tlsConnectionOf(socket),
  requestId: [backendResponse?.headers[requestIdField] ?? []].flat()[0],
});

/**
 * Returns moments in milliseconds since the epoch: the operator's limit, unless Lambda or the front door ends the
 * exchange earlier. It holds for the whole exchange. For a streamed response it holds up to the body, which may then
 * take as long as Lambda lets it.
 */
function deadlines(context: ProxyContext): { headers: number; end: number } {
  const { capacity, exchange } = context;
  const remaining = context.getRemainingTimeInMillis();
  const outside = Math.min(remaining, capacity.maxDurationMs) - marginMs;
  if (outside <= 0) {
    throw new ProxyError('response_timeout', {
      reason: 'no time is left in this invocation to call the backend',
      remedy: "raise the function's timeout",
    });
  }
  const now = Date.now();
  exchange.outsideLimit = { due: now + outside, of: remaining < capacity.maxDurationMs ? 'function' : 'endpoint' };
  const headers = now + Math.min(context.config.requestTimeoutMs, outside);
  return { headers, end: capacity.streams ? now + outside : headers };
}

/** Milliseconds until a moment; at least one, since none means no limit. */
const left = (moment: number) => Math.max(1, moment - Date.now());

/**
 * Forwards a client's request to the backend and returns the response as soon as its header section is complete.
 *
 * 1. Build the backend request: the target, the header fields, the framing.
 * 2. Set the deadline for everything that follows; a streamed body gets one of its own.
 * 3. Send it, and once more on a fresh connection if a reused one turned out to be closed.
 * 4. Verify that the response can be delivered.
 * 5. Rewrite its fields to the public host, and apply RESPONSE_HEADERS.
 *
 * @param request the client's request
 * @param context with `config` and `connections`; `exchange` receives the backend request and a report of the attempts
 * @returns the response; its body is a stream that still counts against the deadline, or empty where there can be none
 * @throws {ProxyError} for requests and responses that are refused; errors of Node as they are, for
 *   `toProxyError` to name
 */
export async function forward(request: ProxyRequest, context: ProxyContext): Promise<ProxyResponse> {
  const { capacity, config, connections, exchange } = context;

  // 1.
  let { backendRequest } = backendRequestFor(request, context);
  const span = context.startBackendSpan?.(backendRequest, config.remoteUrl);
  if (span !== undefined) {
    backendRequest = { ...backendRequest, headers: { ...backendRequest.headers, ...span.headers } };
  }
  exchange.backendRequest = backendRequest;

  try {
    // 2.
    const { headers: headersDue, end } = deadlines(context);
    const repair = config.lenientBackend ? (await import('./response-repair.ts')).repairResponse : undefined;
    const send = (agent: Agent) =>
      attempt(
        backendRequest,
        connections,
        agent,
        { headersMs: left(headersDue), totalMs: left(end) },
        context.clientGone,
        repair,
      );

    // 3.
    if (connections.hasIdleSockets()) await turn();
    connections.discardStaleSockets(Date.now());
    const isAlone = repair !== undefined || bindsConnection(backendRequest);
    let outcome = await send(isAlone ? connections.freshAgent : connections.agent);
    // Streamed content is gone with the first attempt.
    const retried =
      outcome.foundClosed && safeMethods.has(backendRequest.method) && Buffer.isBuffer(backendRequest.body);
    const first = retried ? outcome : undefined;
    if (retried) outcome = await send(connections.freshAgent);
    const { stream, backendResponse, error } = outcome;
    exchange.backendReport = report(outcome, first);
    if (backendResponse === undefined) throw error;
    const { statusCode = 0 } = backendResponse;
    const { declaredLength: length } = exchange.backendReport;

    try {
      // 4.
      checkStatus(statusCode, config);
      const fields = forwardableResponseHeaders(backendResponse.rawHeaders);
      const bodyless = isBodyless(backendRequest.method, statusCode);
      if (!bodyless && !capacity.streams) refuseEventStream(backendRequest.method, fields, length);

      // 5.
      const headers = rewriteToPublicHost(fields, {
        remoteUrl: config.remoteUrl,
        origins: publicOrigins(request, config),
        host: hostForBackend(request, config),
        note: exchange,
      });
      applyFieldRules(headers, config.responseRules);
      span?.end({ statusCode });
      const status = statusCode > maxStatus && !capacity.anyStatus ? 500 : statusCode;
      if (!bodyless) {
        const body = capacity.streams ? withIdleTimeout(stream, config.requestTimeoutMs) : stream;
        return { statusCode: status, headers, body, contentLength: length };
      }
      if (statusCode === 205 && length !== 0) stream.destroy();
      else stream.resume();
      return { statusCode: status, headers, body: Buffer.alloc(0), contentLength: length };
    } catch (error) {
      stream.destroy();
      throw error;
    }
  } catch (error) {
    if (span !== undefined) {
      const { toProxyError } = await import('../failure-mapping.ts');
      span.end({ failure: toProxyError(error).code });
    }
    throw error;
  }
}
