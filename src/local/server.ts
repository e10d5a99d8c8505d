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
const toLocalAddress = ({ headers }: FrontResponse, domainName: string, url: string) =>
  headers.map(([name, value]) =>
    urlFields.has(name) ? [name, value.replaceAll(`https://${domainName}`, url)] : [name, value],
  );

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

async function answerTo(message: http.IncomingMessage, front: Front, invoke: Invoke): Promise<FrontResponse> {
  const event = front.toEvent({
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    rawHeaders: message.rawHeaders,
    body: await buffer(message),
    sourceIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
  });
  if (Buffer.byteLength(JSON.stringify(event)) > maxEventBytes) {
    return json(413, JSON.stringify({ Message: `Request must be smaller than ${maxEventBytes} bytes` }));
  }
  try {
    const result = JSON.stringify(await invoke(event));
    if (Buffer.byteLength(result) > maxResultBytes) throw new RangeError('the answer is larger than Lambda carries');
    return front.toResponse(JSON.parse(result));
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
  const server = http.createServer(async (message, response) => {
    const answer = await answerTo(message, front, invoke);
    response.statusCode = answer.statusCode;
    for (const [name = '', value = ''] of toLocalAddress(answer, front.domainName, url))
      response.appendHeader(name, value);
    if (answer.statusCode !== 204 && answer.statusCode !== 304)
      response.setHeader('content-length', answer.body.length);
    response.end(answer.body);
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
