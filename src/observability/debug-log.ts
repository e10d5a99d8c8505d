import { maskHeaders, maskQuery, maskUrl, maskValues } from '../http/redaction/redaction.ts';
import type { Exchange, HeaderFields, ProxyRequest } from '../types.ts';
import { backendTimes } from './access-log.ts';
import { debugMayBeEnabled, isEnabled, logger, switchToDebug } from './logger.ts';

/** Characters of a header section that are shown: whoever sends more would have every failure cost its ingestion. */
const maxHeadersLength = 8192;

/** Header fields as one text: one log field each would use up CloudWatch's 200 per event. */
export function shownHeaders(headers: Readonly<HeaderFields>): string {
  const text = JSON.stringify(maskHeaders(headers));
  return text.length > maxHeadersLength ? `${text.slice(0, maxHeadersLength)}…` : text;
}

/** How much of a query is shown. */
type MaskQuery = (rawQuery: string) => string;

/** What may be logged of a request: no body, no credential. */
export const shownRequest = (
  { method, rawPath, rawQuery, headers, body, client, source }: ProxyRequest,
  mask: MaskQuery = maskQuery,
) => ({
  method,
  path: maskUrl(rawPath),
  query: mask(rawQuery),
  headers: shownHeaders(headers),
  body_size: Buffer.isBuffer(body) ? body.length : undefined,
  client,
  source,
});

function shownTarget(target: string, mask: MaskQuery): string {
  const [path = '', ...query] = target.split('?');
  return [maskUrl(path), ...(query.length > 0 ? [mask(query.join('?'))] : [])].join('?');
}

/** Writes what was sent to the backend and what is known of its answer, as far as the exchange has come. */
export function logBackend(exchange: Exchange, mask: MaskQuery = maskQuery): void {
  const { backendRequest, backendReport, responseBytes } = exchange;
  if (backendRequest !== undefined) {
    logger.debug('trace: request sent to the backend', {
      backend: {
        request: {
          method: backendRequest.method,
          target: shownTarget(backendRequest.target, mask),
          headers: shownHeaders(backendRequest.headers),
          body_size: Buffer.isBuffer(backendRequest.body) ? backendRequest.body.length : backendReport?.upload?.bytes,
        },
      },
    });
  }
  if (backendReport === undefined) return;
  logger.debug('trace: backend', {
    backend: {
      ...backendTimes(exchange),
      status_code: backendReport.statusCode,
      http_version: backendReport.httpVersion,
      declared_length: backendReport.declaredLength,
      body_size: responseBytes,
    },
  });
}

/**
 * Writes the trace of a request that failed without having asked for one; of its query no more than the names.
 *
 * The exchange has kept what the trace is made of, so that it is made for the requests that need it and costs the
 * others nothing; Powertools' log buffer would have made and serialised every line of every request (docs/design.md).
 */
export function logFailedExchange(exchange: Exchange): void {
  const { request } = exchange;
  if (exchange.traced || !isEnabled('ERROR') || !debugMayBeEnabled()) return;
  exchange.traced = true;
  const { restore } = switchToDebug();
  if (request !== undefined) logger.debug('trace: request received', { event: shownRequest(request, maskValues) });
  logBackend(exchange, maskValues);
  restore();
}
