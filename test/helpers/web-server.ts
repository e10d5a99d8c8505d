import type http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { createProxy } from '../../src/proxy.ts';
import type { DrainLimits } from '../../src/standalone/half-duplex.ts';
import { proxyListener } from '../../src/standalone/listener.ts';
import { startWebServer, type WebServer } from '../../src/standalone/server.ts';
import { readServerSettings } from '../../src/standalone/settings.ts';
import { type Backend, httpBackend } from './backends.ts';

/** The standalone server, on a free port of loopback. */
export interface TestServer extends WebServer {
  readonly url: string;
  readonly port: number;
}

/**
 * Starts the server as `src/server.ts` does, with settings of its own.
 *
 * @param env settings of the proxy and of the server
 * @param drain limits on dropped content, where they are not the usual ones
 */
export async function startTestServer(
  env: Record<string, string>,
  drain?: Omit<DrainLimits, 'silenceMs'>,
): Promise<TestServer> {
  const settings = readServerSettings({ HOST: '127.0.0.1', PORT: '0', DRAIN_TIMEOUT: '5', ...env });
  const server = await startWebServer(await proxyListener(createProxy(env), env, drain), settings);
  const { port }: AddressInfo = server.address;
  return { ...server, port, url: `http://127.0.0.1:${port}` };
}

/**
 * Starts the server in front of a backend, with limits that a test can wait for.
 *
 * @param listener what answers at the backend
 * @param env settings beside REMOTE_URL
 */
export async function startInFrontOf(
  listener: http.RequestListener,
  env: Record<string, string> = {},
): Promise<{ backend: Backend; server: TestServer }> {
  const backend = await httpBackend(listener);
  const limits = { REQUEST_TIMEOUT: '5', DRAIN_TIMEOUT: '1' };
  return { backend, server: await startTestServer({ REMOTE_URL: backend.url, ...limits, ...env }) };
}

/** What a server sends for bytes that no HTTP library would write, until it closes or `until` has come. */
export function exchangeBytes(port: number, bytes: string, until?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      received += text;
      if (until?.test(received)) socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(received));
  });
}
