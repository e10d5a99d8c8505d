import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { publicName } from './endpoint.ts';

/** A forward proxy that command-line clients take to the public name, for lack of a DNS entry. */
export interface ConnectProxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a forward proxy that knows one name.
 *
 * @param port port of the loopback address at which the public name stands
 */
export async function startConnectProxy(port: number): Promise<ConnectProxy> {
  const sockets = new Set<net.Socket>();
  const server = http.createServer((_request, response) => response.writeHead(403).end());
  server.on('connect', (request, client, head) => {
    if (request.url !== `${publicName}:443`) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const target = net.connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    for (const socket of [target, client as net.Socket]) {
      sockets.add(socket);
      socket
        .once('error', () => undefined)
        .once('close', () => {
          target.destroy();
          client.destroy();
        });
    }
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
