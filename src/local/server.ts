import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Front, FrontResponse } from './front.ts';
import { functionUrlFront } from './function-url.ts';
import type { InvokeStreaming } from './lambda-stream.ts';

/** Hands an event to the function and brings its answer; rejects when the invocation fails. */
export type Invoke = (event: unknown) => Promise<unknown>;

/** A front door listening on this machine. */
export interface LocalServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Largest event and largest answer in bytes that Lambda takes, both measured as JSON. */
const maxEventBytes = 6_291_456;
const maxResultBytes = 6_291_556;

const urlFields = new Set(['location', 'content-location', 'refresh', 'link']);

/** The public name leads nowhere from here, so what the browser may follow is brought back to this address. */
function toLocalAddress({ headers }: Sent, domainName: string, url: string): FrontResponse['headers'] {
  const publicOrigin = new RegExp(`https://${RegExp.escape(domainName)}(?![\\w.:@-])`, 'g');
  return headers.map(([name, value]) => [name, urlFields.has(name) ? value.replace(publicOrigin, url) : value]);
}

const json = (statusCode: number, body: string): FrontResponse => ({
  statusCode,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(body),
});

/** AWS's whole answer when an invocation fails. */
const failedInvocation: FrontResponse = {
  statusCode: 502,
  headers: [['content-type', 'text/plain']],
  body: Buffer.from('Internal Server Error'),
};

/** What a front door sends: whole, or as it comes. */
type Sent = Omit<FrontResponse, 'body'> & { readonly body: Buffer | Readable };

/** A function behind a front door: an event in, what the front door sends out. */
type Behind = (event: unknown, front: Front) => Promise<Sent>;

/** A front door sends nothing that HTTP cannot carry. */
function checked(response: Sent): Sent {
  for (const [name, value] of response.headers) {
    http.validateHeaderName(name);
    http.validateHeaderValue(name, value);
  }
  return response;
}

/** A function that answers whole. */
const whole =
  (invoke: Invoke): Behind =>
  async (event, front) => {
    const json = JSON.stringify((await invoke(event)) ?? null);
    if (Buffer.byteLength(json) > (front.maxResultBytes ?? maxResultBytes))
      throw new RangeError(`the answer is larger than ${front.title} carries`);
    return checked(front.toResponse(JSON.parse(json)));
  };

/** A function that streams. */
const streamed =
  (invoke: InvokeStreaming): Behind =>
  async (event, front) => {
    if (front.toStreamedHead === undefined) throw new TypeError(`${front.title} takes whole answers only`);
    const { prelude, body } = await invoke(event);
    return checked({ ...front.toStreamedHead(prelude), body });
  };

async function responseTo(message: http.IncomingMessage, front: Front, behind: Behind): Promise<Sent> {
  const body = await buffer(message);
  const event = JSON.stringify(
    front.toEvent({
      method: message.method ?? 'GET',
      target: message.url ?? '/',
      rawHeaders: message.rawHeaders,
      body,
      sourceIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    }),
  );
  if (body.length > (front.maxRequestBytes ?? maxEventBytes) || Buffer.byteLength(event) > maxEventBytes) {
    return json(413, JSON.stringify({ Message: `Request must be smaller than ${maxEventBytes} bytes` }));
  }
  try {
    return await behind(JSON.parse(event), front);
  } catch (error) {
    console.error('invocation failed:', error);
    return failedInvocation;
  }
}

/**
 * Plays an AWS front door in front of a function: real HTTP in, the front door's event to the function, and back,
 * with AWS's limits. TLS is left out; the events say https all the same.
 *
 * @param options.invoke the function, when it answers whole
 * @param options.invokeStreaming the function, when it streams
 * @param options.front which front door; a Function URL unless told otherwise
 * @param options.host address to listen on
 * @param options.port TCP port; 0 takes a free one
 * @throws {Error} of `listen`, e.g. EADDRINUSE
 */
export async function startServer({
  front = functionUrlFront,
  host = '127.0.0.1',
  port = 0,
  ...entry
}: ({ invoke: Invoke } | { invokeStreaming: InvokeStreaming }) & {
  front?: Front;
  host?: string;
  port?: number;
}): Promise<LocalServer> {
  const behind = 'invoke' in entry ? whole(entry.invoke) : streamed(entry.invokeStreaming);
  const serve = async (message: http.IncomingMessage, response: http.ServerResponse) => {
    const result = await responseTo(message, front, behind);
    response.statusCode = result.statusCode;
    for (const [name, value] of toLocalAddress(result, front.domainName, url)) response.appendHeader(name, value);
    if (!Buffer.isBuffer(result.body)) {
      // Not `flushHeaders`, which encodes the bytes of a field as UTF-8 again.
      response.write('', 'latin1');
      await pipeline(result.body, response);
      return;
    }
    if (result.statusCode !== 204 && result.statusCode !== 304)
      response.setHeader('content-length', result.body.length);
    response.end(result.body);
  };
  const server = http.createServer((message, response) => {
    // Nothing but a client that went away, before its request was whole or before its answer was.
    serve(message, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
