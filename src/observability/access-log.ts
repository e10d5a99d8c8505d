import { failureOf } from '../failures.ts';
import type { AccessValues } from '../http/redaction/access-values.ts';
import { clientAddress } from '../http/request/client-address.ts';
import { publicOrigin } from '../http/request/public-origin.ts';
import { traceIdOf } from '../http/request-id.ts';
import type { Exchange, Timings } from '../types.ts';

/** Longer values say no more about a request and cost ingestion: log events are billed by the byte. */
const maxValueLength = 512;

export const cut = (value: string | undefined) =>
  value !== undefined && value.length > maxValueLength ? `${value.slice(0, maxValueLength)}…` : value;

/** Phases of the backend call in milliseconds. A reused socket has no connection phases of its own. */
export function backendTimes(exchange: Exchange): Record<string, number | boolean | undefined> | undefined {
  const { backendReport } = exchange;
  if (backendReport === undefined) return undefined;
  const phases: Partial<Timings['phases']> = backendReport.timings?.phases ?? {};
  const connecting = backendReport.reusedSocket
    ? {}
    : { dns_ms: phases.dns, connect_ms: phases.tcp, tls_ms: phases.tls };
  return {
    ...connecting,
    first_byte_ms: phases.firstByte,
    total_ms: phases.total,
    reused_socket: backendReport.reusedSocket,
    attempts: backendReport.attempts,
  };
}

/** Bytes of the request's content, as far as they came in. */
const requestBytes = ({ request, backendReport }: Exchange) =>
  Buffer.isBuffer(request?.body) ? request.body.length : backendReport?.upload?.bytes;

/** The backend call. What the line has elsewhere is not repeated: an id that came back, a length that was kept. */
function backendFieldsOf(exchange: Exchange) {
  const { backendReport, config, requestId, responseBytes } = exchange;
  if (backendReport === undefined) return undefined;
  const isElsewhere = config !== undefined && config.connectTo.hostname !== config.remoteUrl.hostname;
  return {
    // Beside server.address, which is what was connected to.
    host: isElsewhere ? config.remoteUrl.authority : undefined,
    ...backendTimes(exchange),
    retry_reason:
      backendReport.attempts > 1
        ? `the reused connection was closed (${backendReport.retryReason ?? 'no code'})`
        : undefined,
    status_code: backendReport.statusCode,
    declared_length: backendReport.declaredLength === responseBytes ? undefined : backendReport.declaredLength,
    request_id: backendReport.requestId === requestId ? undefined : cut(backendReport.requestId),
  };
}

/** The address of the trusted proxy's client for a request that came through that proxy, else the peer's. */
function clientAddressOf({ request, config, failure }: Exchange): string | undefined {
  const bypassesFront = failure !== undefined && failureOf(failure).bypassesFront;
  if (request === undefined || config === undefined || bypassesFront) return request?.client.ip;
  return clientAddress(request, config) ?? request.client.ip;
}

/** The public host, without a port. */
function publicHostOf({ request, config }: Exchange): string | undefined {
  if (request === undefined) return undefined;
  const { host } = config?.trustForwarded ? publicOrigin(request, config) : request.client;
  return host.replace(/:\d*$/, '');
}

/** The IP address connected to, where it is not the server's name already. */
function peerOf({ config, backendReport }: Exchange) {
  const address = backendReport?.peerAddress;
  return address === undefined || address === config?.connectTo.hostname ? undefined : { peer: { address } };
}

/**
 * The access line: one per invocation whatever its ending, under the names of OpenTelemetry's semantic conventions
 * where there is one. https://opentelemetry.io/docs/specs/semconv/http/
 *
 * @param exchange the record of the request
 * @param now milliseconds since the epoch
 * @param values path and user agent with their secrets masked
 */
export function accessLine(exchange: Exchange, now: number, values: AccessValues): Record<string, unknown> {
  const { config, request, failure, statusCode, responseBytes, startedAt } = exchange;
  return {
    started_at: new Date(startedAt).toISOString(),
    http: {
      request: { method: cut(request?.method), body: { size: requestBytes(exchange) } },
      response: { status_code: statusCode, body: { size: responseBytes } },
    },
    url: { domain: cut(publicHostOf(exchange)), path: cut(values.path) },
    user_agent: { original: cut(values.userAgent) },
    client: { address: cut(clientAddressOf(exchange)) },
    server: config && { address: config.connectTo.hostname, port: config.connectTo.port },
    network: peerOf(exchange),
    tls: exchange.backendReport?.tls && { protocol: { version: exchange.backendReport.tls.version } },
    ...(failure && { error: { type: failure } }),
    duration_ms: now - startedAt,
    backend: backendFieldsOf(exchange),
    trace_id: request && traceIdOf(request.headers),
    proxy: {
      source: request?.source,
      fault: failure && failureOf(failure).fault,
      wake: exchange.wake,
      log_in: exchange.logIn?.outcome,
    },
  };
}
