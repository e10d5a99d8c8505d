import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { maxHeaderSectionBytes } from '../http/header-section.ts';
import { allow } from '../http/request/max-forwards.ts';
import { watchConnections } from './connections.ts';
import { drainLimits, readToEnd } from './half-duplex.ts';
import type { Listener } from './listener.ts';
import { endsConnection } from './request.ts';
import type { ServerSettings } from './settings.ts';

/** A server that is listening. */
export interface WebServer {
  readonly address: AddressInfo;
  /**
   * Closes the connections without a request, takes no more, lets the requests under way end, and closes.
   *
   * @returns how many requests were cut off because the time was up
   */
  drain(): Promise<number>;
}

/**
 * Milliseconds that an idle connection is kept: longer than the 60 s after which load balancers close theirs, because
 * whoever may send the next request must close first. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
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
 * @param listener responds to requests
 * @param settings address, health path, drain time and the bounds on clients
 * @throws {Error} of `listen`, e.g. EADDRINUSE
 */
export async function startWebServer(listener: Listener, settings: ServerSettings): Promise<WebServer> {
  let draining = false;
  const drained = { ...drainLimits, silenceMs: settings.clientTimeoutMs };
  const underWay = new Map<ServerResponse, Promise<void>>();
  /** The newest response of each connection. */
  const latest = new WeakMap<Socket, ServerResponse>();

  const respond = (message: IncomingMessage, out: ServerResponse) => {
    const { socket } = message;
    // The response before this one is the last of the connection: nobody would read another.
    if (latest.get(socket)?.shouldKeepAlive === false) return;
    latest.set(socket, out);
    connections.begin(socket, out);
    out.shouldKeepAlive &&= !draining && !endsConnection(message);
    if (message.url?.split('?', 1)[0] === settings.healthPath) {
      const send = () => {
        out.writeHead(draining ? 503 : 200, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
        out.end(message.method === 'HEAD' ? undefined : draining ? 'draining\n' : 'ok\n');
      };
      if (settings.isHalfDuplex) void readToEnd(message, undefined, drained).then(send);
      else send();
      return;
    }
    underWay.set(
      out,
      listener(message, out).finally(() => underWay.delete(out)),
    );
  };
  const server = createServer(
    {
      maxHeaderSize: maxHeaderSectionBytes,
      keepAliveTimeout,
      // Bounds the header section alone; the content of a request has limits of its own.
      headersTimeout: settings.clientTimeoutMs,
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1000, settings.clientTimeoutMs / 4),
    },
    respond,
  );
  const connections = watchConnections(server, settings);
  // Node would respond with 417 by itself.
  server.on('checkExpectation', respond);
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
      connections.closeWaiting();
      await closed;
      clearTimeout(timer);
      connections.stop();
      // Their log lines come after the last byte.
      await Promise.all(underWay.values());
      return cut;
    },
  };
}
