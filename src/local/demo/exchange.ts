import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** One request to the demo backend, with everything that a route needs to respond. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path as received: percent-encoding untouched, query removed. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Aborted when the response is complete or its connection closes; it ends the timers of the request. */
  readonly ended: AbortSignal;
}

/** Answers one exchange; `params` are the decoded `:name` parts of the route's path, in order. */
export type Handler = (exchange: Exchange, ...params: string[]) => void | Promise<void>;

/** The request is invalid; the router responds with a 400 page that shows the message. */
export class BadRequest extends Error {}

/**
 * Reads a number that a client put into the path or the query.
 *
 * @param text The number as sent, for example `'0.5'`.
 * @param most The largest number served; larger ones are lowered to it, as httpbin does.
 * @throws {BadRequest} When the text is no number, or a negative one.
 */
export function readNumber(text: string, most: number): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new BadRequest(`Not a number: ${text}`);
  return Math.min(Number(text), most);
}

/**
 * Like {@link readNumber}, for counts.
 *
 * @throws {BadRequest} When the text is no whole number.
 */
export function readCount(text: string, most: number): number {
  if (!/^\d+$/.test(text)) throw new BadRequest(`Not a whole number: ${text}`);
  return Math.min(Number(text), most);
}

/**
 * Sends a complete response with its Content-Length. Node omits the body for HEAD.
 *
 * @param body Text is sent as UTF-8.
 * @throws {TypeError} When a header's name or value cannot be sent over HTTP.
 */
export function send(
  exchange: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Uint8Array,
): void {
  // As bytes: Node would put a string body and the headers into one UTF-8 write, which spoils Latin-1 header values.
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const bodyless = status < 200 || status === 204 || status === 304;
  exchange.response.writeHead(status, bodyless ? headers : { ...headers, 'Content-Length': bytes.length });
  if (bodyless) exchange.response.end();
  else exchange.response.end(bytes);
}

/** Sends a value in the layout of httpbin's JSON responses: two-space indent and a final newline. */
export function sendJson(exchange: Exchange, value: unknown, headers: OutgoingHttpHeaders = {}): void {
  send(exchange, 200, { 'Content-Type': 'application/json', ...headers }, `${JSON.stringify(value, null, 2)}\n`);
}

/** Sends an HTML page as UTF-8. */
export function sendHtml(exchange: Exchange, html: string, status = 200, headers: OutgoingHttpHeaders = {}): void {
  send(exchange, status, { 'Content-Type': 'text/html; charset=utf-8', ...headers }, html);
}
