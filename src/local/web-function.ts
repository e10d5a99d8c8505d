import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { added, contract, variables } from '../standalone/web-function.ts';
import { openableUrl } from './addresses.ts';
import { originOf, toLocalNames, toPublicNames } from './public-names.ts';
import type { LocalServer } from './server.ts';

/** A Lambda Web Function: the standalone server gets its requests over HTTP, without events. */
export const webFunctionFront = {
  source: 'web-function',
  title: 'a Lambda Web Function',
  domainName: 'local.0123456789.lambda-web.us-east-1.on.aws',
  overHttp: true,
} as const;
export type WebFunctionFront = typeof webFunctionFront;

type Fields = readonly (readonly [name: string, value: string])[];

/** Pairs names and values that alternate. */
const pairs = (raw: readonly string[]): Fields =>
  raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));

const valuesOf = (fields: Fields, name: string) =>
  fields.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);

/** Removes fields that concern one connection, and those that only Lambda writes. */
function withoutOwned(fields: Fields, removed: ReadonlySet<string>): Fields {
  const named = new Set(
    valuesOf(fields, 'connection').flatMap((value) =>
      value
        .toLowerCase()
        .split(',')
        .map((option) => option.trim()),
    ),
  );
  return fields.filter(([name]) => {
    const lower = name.toLowerCase();
    return !removed.has(lower) && !named.has(lower) && !lower.startsWith(contract.prefix);
  });
}

/** The fields of a request as Lambda hands them to the server. */
function requestFields(message: http.IncomingMessage, origin: string, requestId: string): Fields {
  const { domainName } = webFunctionFront;
  const received = pairs(toPublicNames(message.rawHeaders, origin, `https://${domainName}`));
  const peer = message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1';
  const kept = withoutOwned(received, contract.removedRequestFields).filter(
    ([name]) => !['host', added.client].includes(name.toLowerCase()),
  );
  return [
    ['Host', domainName],
    ...kept,
    ['X-Forwarded-For', [...valuesOf(received, added.client), peer].join(', ')],
    [added.requestId, requestId],
    [added.endpointName, 'local'],
  ];
}

/** Why Lambda refuses a request before the server is called; undefined when it does not. */
function refusal({ httpVersion, method = '', rawHeaders, headers }: http.IncomingMessage): number | undefined {
  if (httpVersion === '1.0') return 505;
  if (!contract.methods.has(method)) return 400;
  if (rawHeaders.length / 2 > contract.maxHeaderLines) return 431;
  return headers.expect?.toLowerCase() === '100-continue' ? 417 : undefined;
}

/** An id such as those in AWS's samples, which are no UUIDs. */
const newRequestId = () => randomBytes(13).toString('hex').toUpperCase();

/** A response of Lambda's own. */
function refuse(response: http.ServerResponse, status: number, requestId: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain',
    [added.requestId]: requestId,
    [`${contract.prefix}error-type`]: http.STATUS_CODES[status] ?? 'Unknown',
    connection: 'close',
  });
  response.end();
}

/** What the emulator calls: the standalone server, as it listens on AWS_LAMBDA_HTTP_ENDPOINT. */
interface Server {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts a server that emulates Lambda in front of a Web Function: it strips and adds fields, refuses what Lambda
 * refuses, and reads no byte of a response before it has forwarded the whole request. It listens without TLS, while the
 * server learns of https.
 *
 * @param server where the Web Function listens
 * @param options.host address to listen on
 * @param options.port TCP port; 0 takes a free one
 * @param options.onEarlyResponse called when a response begins before its request was forwarded to its end: on AWS the
 *   upload may hang
 * @throws {Error} of `listen`, e.g. EADDRINUSE
 */
export async function startWebFunctionFront(
  server: Server,
  {
    host = '127.0.0.1',
    port = 0,
    onEarlyResponse,
  }: { host?: string; port?: number; onEarlyResponse: (target: string) => void },
): Promise<LocalServer> {
  const agent = new http.Agent({ keepAlive: true });

  async function exchange(message: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const requestId = newRequestId();
    const refused = refusal(message);
    if (refused !== undefined) {
      refuse(response, refused, requestId);
      return;
    }
    const { method, url: path = '/', headers } = message;
    const origin = originOf(headers.host, url);
    const forwarded = http.request({ ...server, method, path, agent, setHost: false });
    for (const [name, value] of requestFields(message, origin, requestId)) forwarded.appendHeader(name, value);
    // Node would announce content for every POST.
    forwarded.useChunkedEncodingByDefault = false;
    response.once('close', () => response.writableFinished || forwarded.destroy());
    const received = Promise.withResolvers<http.IncomingMessage>();
    forwarded.once('response', (result) => {
      if (!forwarded.writableEnded) onEarlyResponse(path);
      received.resolve(result);
    });
    forwarded.on('error', received.reject);
    received.promise.catch(() => undefined);
    // What comes early stays unread; the connection takes no more of it than its buffers hold.
    await pipeline(message, forwarded);
    const result = await received.promise.catch(() => undefined);
    if (result === undefined) {
      refuse(response, 502, requestId);
      return;
    }
    const fields = toLocalNames(
      withoutOwned(pairs(result.rawHeaders), contract.removedResponseFields),
      origin,
      webFunctionFront.domainName,
    );
    response.statusCode = result.statusCode ?? 502;
    for (const [name, value] of fields) response.appendHeader(name, value);
    response.setHeader(added.requestId, requestId);
    response.setHeader(`${contract.prefix}logstream`, 'local');
    // Not `flushHeaders`, which encodes the bytes of a field as UTF-8 again.
    response.write('', 'latin1');
    await pipeline(result, response);
  }

  const respond = (message: http.IncomingMessage, response: http.ServerResponse) => {
    // The client or the server closed its connection before the end.
    exchange(message, response).catch(() => response.destroy());
  };
  const front = http.createServer({ maxHeaderSize: 1_048_576 }, respond);
  front.maxHeadersCount = 0;
  for (const event of ['checkContinue', 'checkExpectation']) front.on(event, respond);
  front.on('connect', (_request, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(port, host, resolve);
  });
  const address = front.address() as AddressInfo;
  const url = openableUrl(host, address.port);
  return {
    url,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        front.close(() => resolve());
        front.closeAllConnections();
      }),
  };
}

/**
 * Starts the standalone server as Lambda starts a Web Function, and Lambda in front of it.
 *
 * @param env the environment variables; those that Lambda sets are added
 * @param host address to listen on
 * @param port TCP port; 0 takes a free one
 * @throws {StartError} when a setting is wrong
 */
export async function startLocalWebFunction(env: NodeJS.ProcessEnv, host: string, port: number): Promise<LocalServer> {
  env[variables.endpoint] = '127.0.0.1:0';
  env[variables.initializationType] = 'on-demand';
  env['FUNCTION_NAME'] ??= 'lambda-rproxy-local';
  // It reads its settings when it is loaded.
  const { startServer } = await import('../standalone/run.ts');
  const { server } = await startServer({ ...env, HOST: '', PORT: '' });
  const onEarlyResponse = (target: string) =>
    console.error(`The response to ${target} began before the request was forwarded: on AWS the upload may hang.`);
  const { port: ownPort } = server.address;
  const front = await startWebFunctionFront({ host: '127.0.0.1', port: ownPort }, { host, port, onEarlyResponse });
  return {
    ...front,
    async close() {
      await front.close();
      await server.drain();
    },
  };
}
