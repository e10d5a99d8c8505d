import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allow } from '../http/max-forwards.ts';
import type { ServerSettings } from './settings.ts';

/** A server that is listening. */
export interface WebServer {
  readonly address: AddressInfo;
  /**
   * Takes no more connections, lets the requests under way end, and closes.
   *
   * @returns how many requests were cut off because the time was up
   */
  drain(): Promise<number>;
}

/**
 * Longer than the 60 s after which load balancers give up an idle connection: who closes first must not be the one that
 * may be sent the next request. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
const keepAliveTimeout = 65_000;

function listen(server: Server, { host, port }: ServerSettings): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/**
 * Serves HTTP/1.1 until it is drained.
 *
 * @param listener what answers requests
 * @param settings address, health path and drain time
 * @throws {Error} of `listen`, e.g. EADDRINUSE
 */
export async function startWebServer(listener: RequestListener, settings: ServerSettings): Promise<WebServer> {
  let draining = false;
  let underWay = 0;

  const server = createServer({ keepAliveTimeout, requestTimeout: 0 }, (message, out) => {
    if (draining) out.shouldKeepAlive = false;
    if (message.url?.split('?', 1)[0] === settings.healthPath) {
      out.writeHead(draining ? 503 : 200, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
      out.end(message.method === 'HEAD' ? undefined : draining ? 'draining\n' : 'ok\n');
      return;
    }
    underWay += 1;
    out.once('close', () => {
      underWay -= 1;
      // A connection is idle only after this event.
      if (draining) setImmediate(() => server.closeIdleConnections());
    });
    listener(message, out);
  });
  // A request with more fields than Node counts by itself would lose the rest without a word.
  server.maxHeadersCount = 0;
  server.on('connect', (_request, socket) => {
    socket.end(`HTTP/1.1 405 Method Not Allowed\r\nAllow: ${allow}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });

  const address = await listen(server, settings);
  return {
    address,
    async drain() {
      draining = true;
      let cut = 0;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = setTimeout(() => {
        cut = underWay;
        server.closeAllConnections();
      }, settings.drainTimeoutMs);
      await closed;
      clearTimeout(timer);
      return cut;
    },
  };
}
