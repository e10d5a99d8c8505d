import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, isIPv6, type Server } from 'node:net';
import { createCertificate } from './certificate.ts';
import { sendHtml } from './exchange.ts';
import { homePage, type Story } from './home-page.ts';
import { napOf, switchOf } from './nap.ts';
import { createListener, route } from './router.ts';
import { ROUTES } from './routes.ts';

/** A running demo backend. */
export interface DemoBackend {
  /** `http://127.0.0.1:PORT`, without a final slash. */
  readonly httpUrl: string;
  /** `https://127.0.0.1:PORT`, with a self-signed certificate. */
  readonly httpsUrl: string;
  /** SHA-256 of the certificate, as `AA:BB:...`. */
  readonly fingerprint: string;
  /** Requests taken so far, over both servers and counted as they arrive. */
  readonly requests: number;
  /** TLS handshakes completed so far. */
  readonly tlsHandshakes: number;
  /**
   * Starts a webhook that wakes the backend after `POST /demo/stop`.
   *
   * @returns its address
   */
  startWebhook(): Promise<string>;
  /** Closes both servers, every open connection and every pending response. May be called again. */
  close(): Promise<void>;
}

/** Where the demo backend listens. */
export interface DemoBackendOptions {
  /** The address to bind, `127.0.0.1` by default. */
  readonly host?: string;
  /** A free port by default. */
  readonly httpPort?: number;
  /** A free port by default. */
  readonly httpsPort?: number;
  /** What stands in front of it, for its start page. */
  readonly story?: Story;
}

/**
 * Starts a backend to put behind the proxy: the same pages over HTTP and over HTTPS with a new self-signed certificate.
 *
 * @throws The server's error when an address or port cannot be had (`EADDRINUSE`, `EACCES`, ...).
 * @example
 * const backend = await startDemoBackend();
 * await fetch(`${backend.httpUrl}/headers`);
 * await backend.close();
 */
export async function startDemoBackend(options: DemoBackendOptions = {}): Promise<DemoBackend> {
  const { host = '127.0.0.1', httpPort = 0, httpsPort = 0, story } = options;
  const { key, cert, fingerprint } = await createCertificate();
  let requests = 0;
  let tlsHandshakes = 0;
  const home = homePage(story);
  const listener: RequestListener = (request, response) => {
    requests += 1;
    respond(request, response);
  };
  const http = createHttpServer(listener);
  const https = createHttpsServer({ key, cert }, listener).on('secureConnection', () => {
    tlsHandshakes += 1;
  });
  const switches = [switchOf(http), switchOf(https)];
  const nap = napOf(switches);
  const respond = createListener([route('/', (exchange) => sendHtml(exchange, home)), ...nap.routes, ...ROUTES]);
  const close = async () => {
    nap.close();
    await Promise.all(switches.map((each) => each.close()));
  };
  try {
    return {
      httpUrl: `http://${await listen(http, host, httpPort)}`,
      httpsUrl: `https://${await listen(https, host, httpsPort)}`,
      fingerprint,
      get requests() {
        return requests;
      },
      get tlsHandshakes() {
        return tlsHandshakes;
      },
      startWebhook: nap.startWebhook,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns The authority to reach the server at. */
async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  return `${isIPv6(host) ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}
