import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createCertificate } from '../../src/local/demo/certificate.ts';

/** A backend on loopback that ends with the test. */
export interface Backend {
  readonly url: string;
  readonly port: number;
  /** TCP connections accepted so far. */
  readonly connections: number;
  close(): Promise<void>;
}

function track(server: net.Server, protocol: string): Promise<Backend> {
  const sockets = new Set<Duplex>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        url: `${protocol}://127.0.0.1:${port}`,
        port,
        get connections() {
          return connections;
        },
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

/** An HTTP backend. */
export const httpBackend = (listener: http.RequestListener): Promise<Backend> =>
  track(http.createServer(listener), 'http');

/** An HTTPS backend with a certificate of its own making. */
export async function httpsBackend(
  listener: http.RequestListener,
): Promise<{ backend: Backend; fingerprint: string; cert: string }> {
  const { fingerprint, key, cert } = await createCertificate();
  return { backend: await track(https.createServer({ key, cert }, listener), 'https'), fingerprint, cert };
}

/**
 * A backend that speaks bytes: for answers that no HTTP library would send.
 *
 * @param onConnection what to do with a new connection
 */
export const rawBackend = (onConnection: (socket: net.Socket) => void): Promise<Backend> =>
  track(net.createServer(onConnection), 'http');
