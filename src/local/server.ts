import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { maxHeaderSectionBytes } from '../http/header-section.ts';
import { openableUrl } from './addresses.ts';
import type { Front, FrontResponse } from './front.ts';
import { functionUrlFront } from './function-url.ts';
import type { Invoke, InvokeStreaming } from './invocation.ts';
import { originOf, toLocalDump, toLocalNames, toPublicNames } from './public-names.ts';

/** A front door listening on this machine. */
export interface LocalServer {
  /** URL of the site's root, the stage included; it ends without a slash. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Largest event and largest response in bytes that Lambda takes, both measured as JSON. */
const maxEventBytes = 6_291_456;
const maxResultBytes = 6_291_556;

const json = (statusCode: number, body: object): FrontResponse => ({
  statusCode,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify(body)),
});

/** The response of AWS to a failed invocation. */
const failedInvocation: FrontResponse = {
  statusCode: 502,
  headers: [['content-type', 'text/plain']],
  body: Buffer.from('Internal Server Error'),
};

/** Whether a response is a dump of the proxy: no page of a backend is both asked for and marked so. */
const isDump = ({ url = '' }: http.IncomingMessage, { headers }: AnyResponse) =>
  url.includes('dump_request=') &&
  headers.some(([name, value]) => name.toLowerCase() === 'x-robots-tag' && value === 'noindex, nofollow');

/** A response that a front door sends, buffered or streamed. */
type AnyResponse = Omit<FrontResponse, 'body'> & { readonly body: Buffer | Readable };

const whole = (body: Buffer | Readable) => (Buffer.isBuffer(body) ? body : buffer(body));

/** Invokes the function with an event and returns the front door's response. */
type Serve = (event: unknown, front: Front) => Promise<AnyResponse>;

/** Renames the fields that the front door keeps for itself, as AWS does; what HTTP cannot carry throws. */
function checked(response: AnyResponse, { remappedFields }: Front): AnyResponse {
  const headers = response.headers.map(([name, value]) => {
    http.validateHeaderName(name);
    http.validateHeaderValue(name, value);
    const lower = name.toLowerCase();
    return [remappedFields.includes(lower) ? `x-amzn-Remapped-${lower}` : name, value] as const;
  });
  return { ...response, headers };
}

const serveBuffered =
  (invoke: Invoke): Serve =>
  async (event, front) => {
    const result = JSON.stringify((await invoke(event)) ?? null);
    if (Buffer.byteLength(result) > (front.maxResultBytes ?? maxResultBytes))
      throw new RangeError(`the response is larger than ${front.title} carries`);
    return checked(front.toResponse(JSON.parse(result)), front);
  };

const serveStreamed =
  (invoke: InvokeStreaming): Serve =>
  async (event, front) => {
    if (front.toStreamedHead === undefined) throw new TypeError(`${front.title} takes buffered responses only`);
    const { prelude, body } = await invoke(event);
    return checked({ ...front.toStreamedHead(prelude), body }, front);
  };

/** The request-target below the stage; undefined when the path lies outside of it. */
function targetBelow(stagePath: string, target: string): string | undefined {
  const rest = target.slice(stagePath.length);
  if (!target.startsWith(stagePath) || !/^(?:[/?]|$)/.test(rest)) return undefined;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

async function respond(message: http.IncomingMessage, front: Front, origin: string, serve: Serve) {
  const target = targetBelow(front.stage?.path ?? '', message.url ?? '/');
  const body = await buffer(message);
  if (target === undefined) {
    const { statusCode = 404, message: text = '' } = front.stage?.notFound ?? {};
    return json(statusCode, { message: text });
  }
  const event = JSON.stringify(
    front.toEvent({
      method: message.method ?? 'GET',
      target,
      rawHeaders: toPublicNames(message.rawHeaders, origin, `https://${front.domainName}`),
      body,
      sourceIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    }),
  );
  if (body.length > (front.maxRequestBytes ?? maxEventBytes) || Buffer.byteLength(event) > maxEventBytes) {
    return json(413, { Message: `Request must be smaller than ${maxEventBytes} bytes` });
  }
  try {
    return await serve(JSON.parse(event), front);
  } catch (error) {
    console.error('invocation failed:', error);
    return failedInvocation;
  }
}

/**
 * Starts a server that emulates an AWS front door in front of a function, with AWS's limits: it turns each HTTP
 * request into an event and the function's response into an HTTP response. It listens without TLS, while the events
 * say https.
 *
 * @param options.invoke the function, when it returns buffered responses
 * @param options.invokeStreaming the function, when it streams
 * @param options.front which front door; a Function URL by default
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
  const serve = 'invoke' in entry ? serveBuffered(entry.invoke) : serveStreamed(entry.invokeStreaming);
  const exchange = async (message: http.IncomingMessage, response: http.ServerResponse) => {
    const origin = originOf(message.headers.host, url);
    const returned = await respond(message, front, origin, serve);
    const { statusCode, headers } = returned;
    const body = isDump(message, returned)
      ? toLocalDump(await whole(returned.body), origin, front.domainName)
      : returned.body;
    response.statusCode = statusCode;
    for (const [name, value] of toLocalNames(headers, origin, front.domainName)) response.appendHeader(name, value);
    if (!Buffer.isBuffer(body)) {
      // Not `flushHeaders`, which encodes the bytes of a field as UTF-8 again.
      response.write('', 'latin1');
      await pipeline(body, response);
      return;
    }
    if (statusCode !== 204 && statusCode !== 304) response.setHeader('content-length', body.length);
    response.end(body);
  };
  const server = http.createServer({ maxHeaderSize: maxHeaderSectionBytes }, (message, response) => {
    // The client closed the connection before the request or the response was complete.
    exchange(message, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const url = openableUrl(host, address.port);
  return {
    url: `${url}${front.stage?.path ?? ''}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
