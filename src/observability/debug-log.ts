import { upstreamTimes } from './access-log.ts';
import { maskHeaders, maskQuery, maskUrl, maskValues } from '../http/redaction/redaction.ts';
import { debugMayBeHeard, isHeard, logger, switchToDebug } from './logger.ts';
import type { Exchange, HeaderFields, ProxyRequest } from '../types.ts';

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
  const { outgoing, upstream, responseBytes } = exchange;
  if (outgoing !== undefined) {
    logger.debug('trace: request sent to the backend', {
      outgoing: {
        method: outgoing.method,
        target: shownTarget(outgoing.target, mask),
        headers: shownHeaders(outgoing.headers),
        body_size: Buffer.isBuffer(outgoing.body) ? outgoing.body.length : upstream?.upload?.bytes,
      },
    });
  }
  if (upstream === undefined) return;
  logger.debug('trace: backend', {
    upstream: {
      ...upstreamTimes(exchange),
      status_code: upstream.statusCode,
      http_version: upstream.httpVersion,
      declared_length: upstream.declaredLength,
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
  if (exchange.traced || !isHeard('ERROR') || !debugMayBeHeard()) return;
  exchange.traced = true;
  const { restore } = switchToDebug();
  if (request !== undefined) logger.debug('trace: request received', { event: shownRequest(request, maskValues) });
  logBackend(exchange, maskValues);
  restore();
}
