import { once } from 'node:events';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { type Exchange, sendHtml } from './exchange.ts';
import { page } from './pages.ts';
import { type Route, route } from './router.ts';

/** Milliseconds that the backend stays off when nobody wakes it. */
const napMs = 20_000;

/** Milliseconds that it takes to start, as a machine does. */
const startMs = 3000;

const STOPPED_PAGE = page(
  'The backend is off',
  `<h1>The backend is off</h1>
<p>It takes no connections for ${napMs / 1000} seconds, or until it is woken and has started, which takes
${startMs / 1000} seconds.</p>
<p><a href="../">Open the start page</a>: the proxy responds in its place with a page that waits. The checks of that page
wake the backend (WAKE), and it opens the site by itself.</p>`,
);

/** A server that can be switched off and on again. */
export interface Switch {
  /** Takes no more connections, and closes those there are but one. */
  off(except?: Socket): void;
  /** Listens again, where it did before. */
  on(): Promise<void>;
  /** Ends it. May be called again. */
  close(): Promise<void>;
}

/** Keeps track of the server's sockets: `closeAllConnections` misses those that are still in their TLS handshake. */
export function switchOf(server: Server): Switch {
  const sockets = new Set<Socket>();
  let address: AddressInfo | undefined;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('listening', () => {
    address = server.address() as AddressInfo;
  });
  const destroyAll = (except?: Socket) => {
    // By the port: over TLS the socket of a request is another object than that of its connection.
    for (const socket of sockets) if (socket.remotePort !== except?.remotePort) socket.destroy();
  };
  return {
    off(except) {
      server.close();
      destroyAll(except);
    },
    async on() {
      if (server.listening || address === undefined) return;
      server.listen(address.port, address.address);
      await once(server, 'listening');
    },
    close: () =>
      new Promise((resolve) => {
        // The callback's error only says that the server was not listening any more.
        server.close(() => resolve());
        destroyAll();
      }),
  };
}

/** A backend that can be stopped for a while, and woken. */
export interface Nap {
  readonly routes: readonly Route[];
  /** Starts the webhook that wakes the backend, and returns its address. */
  startWebhook(): Promise<string>;
  close(): void;
}

/**
 * Makes the routes by which the demo backend is stopped.
 *
 * @param switches its servers
 */
export function napOf(switches: readonly Switch[]): Nap {
  let timer: NodeJS.Timeout | undefined;
  let webhook: HttpServer | undefined;
  let closed = false;

  const startIn = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      if (!closed) for (const each of switches) void each.on();
    }, ms);
  };

  /** `POST /demo/stop`. A link would do it for whoever prefetches. */
  const stop = (exchange: Exchange) => {
    const { socket }: IncomingMessage = exchange.request;
    for (const each of switches) each.off(socket);
    startIn(napMs);
    sendHtml(exchange, STOPPED_PAGE, 200, { Connection: 'close' });
  };

  return {
    routes: [route('/demo/stop', stop, ['POST'])],
    async startWebhook() {
      webhook = createServer((request, response) => {
        // Woken once: further calls while it starts change nothing.
        if (request.method === 'POST' && timer !== undefined) startIn(startMs);
        response.writeHead(request.method === 'POST' ? 202 : 405).end();
      }).listen(0, '127.0.0.1');
      await once(webhook, 'listening');
      return `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/wake`;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      webhook?.close();
      webhook?.closeAllConnections();
    },
  };
}
