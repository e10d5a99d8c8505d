import http from 'node:http';
import { buffer } from 'node:stream/consumers';

/** An answer as it came over the wire: nothing decoded, nothing followed. */
export interface BackendResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/**
 * Sends one request and reads the whole answer.
 *
 * @param options.target request-target to write as it stands, where the URL parser would change it
 */
export async function send(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
    target,
  }: { method?: string; headers?: http.OutgoingHttpHeaders; body?: string | Buffer; target?: string } = {},
): Promise<BackendResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  // Node announces a body by itself only for methods that usually have one.
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  http
    .request(
      url,
      { method, headers: { ...length, ...headers }, agent: false, ...(target === undefined ? {} : { path: target }) },
      resolve,
    )
    .once('error', reject)
    .end(body);
  const message = await promise;
  const bytes = await buffer(message);
  return { status: message.statusCode ?? 0, headers: message.headers, body: bytes, text: bytes.toString('utf8') };
}
