import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allow } from '../http/request/max-forwards.ts';
import type { Listener } from './listener.ts';
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
export async function startWebServer(listener: Listener, settings: ServerSettings): Promise<WebServer> {
  let draining = false;
  const underWay = new Map<ServerResponse, Promise<void>>();

  const server = createServer({ keepAliveTimeout, requestTimeout: 0 }, (message, out) => {
    out.shouldKeepAlive &&= !draining;
    if (message.url?.split('?', 1)[0] === settings.healthPath) {
      out.writeHead(draining ? 503 : 200, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
      out.end(message.method === 'HEAD' ? undefined : draining ? 'draining\n' : 'ok\n');
      return;
    }
    const answered = listener(message, out).finally(() => underWay.delete(out));
    underWay.set(out, answered);
    // A connection is idle only after this event.
    out.once('close', () => draining && setImmediate(() => server.closeIdleConnections()));
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
      for (const out of underWay.keys()) out.shouldKeepAlive = false;
      let cut = 0;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = setTimeout(() => {
        cut = underWay.size;
        server.closeAllConnections();
      }, settings.drainTimeoutMs);
      await closed;
      clearTimeout(timer);
      // Their log lines come after the last byte.
      await Promise.all(underWay.values());
      return cut;
    },
  };
}
