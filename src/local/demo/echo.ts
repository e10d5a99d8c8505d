import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type Exchange, sendJson } from './exchange.ts';
import { parseForm, textOrDataUrl } from './form.ts';
import { groupValues, type MultiValue } from './multi-value.ts';

/** A request as httpbin describes it, and what a byte-exact test needs besides. */
interface RequestEcho {
  readonly args: MultiValue;
  readonly data: string;
  readonly files: MultiValue;
  readonly form: MultiValue;
  readonly headers: Record<string, string>;
  readonly json: unknown;
  readonly method: string;
  readonly origin: string;
  readonly url: string;
  /** The request-target exactly as received. */
  readonly rawUrl: string;
  /** Header names and values in turn, exactly as received. */
  readonly rawHeaders: readonly string[];
}

/** `/anything`, `/get`, `/post` and similar: responds with a description of the request. */
export async function echo(exchange: Exchange): Promise<void> {
  sendJson(exchange, await describeRequest(exchange));
}

/** `/headers`. */
export function showHeaders(exchange: Exchange): void {
  sendJson(exchange, { headers: headersOf(exchange.request) });
}

/** `/ip`. */
export function showOrigin(exchange: Exchange): void {
  sendJson(exchange, { origin: originOf(exchange.request) });
}

/** `/user-agent`. */
export function showUserAgent(exchange: Exchange): void {
  sendJson(exchange, { 'user-agent': exchange.request.headers['user-agent'] ?? null });
}

/** Reads the request to its end and describes it. */
export async function describeRequest({ request, query }: Exchange): Promise<RequestEcho> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const posted = await parseForm(request.headers['content-type'] ?? '', body);
  const data = posted === undefined ? textOrDataUrl(body) : '';
  const rawUrl = request.url ?? '';
  return {
    args: groupValues(query),
    data,
    files: posted?.files ?? {},
    form: posted?.form ?? {},
    headers: headersOf(request),
    json: parseJson(data),
    method: request.method ?? '',
    origin: originOf(request),
    url: URL.canParse(rawUrl) ? rawUrl : `${forwardedScheme(request)}://${request.headers.host ?? ''}${rawUrl}`,
    rawUrl,
    rawHeaders: request.rawHeaders,
  };
}

/** The request's headers as httpbin shows them: names in Title-Case and sorted, repeats joined by commas. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase().replaceAll(/[a-z]+/g, capitalise);
    const value = request.rawHeaders[index + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries([...headers].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The client's address: the one that a proxy forwarded, else that of the connection. */
export function originOf(request: IncomingMessage): string {
  return firstOf(request.headers['x-forwarded-for']) ?? request.socket.remoteAddress ?? '';
}

/** The scheme of the connection that the request came over. */
export function schemeOf(request: IncomingMessage): 'http' | 'https' {
  return (request.socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
}

function forwardedScheme(request: IncomingMessage): string {
  return firstOf(request.headers['x-forwarded-proto']) ?? schemeOf(request);
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
