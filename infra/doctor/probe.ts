import { once } from 'node:events';
import http from 'node:http';
import tls from 'node:tls';
import type { Config } from '../../src/config/config.ts';

/** Where connections go. */
type Address = Config['connectTo'];

/** Longest time for a probe in milliseconds. */
export const probeMs = 3000;

/** What Node accepts with the option in NODE_OPTIONS that the doctor recommends. */
const anyTls = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0', rejectUnauthorized: false } as const;

/** A connection with old TLS. */
export interface OldTls {
  readonly protocol: string | null;
  readonly cipher: string;
}

/**
 * Opens a TLS connection with every version and cipher that Node has.
 *
 * @param address where to connect to
 * @param options name for SNI, client certificate
 * @returns version and cipher; undefined without a handshake
 */
export async function connectWithOldTls(
  { hostname: host, port }: Address,
  options: tls.ConnectionOptions,
): Promise<OldTls | undefined> {
  const socket = tls.connect({ ...options, ...anyTls, host, port });
  socket.setTimeout(probeMs, () => socket.destroy(new Error('no handshake')));
  try {
    await once(socket, 'secureConnect');
    return { protocol: socket.getProtocol(), cipher: socket.getCipher().standardName };
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

/**
 * Says whether a port speaks TLS: it completes a handshake, or refuses one with an alert.
 *
 * @param address where to connect to
 * @param servername name for SNI; empty for none
 */
export async function speaksTls({ hostname: host, port }: Address, servername: string): Promise<boolean> {
  const socket = tls.connect({ ...anyTls, host, port, servername });
  socket.setTimeout(probeMs, () => socket.destroy(new Error('no handshake')));
  try {
    await once(socket, 'secureConnect');
    return true;
  } catch (error) {
    return /SSL alert number/.test((error as Error).message);
  } finally {
    socket.destroy();
  }
}

/** Longest time in milliseconds for the alert behind a handshake. */
const alertMs = 1000;

/**
 * Opens a TLS connection, sends nothing, and waits for the backend to refuse it.
 *
 * @param address where to connect to
 * @param options name for SNI, client certificate
 * @returns the backend's reason, `closed` when it names none, `open` when the connection stays open
 */
export async function endAfterHandshake(
  { hostname: host, port }: Address,
  options: tls.ConnectionOptions,
): Promise<Error | 'closed' | 'open'> {
  const socket = tls.connect({ ...options, rejectUnauthorized: false, host, port }).resume();
  try {
    await once(socket, 'close', { signal: AbortSignal.timeout(alertMs) });
    return 'closed';
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') return 'open';
    return code === 'ECONNRESET' ? 'closed' : (error as Error);
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

/**
 * Sends a plain HTTP request and reads the response with Node's lenient parser.
 *
 * @param address where to connect to
 * @param path path and query
 * @param hostField Host field
 * @param timeoutMs longest time to wait
 * @returns the status; undefined when the port does not speak HTTP
 */
export async function plainHttpStatus(
  { hostname: host, port }: Address,
  path: string,
  hostField: string,
  timeoutMs: number,
): Promise<number | undefined> {
  const options: http.RequestOptions = {
    host,
    port,
    path,
    headers: { host: hostField },
    agent: false,
    insecureHTTPParser: true,
    signal: AbortSignal.timeout(timeoutMs),
  };
  const request = http.get(options);
  request.on('error', () => undefined);
  try {
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.on('error', () => undefined).resume();
    await once(response, 'end');
    return response.statusCode;
  } catch {
    return undefined;
  } finally {
    request.destroy();
  }
}
