import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import type { Context } from 'aws-lambda';
import { buffered } from '../../src/delivery/buffered.ts';
import { streaming } from '../../src/delivery/streaming.ts';
import type { Front } from '../../src/local/front.ts';
import { startWebFunctionFront, webFunctionFront } from '../../src/local/web-function.ts';
import { createProxy } from '../../src/proxy.ts';
import { proxyListener } from '../../src/standalone/listener.ts';
import { startWebServer } from '../../src/standalone/server.ts';
import { readServerSettings } from '../../src/standalone/settings.ts';
import { contract } from '../../src/standalone/web-function.ts';
import { ResponseStream } from './aws-lambda-global.ts';
import { type Carries, carries, eventFor, fronts, sourceFor, type TestRequest } from './events.ts';
import { send } from './http-client.ts';
import { lambdaContext, type Result, resultOf } from './lambda.ts';

/** Changes an event before it is sent. */
export type Change = (event: Record<string, unknown>) => Record<string, unknown>;

/** An entry with settings of its own: a request in, an answer out, whatever lies between. */
export interface Entry {
  /** @throws {Error} when the answer breaks off */
  (request?: TestRequest, change?: Change, context?: Context): Promise<Result>;
  close(): Promise<void>;
}

/** One way that a request may come in and its answer go out: an entry of the product, and what it carries. */
export interface Way {
  readonly name: string;
  /** The source that the log and the dump name. */
  readonly source: string;
  /** The front door that makes events; undefined where requests come over HTTP. */
  readonly front: Front | undefined;
  /** Methods that reach the proxy, where they are a closed list. */
  readonly methods?: ReadonlySet<string>;
  readonly carries: Carries;
  /** True when an answer leaves before its end is known. */
  readonly streams: boolean;
  /** True where the backend is asked for no content coding, because one would be undone on the way. */
  readonly undoesCodings: boolean;
  /** Where the public believes the site lives. */
  readonly publicOrigin: string;
  /** Path of the stage in front of every public path; empty for none. */
  readonly publicPrefix: string;
  open(env: Record<string, string>): Promise<Entry>;
}

const entryOf = (serve: (event: unknown, context: Context) => Promise<Result>, front: Front): Entry =>
  Object.assign(
    (request: TestRequest = {}, change: Change = (event) => event, context = lambdaContext()) =>
      serve(change(eventFor(request, front)), context),
    { close: async () => undefined },
  );

const bufferedWay = (front: Front): Way => ({
  name: `${front.source}, buffered`,
  source: front.source,
  front,
  carries: carries(front),
  streams: false,
  undoesCodings: false,
  publicOrigin: `https://${front.domainName}`,
  publicPrefix: front.stage?.path ?? '',
  async open(env) {
    const handler = buffered(createProxy(env));
    return entryOf(async (event, context) => resultOf(await handler(event, context)), front);
  },
});

/** What was streamed: status and fields before the body, or a whole answer as JSON where the front door takes no other. */
export function streamedResult({ response: { prelude, body } }: ResponseStream): Result {
  if (prelude === undefined) return resultOf(JSON.parse(body.toString('utf8')));
  return { ...prelude, body: body.toString('latin1'), isBase64Encoded: false };
}

const streamedWay = (front: Front): Way => {
  const streams = sourceFor(front).streaming !== undefined;
  return {
    name: `${front.source}, streamHandler`,
    source: front.source,
    front,
    carries: streams ? { ...carries(front), setCookies: 'all', utf8: 'text' } : carries(front),
    streams,
    undoesCodings: streams,
    publicOrigin: `https://${front.domainName}`,
    publicPrefix: front.stage?.path ?? '',
    async open(env) {
      const handler = streaming(createProxy(env));
      return entryOf(async (event, context) => {
        const out = new ResponseStream();
        await handler(event, out as unknown as Writable, context);
        if (!out.ended || out.killed) throw new Error('the answer was not ended');
        return streamedResult(out);
      }, front);
    },
  };
};

const publicHost = 'proxy.example';

/** Sends a request over HTTP to what listens at a URL. */
async function overHttp(url: string, { method, target = '/', headers = {}, body }: TestRequest = {}): Promise<Result> {
  const response = await send(url, {
    ...(method === undefined ? {} : { method }),
    ...(body === undefined ? {} : { body }),
    headers: { host: publicHost, ...(headers as Record<string, string>) },
    target,
  });
  const {
    'set-cookie': cookies = [],
    connection: _,
    'keep-alive': __,
    'transfer-encoding': ___,
    ...fields
  } = response.headers;
  return {
    statusCode: response.status,
    headers: fields as Record<string, string>,
    cookies,
    body: response.body.toString('latin1'),
    isBase64Encoded: false,
  };
}

/** The standalone server: no event at all. */
const httpWay: Way = {
  name: 'http',
  source: 'http',
  front: undefined,
  carries: {
    path: 'as sent',
    query: 'as sent',
    repeats: 'all',
    setCookies: 'all',
    utf8: 'text',
    untyped: undefined,
    fixtures: '',
    withPath: () => ({}),
    withQuery: () => ({}),
  },
  streams: true,
  undoesCodings: false,
  publicOrigin: `http://${publicHost}`,
  publicPrefix: '',
  async open(env) {
    const server = createServer({ maxHeaderSize: 65_536 }, await proxyListener(createProxy(env), env));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = (request?: TestRequest) => overHttp(url, request);
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    return Object.assign(ask, { close });
  },
};

/** The standalone server as a Web Function, with the emulator of Lambda in front. */
const webFunctionWay: Way = {
  ...httpWay,
  name: webFunctionFront.source,
  source: webFunctionFront.source,
  methods: contract.methods,
  async open(env) {
    const own = { ...env, AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:0' };
    const server = await startWebServer(await proxyListener(createProxy(own), own), readServerSettings(own));
    const early: string[] = [];
    const { port } = server.address;
    const front = await startWebFunctionFront(
      { host: '127.0.0.1', port },
      { onEarlyResponse: (target) => early.push(target) },
    );
    const ask = async (request?: TestRequest) => {
      const result = await overHttp(front.url, request);
      if (early.length > 0) throw new Error(`the response began before the upload was read: ${early.join(' ')}`);
      return result;
    };
    const close = async () => {
      await front.close();
      await server.drain();
    };
    return Object.assign(ask, { close });
  },
};

/** Every source with every delivery that it has. */
export const ways: readonly Way[] = [...fronts.map(bufferedWay), ...fronts.map(streamedWay), httpWay, webFunctionWay];

/** The bytes of a body that `Result` holds: of a streamed one each character is a byte. */
export const bytesOf = ({ body, isBase64Encoded }: Result, { streams }: Pick<Way, 'streams'>): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : streams ? 'latin1' : 'utf8');
