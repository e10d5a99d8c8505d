import { once } from 'node:events';
import { connect } from 'node:net';
import type { Config } from '../../src/config/config.ts';

/** Longest time to wait for the first bytes, in milliseconds. */
export const greetingMs = 1000;

/** What servers of other protocols send first, in bytes as characters. */
const greetings: readonly (readonly [pattern: RegExp, protocol: string])[] = [
  [/^SSH-/, 'SSH'],
  [/^220[ -].*\b(?:E?SMTP|mail|postfix|exim)\b/i, 'SMTP'],
  [/^220[ -]/, 'FTP or SMTP'],
  [/^\* (?:OK|PREAUTH|BYE)/, 'IMAP'],
  [/^\+OK/, 'POP3'],
  [/^(?:-(?:ERR|NOAUTH|DENIED|MISCONF)|\+PONG)/, 'Redis'],
  [/^RFB \d/, 'VNC'],
  [/^AMQP/, 'AMQP'],
  [/^(?:ERROR\r\n)/, 'memcached'],
  [/^RTSP\//, 'RTSP'],
  [/^.{3}\0[\n\xff]/s, 'MySQL'],
  [/^\s*<(?:!doctype|html|head|body)\b/i, 'HTTP/0.9, or a page without a header section'],
];

/** A frame of type SETTINGS on stream 0 (RFC 9113 §4.1, §6.5). */
const isSettingsFrame = (bytes: string) =>
  bytes.startsWith('\0') && bytes.charCodeAt(3) === 4 && bytes.slice(5, 9) === '\0\0\0\0';

/**
 * Returns the protocol of a port that does not speak HTTP/1.1, by what it sends first or in response to a request.
 *
 * @param address where to connect to
 * @param timeoutMs longest time to wait, twice
 * @returns undefined when nothing is known of what it sends, `''` when it sends nothing
 */
export async function protocolAt(
  { hostname: host, port }: Config['connectTo'],
  timeoutMs: number,
): Promise<string | undefined> {
  for (const request of ['', `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`]) {
    const first = await firstBytes([host, port], request, timeoutMs);
    if (first === '') continue;
    if (isSettingsFrame(first)) return 'HTTP/2 without HTTP/1.1';
    return greetings.find(([pattern]) => pattern.test(first))?.[1];
  }
  return '';
}

/** Returns the first bytes of a connection as characters; none when it ends or stays silent. */
async function firstBytes([host, port]: [string, number], request: string, timeoutMs: number): Promise<string> {
  const socket = connect({ host, port });
  const received = once(socket, 'data', { signal: AbortSignal.timeout(timeoutMs) });
  socket.on('connect', () => socket.write(request)).on('end', () => socket.destroy(new Error('ended')));
  try {
    const [bytes] = (await received) as [Buffer];
    return bytes.toString('latin1');
  } catch {
    return '';
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
