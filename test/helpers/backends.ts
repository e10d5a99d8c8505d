import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
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
export const httpBackend = (listener: http.RequestListener, options: http.ServerOptions = {}): Promise<Backend> =>
  track(http.createServer(options, listener), 'http');

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

/** A backend that speaks TLS and counts what it sees of it. */
export interface SecureBackend extends Backend {
  /** Handshakes completed so far. */
  readonly handshakes: number;
  /** Names asked for by SNI, in order; false for a handshake without one. */
  readonly serverNames: readonly (string | false)[];
  /** Bytes that came in through TLS. */
  readonly received: number;
}

/**
 * A backend with any certificate and any TLS settings.
 *
 * @param options as for `tls.createServer`
 * @param onConnection what to do with a connection once it is secure
 */
export async function secureBackend(
  options: tls.TlsOptions,
  onConnection: (socket: tls.TLSSocket) => void,
): Promise<SecureBackend> {
  const serverNames: (string | false)[] = [];
  let received = 0;
  const server = tls.createServer(options, (socket) => {
    serverNames.push((socket as tls.TLSSocket & { servername: string | false }).servername);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      received += data.length;
    });
    onConnection(socket);
  });
  server.on('tlsClientError', () => undefined);
  const backend = await track(server, 'https');
  return Object.create(backend, {
    handshakes: { get: () => serverNames.length },
    serverNames: { value: serverNames },
    received: { get: () => received },
  }) as SecureBackend;
}
