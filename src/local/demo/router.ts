import type { RequestListener } from 'node:http';
import { BadRequest, type Exchange, type Handler, send, sendHtml } from './exchange.ts';
import { errorPage } from './pages.ts';

/** One line of the route table. */
export interface Route {
  readonly pattern: RegExp;
  readonly handler: Handler;
  /** Allowed methods besides OPTIONS and HEAD, which GET includes; none listed means every method. */
  readonly methods: readonly string[];
}

/**
 * Declares a route.
 *
 * @param path The path; `:name` stands for one segment, a final `*` for any rest.
 * @param methods the allowed methods; an empty list for every method
 * @example route('/cookies/set/:name/:value', setCookie)
 */
export function route(path: string, handler: Handler, methods: readonly string[] = ['GET']): Route {
  const source = path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '([^/]+)').replace(/\*$/, '.*');
  return { pattern: new RegExp(`^${source}$`), handler, methods };
}

/** Makes the request listener that both servers share. */
export function createListener(routes: readonly Route[]): RequestListener {
  return (request, response) => {
    const ending = new AbortController();
    response.on('close', () => ending.abort());
    // A client that disconnects during a slow response is normal; without a listener its error would end the process.
    response.on('error', () => ending.abort());
    // A proxy's client may send the absolute form of the target: "GET http://host/path".
    const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
    const question = target.indexOf('?');
    const path = question < 0 ? target : target.slice(0, question);
    const query = new URLSearchParams(question < 0 ? '' : target.slice(question));
    void handle(routes, { request, response, path: path || '/', query, ended: ending.signal });
  };
}

async function handle(routes: readonly Route[], exchange: Exchange): Promise<void> {
  try {
    for (const { pattern, handler, methods } of routes) {
      const match = pattern.exec(exchange.path);
      if (match === null) continue;
      if (!allows(methods, exchange.request.method ?? 'GET')) return refuseMethod(exchange, methods);
      return await handler(exchange, ...match.slice(1).map((part) => decodeURIComponent(part)));
    }
    sendHtml(exchange, errorPage('Not found', `Nothing lives at ${exchange.path}.`), 404);
  } catch (error) {
    fail(exchange, error);
  }
}

function allows(methods: readonly string[], method: string): boolean {
  return methods.length === 0 || methods.includes(method === 'HEAD' ? 'GET' : method);
}

function refuseMethod(exchange: Exchange, methods: readonly string[]): void {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  const page = errorPage('Method not allowed', `This page allows ${allow}.`);
  if (exchange.request.method === 'OPTIONS') send(exchange, 200, { Allow: allow }, '');
  else sendHtml(exchange, page, 405, { Allow: allow });
}

function fail(exchange: Exchange, error: unknown): void {
  if (exchange.response.headersSent || exchange.ended.aborted) {
    exchange.response.destroy();
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof BadRequest || error instanceof URIError || isHeaderError(error)) {
    sendHtml(exchange, errorPage('Bad request', message), 400);
  } else {
    sendHtml(exchange, errorPage('Internal error', message), 500);
  }
}

/** Node refuses header names and values that HTTP does not allow; here they can only come from the client's query. */
function isHeaderError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN';
}
