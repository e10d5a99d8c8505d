import type { FieldRule } from '../config/field-rules.ts';
import { maskHeaders, maskSentHeaders, maskUnlistedHeaders, setCookieNames } from '../http/redaction/headers.ts';
import { maskQuery, maskTarget, maskUrl, maskValues } from '../http/redaction/redaction.ts';
import { receivedFields, responseFieldChanges } from '../http/response/field-changes.ts';
import type { Exchange, HeaderFields, ProxyRequest, ProxyResponse, TlsConnection } from '../types.ts';
import { backendTimes, cut } from './access-log.ts';
import { debugMayBeEnabled, isEnabled, logger, switchToDebug } from './logger.ts';

/** Characters of a header section that are shown: whoever sends more would have every failure cost its ingestion. */
const maxHeadersLength = 8192;

/** How much of a request may be shown. */
interface Masks {
  readonly headers: (headers: Readonly<HeaderFields>) => HeaderFields;
  readonly query: (rawQuery: string) => string;
}

/** For a trace that was asked for: whatever is no secret. */
const onDemand: Masks = { headers: maskHeaders, query: maskQuery };

/** For a trace that nobody asked for: what is known to be harmless. */
const unasked: Masks = { headers: maskUnlistedHeaders, query: maskValues };

const cutSection = (text: string) => (text.length > maxHeadersLength ? `${text.slice(0, maxHeadersLength)}…` : text);

/** Header fields as one text: one log field each would use up CloudWatch's 200 per event. */
function shownHeaders(headers: Readonly<HeaderFields>, maskFields = maskHeaders): string {
  return cutSection(JSON.stringify(maskFields(headers)));
}

/** What may be logged of a request: no body, no credential. */
export const shownRequest = (
  { method, rawPath, rawQuery, headers, body, client, source }: ProxyRequest,
  masks = onDemand,
) => ({
  method,
  path: maskUrl(rawPath),
  query: masks.query(rawQuery),
  headers: shownHeaders(headers, masks.headers),
  body_size: Buffer.isBuffer(body) ? body.length : undefined,
  client,
  source,
});

/** A moment as log lines have it. */
const momentOf = (ms: number) => new Date(ms).toISOString();

/** The fields that are not returned as the backend sent them: name, change and reason, as one JSON text. */
function shownChanges(rawHeaders: readonly string[], returned: HeaderFields, rules: readonly FieldRule[] = []): string {
  const changes = responseFieldChanges(rawHeaders, returned, rules).map(({ name, change, why }) => [
    name,
    `${change}: ${why}`,
  ]);
  return cutSection(JSON.stringify(Object.fromEntries(changes)));
}

/** What may be logged of a response: no body, of its cookies the names; beside it, what the backend sent. */
export function shownResponse(
  { statusCode, headers }: ProxyResponse,
  rawHeaders?: readonly string[],
  rules?: readonly FieldRule[],
) {
  return {
    status_code: statusCode,
    headers: shownHeaders(headers),
    backend_headers: rawHeaders && shownHeaders(receivedFields(rawHeaders)),
    changes: rawHeaders && shownChanges(rawHeaders, headers, rules),
    set_cookie_names: setCookieNames(headers['set-cookie']).join(', '),
  };
}

const dayMs = 86_400_000;

/** A TLS connection, under OpenTelemetry's names. */
const shownTls = ({ version, cipher, issuer, validTo }: TlsConnection, now: number) => ({
  protocol: { version },
  cipher,
  server: {
    issuer: cut(issuer),
    not_after: validTo === undefined ? undefined : new Date(validTo).toISOString(),
    days_left: validTo === undefined ? undefined : Math.floor((10 * (validTo - now)) / dayMs) / 10,
  },
});

/**
 * Returns when the request was sent, or undefined when it was not: without a connection, or without the end of its TLS
 * handshake, no byte of it leaves the proxy.
 */
function sentAt({ backendReport, config }: Exchange): number | undefined {
  const { start, connect, secureConnect } = backendReport?.timings ?? {};
  if (backendReport?.reusedSocket) return secureConnect ?? connect ?? start;
  return config?.remoteUrl.protocol === 'https:' ? secureConnect : connect;
}

/**
 * Writes the request sent to the backend and the known facts of its response, as far as the exchange has come.
 *
 * @param exchange the record of the request
 * @param baseQuery the query of REMOTE_URL, whose values are never shown
 */
export function logBackend(exchange: Exchange, baseQuery: string, masks = onDemand): void {
  const { backendRequest, backendReport, config, responseBytes } = exchange;
  if (backendRequest !== undefined) {
    const sent = sentAt(exchange);
    logger.debug(sent === undefined ? 'trace: request not sent to the backend' : 'trace: request sent to the backend', {
      at: sent && momentOf(sent),
      backend: {
        request: {
          method: backendRequest.method,
          target: maskTarget(backendRequest.target, baseQuery, masks.query),
          headers: shownHeaders(backendRequest.headers, (headers) =>
            maskSentHeaders(headers, config?.requestRules ?? [], masks.headers),
          ),
          body_size: Buffer.isBuffer(backendRequest.body) ? backendRequest.body.length : backendReport?.upload?.bytes,
        },
      },
    });
  }
  if (backendReport === undefined) return;
  const { tls, timings, peerAddress } = backendReport;
  logger.debug('trace: backend', {
    at: momentOf(timings?.end ?? timings?.response ?? Date.now()),
    network: peerAddress === undefined ? undefined : { peer: { address: peerAddress } },
    backend: {
      ...backendTimes(exchange),
      status_code: backendReport.statusCode,
      http_version: backendReport.httpVersion,
      declared_length: backendReport.declaredLength,
      body_size: responseBytes,
    },
    tls: tls && shownTls(tls, Date.now()),
  });
}

/**
 * Writes the trace of a request that failed and was not traced on demand: harmless fields, the length of any other, and
 * of the query the names.
 *
 * The exchange keeps what the trace is made of, so that only the requests that need a trace pay for it; Powertools' log
 * buffer would build and serialise every line of every request (docs/design.md).
 */
export function logFailedExchange(exchange: Exchange): void {
  const { request } = exchange;
  if (exchange.traced || !isEnabled('ERROR') || !debugMayBeEnabled()) return;
  exchange.traced = true;
  const { restore } = switchToDebug();
  if (request !== undefined) {
    const at = momentOf(exchange.startedAt);
    logger.debug('trace: request received', { at, event: shownRequest(request, unasked) });
  }
  logBackend(exchange, '', unasked);
  restore();
}
