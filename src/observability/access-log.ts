import type { Config } from '../config/config.ts';
import { type FailureCode, failureOf } from '../failures.ts';
import { maskUrl } from '../http/redaction/redaction.ts';
import { clientAddress } from '../http/request/client-address.ts';
import { traceIdOf } from '../http/request-id.ts';
import type { Exchange, ProxyRequest, Timings } from '../types.ts';

/** Longer values say nothing more about a request and cost ingestion: log events are billed by the byte. */
const maxValueLength = 512;

const cut = (value: string | undefined) =>
  value !== undefined && value.length > maxValueLength ? `${value.slice(0, maxValueLength)}…` : value;

const single = (value: string | string[] | undefined) => cut([value ?? []].flat()[0]);

/**
 * Milliseconds from the request sent to the first byte of its answer. got knows no such phase when the answer is in
 * before Node says that the request is out, as that of a fast backend may be; then from where sending began.
 */
export function firstByteMs({ backendReport }: Exchange): number | undefined {
  const { phases, response, secureConnect, connect } = backendReport?.timings ?? {};
  if (phases?.firstByte !== undefined || response === undefined) return phases?.firstByte;
  const ready = secureConnect ?? connect;
  return ready === undefined ? undefined : response - ready;
}

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
    first_byte_ms: firstByteMs(exchange),
    total_ms: phases.total,
    reused_socket: backendReport.reusedSocket,
    attempts: backendReport.attempts,
  };
}

/** Bytes of the request's content, as far as they came in. */
const requestBytes = ({ request, backendReport }: Exchange) =>
  Buffer.isBuffer(request?.body) ? request.body.length : backendReport?.upload?.bytes;

/** The backend call. What the line says elsewhere is not said twice: an id that came back, a length that was kept. */
function backendFieldsOf(exchange: Exchange) {
  const { backendReport, requestId, responseBytes } = exchange;
  if (backendReport === undefined) return undefined;
  return {
    ...backendTimes(exchange),
    status_code: backendReport.statusCode,
    declared_length: backendReport.declaredLength === responseBytes ? undefined : backendReport.declaredLength,
    request_id: backendReport.requestId === requestId ? undefined : cut(backendReport.requestId),
  };
}

/** Whose address counts: past a proxy that has proved itself that is its client's, else the peer's. */
const clientAddressOf = (request: ProxyRequest, config: Config | undefined, failure: FailureCode | undefined) =>
  config === undefined || failure === 'front_bypassed'
    ? request.client.ip
    : (clientAddress(request, config) ?? request.client.ip);

/**
 * The access line: one per invocation whatever its ending, under the names of OpenTelemetry's semantic conventions
 * where there is one. https://opentelemetry.io/docs/specs/semconv/http/
 *
 * @param exchange what the invocation turned into
 * @param config the settings, when they could be read
 * @param now milliseconds since the epoch
 */
export function accessLine(exchange: Exchange, config: Config | undefined, now: number): Record<string, unknown> {
  const { request, failure, statusCode, responseBytes, startedAt } = exchange;
  return {
    http: {
      request: { method: cut(request?.method), body: { size: requestBytes(exchange) } },
      response: { status_code: statusCode, body: { size: responseBytes } },
    },
    // Parameters of a path may be credentials, as in /page;jsessionid=…
    url: { path: cut(request && maskUrl(request.rawPath)) },
    user_agent: { original: single(request?.headers['user-agent']) },
    client: { address: cut(request && clientAddressOf(request, config, failure)) },
    server: config && { address: config.remoteUrl.hostname, port: config.remoteUrl.port },
    ...(failure && { error: { type: failure } }),
    duration_ms: now - startedAt,
    backend: backendFieldsOf(exchange),
    trace_id: request && traceIdOf(request.headers),
    proxy: { source: request?.source, fault: failure && failureOf(failure).fault },
  };
}
