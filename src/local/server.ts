import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Front, FrontResponse } from './front.ts';
import { functionUrlFront } from './function-url.ts';

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
function toLocalAddress({ headers }: FrontResponse, domainName: string, url: string): FrontResponse['headers'] {
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

/** What the front door sends for a function's answer, and no worse than HTTP can carry. */
function carried(result: unknown, front: Front): FrontResponse {
  const json = JSON.stringify(result ?? null);
  if (Buffer.byteLength(json) > (front.maxResultBytes ?? maxResultBytes))
    throw new RangeError(`the answer is larger than ${front.title} carries`);
  const response = front.toResponse(JSON.parse(json));
  for (const [name, value] of response.headers) {
    http.validateHeaderName(name);
    http.validateHeaderValue(name, value);
  }
  return response;
}

async function answerTo(message: http.IncomingMessage, front: Front, invoke: Invoke): Promise<FrontResponse> {
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
    return carried(await invoke(JSON.parse(event)), front);
  } catch (error) {
    console.error('invocation failed:', error);
    return failedInvocation;
  }
}

/**
 * Plays an AWS front door in front of a function: real HTTP in, the front door's event to the function, and back,
 * with AWS's limits. TLS is left out; the events say https all the same.
 *
 * @param options.invoke the function
 * @param options.front which front door; a Function URL unless told otherwise
 * @param options.host address to listen on
 * @param options.port TCP port; 0 takes a free one
 * @throws {Error} of `listen`, e.g. EADDRINUSE
 */
export async function startServer({
  invoke,
  front = functionUrlFront,
  host = '127.0.0.1',
  port = 0,
}: {
  invoke: Invoke;
  front?: Front;
  host?: string;
  port?: number;
}): Promise<LocalServer> {
  const serve = async (message: http.IncomingMessage, response: http.ServerResponse) => {
    const answer = await answerTo(message, front, invoke);
    response.statusCode = answer.statusCode;
    for (const [name, value] of toLocalAddress(answer, front.domainName, url)) response.appendHeader(name, value);
    if (answer.statusCode !== 204 && answer.statusCode !== 304)
      response.setHeader('content-length', answer.body.length);
    response.end(answer.body);
  };
  const server = http.createServer((message, response) => {
    // Nothing but a client that went away before its request was whole.
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
