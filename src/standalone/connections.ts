import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of clients, with a bound on their number and on the time that they may block. */
export interface ClientConnections {
  /** Notes that a connection has a request under way, until its response is closed. */
  begin(socket: Socket, out: ServerResponse): void;
  /** Closes every connection that has no request under way, and from now on each whose last request ends. */
  closeWaiting(): void;
  /** Stops watching. */
  stop(): void;
}

interface Bounds {
  readonly maxConnections: number;
  /** Milliseconds in which a client must take a part of what waits for it. */
  readonly clientTimeoutMs: number;
}

/** What is known of a connection. */
interface State {
  requests: number;
  /** Bytes handed to the socket, as of `since`. */
  written: number;
  /** Milliseconds since the epoch. */
  since: number;
}

/**
 * Watches the connections of a server.
 *
 * - Of more than `maxConnections`, the one that has waited longest without a request is closed; when all have one, the
 *   new connection is.
 * - A client that does not read is cut off: bytes have waited for it for `clientTimeoutMs`, and none were added. What
 *   waits is at most a few chunks, so that this bounds the slowest rate as well.
 *
 * @param server before it listens
 * @param bounds how many and how long
 */
export function watchConnections(server: Server, { maxConnections, clientTimeoutMs }: Bounds): ClientConnections {
  const states = new Map<Socket, State>();
  /** Those without a request, the longest wait first. */
  const waiting = new Set<Socket>();
  let closing = false;

  server.on('connection', (socket: Socket) => {
    if (states.size >= maxConnections) {
      const [longest = socket] = waiting;
      waiting.delete(longest);
      states.delete(longest);
      longest.destroy();
      if (longest === socket) return;
    }
    states.set(socket, { requests: 0, written: 0, since: Date.now() });
    waiting.add(socket);
    socket.once('close', () => {
      states.delete(socket);
      waiting.delete(socket);
    });
  });

  const cutUnread = () => {
    const now = Date.now();
    for (const [socket, state] of states) {
      if (socket.writableLength === 0 || socket.bytesWritten !== state.written) {
        state.written = socket.bytesWritten;
        state.since = now;
      } else if (now - state.since >= clientTimeoutMs) {
        // An ordinary close would leave the unread bytes in the kernel until the client reads them.
        socket.resetAndDestroy();
      }
    }
  };
  const timer = setInterval(cutUnread, Math.min(1000, clientTimeoutMs / 4)).unref();

  return {
    begin(socket, out) {
      const state = states.get(socket);
      if (state === undefined) return;
      state.requests += 1;
      waiting.delete(socket);
      out.once('close', () => {
        state.requests -= 1;
        if (state.requests > 0 || !states.has(socket)) return;
        if (closing) socket.destroySoon();
        else waiting.add(socket);
      });
    },
    closeWaiting() {
      closing = true;
      for (const socket of waiting) socket.destroy();
    },
    stop: () => clearInterval(timer),
  };
}
