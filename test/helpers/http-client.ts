import http from 'node:http';
import { buffer } from 'node:stream/consumers';

/** An answer as it came over the wire: nothing decoded, nothing followed. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** Sends one request and reads the whole answer. */
export async function send(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: http.OutgoingHttpHeaders; body?: string | Buffer } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  http.request(url, { method, headers, agent: false }, resolve).once('error', reject).end(body);
  const message = await promise;
  const bytes = await buffer(message);
  return { status: message.statusCode ?? 0, headers: message.headers, body: bytes, text: bytes.toString('utf8') };
}
