import type { Exchange, ProxyResponse } from '../types.ts';
import { backendTimes } from './access-log.ts';

const field = 'server-timing';

const metric = (name: string, description: string, ms: unknown) =>
  typeof ms === 'number' ? [`${name};desc="${description}";dur=${Math.round(ms * 10) / 10}`] : [];

/**
 * Returns the response with the times of its exchange in Server-Timing, which browsers show beside the request
 * (https://www.w3.org/TR/server-timing/). What the backend says there stays in front.
 *
 * @param response the response
 * @param exchange the record of the request
 * @param now milliseconds since the epoch
 */
export function withServerTiming(response: ProxyResponse, exchange: Exchange, now: number): ProxyResponse {
  const times = backendTimes(exchange) ?? {};
  const total = now - exchange.startedAt;
  const { timings } = exchange.backendReport ?? {};
  // Of a streamed response the body is still to come.
  const backend = timings && (timings.phases.total ?? (timings.response ?? now) - timings.start);
  const own = [
    ...metric('dns', 'name lookup', times['dns_ms']),
    ...metric('connect', 'TCP connection', times['connect_ms']),
    ...metric('tls', 'TLS handshake', times['tls_ms']),
    ...metric('first-byte', 'backend until its first byte', times['first_byte_ms']),
    ...metric('total', 'in the function', total),
    ...metric('proxy', 'proxy alone', Math.max(0, total - (backend ?? 0))),
  ];
  const value = [response.headers[field] ?? [], own].flat().join(', ');
  return { ...response, headers: { ...response.headers, [field]: value } };
}
