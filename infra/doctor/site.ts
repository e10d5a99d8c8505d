import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import middy from '@middy/core';
import { payloadQuota } from '../../middlewares/payload-quota.ts';
import { type Connections, connect } from '../../src/backend/connections.ts';
import { forward } from '../../src/backend/forward.ts';
import type { Config } from '../../src/config/config.ts';
import { bufferedCapacity } from '../../src/delivery/buffered.ts';
import { functionUrl } from '../../src/events/function-url.ts';
import { belowBase } from '../../src/http/reference.ts';
import type { Capacity, Exchange, ProxyContext, ProxyRequest, ProxyResponse } from '../../src/types.ts';
import { placeholderHost } from './words.ts';

/** Bytes that a streamed response may have. */
const streamedLimit = 209_715_200;

/** What a browser sends with the first request for a page. */
const browserFields = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-encoding': 'gzip, deflate, br',
  'accept-language': 'en',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'upgrade-insecure-requests': '1',
  'user-agent': 'Mozilla/5.0 (compatible; lambda-rproxy-doctor)',
};

/** The proxy's steps without its error pages. */
const steps = middy<ProxyRequest, ProxyResponse>({ timeoutEarlyInMillis: 0 }).use(payloadQuota()).handler(forward);

/** A response of the backend: as it came, and as a browser gets it. */
export interface Received {
  readonly status: number;
  /** Header fields as the backend sent them, by lower-case name, in order. */
  readonly sent: Readonly<Record<string, readonly string[]>>;
  /** The response as the function returns it. */
  readonly response: ProxyResponse;
  /** The body as text, its content coding undone. */
  readonly text: string;
  /** Host that the backend was sent. */
  readonly host: string;
  readonly exchange: Exchange;
  readonly totalMs: number;
}

/** The site behind the function. */
export interface Site {
  readonly config: Config;
  /** Scheme and host by which a browser knows it. */
  readonly origin: string;
  readonly publicHost: string;
  readonly capacity: Capacity;
  /**
   * Sends a GET as the function does.
   *
   * @param target public path and query
   * @param cookie the Cookie field; empty for none
   */
  get(target: string, cookie?: string): Promise<Received>;
  close(): void;
}

/** What is known of the function beside its settings. */
export interface FunctionFacts {
  /** Public host; a placeholder by default. */
  readonly publicHost?: string | undefined;
  /** True for InvokeMode RESPONSE_STREAM. */
  readonly streams?: boolean | undefined;
  /** True for a function in a VPC. */
  readonly inVpc?: boolean | undefined;
}

const decoders: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** Returns a body as text; one that cannot be decoded is empty. */
function textOf({ body, headers }: ProxyResponse): string {
  if (typeof body === 'string') return body;
  if (!Buffer.isBuffer(body)) return '';
  const coding = String(headers['content-encoding'] ?? '')
    .trim()
    .toLowerCase();
  try {
    return (decoders[coding]?.(body) ?? body).toString('utf8');
  } catch {
    return '';
  }
}

function fieldsOf(message: IncomingMessage | undefined): Record<string, string[]> {
  const fields: Record<string, string[]> = Object.create(null);
  const { rawHeaders = [] } = message ?? {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    fields[name] = [...(fields[name] ?? []), String(rawHeaders[index + 1])];
  }
  return fields;
}

function capacityFor({ streams = false }: FunctionFacts): Capacity {
  const capacity = bufferedCapacity(functionUrl);
  return streams ? { ...capacity, limit: streamedLimit } : capacity;
}

/** Returns the media type of a response in lower case, without parameters. */
export const mediaType = ({ response: { headers } }: Received): string =>
  String([headers['content-type'] ?? ''].flat()[0])
    .replace(/;.*/s, '')
    .trim()
    .toLowerCase();

/** Returns whether a response is a page. */
export const isHtml = (received: Received): boolean =>
  ['text/html', 'application/xhtml+xml'].includes(mediaType(received));

/**
 * Opens the site behind a function with these settings. The caller closes it.
 *
 * @param config the settings
 * @param facts of the function
 */
export function openSite(config: Config, facts: FunctionFacts = {}): Site {
  const { publicHost = placeholderHost } = facts;
  const connections = connect(config, { onUntrusted: () => undefined, onEnding: () => undefined });
  let message: IncomingMessage | undefined;
  const watched: Connections = {
    ...connections,
    request: (options) =>
      connections.request(options).once('response', (response) => {
        message = response;
      }),
  };
  const capacity = capacityFor(facts);
  return {
    config,
    origin: `https://${publicHost}`,
    publicHost,
    capacity,
    async get(target, cookie = '') {
      const startedAt = performance.now();
      const [path = '/', query = ''] = target.split(/\?(.*)/s);
      const request: ProxyRequest = {
        method: 'GET',
        rawPath: belowBase(path, config.publicPath) ?? path,
        rawQuery: query,
        headers: { ...browserFields, ...(cookie === '' ? {} : { cookie }) },
        body: Buffer.alloc(0),
        client: { ip: '192.0.2.1', host: publicHost, protocol: 'https', port: 443 },
        source: functionUrl.name,
      };
      const exchange: Exchange = { requestId: 'doctor', startedAt: Date.now(), traced: false };
      const context = {
        config,
        connections: watched,
        exchange,
        capacity,
        invokedFunctionArn: 'doctor',
        getRemainingTimeInMillis: () => 900_000,
      } as unknown as ProxyContext;
      message = undefined;
      const response = await steps(request, context);
      return {
        status: response.statusCode,
        sent: fieldsOf(message),
        response,
        text: textOf(response),
        host: String(exchange.backendRequest?.headers['host'] ?? ''),
        exchange,
        totalMs: Math.round(performance.now() - startedAt),
      };
    },
    close: () => connections.close(),
  };
}

/**
 * Sends one GET with other settings.
 *
 * @returns undefined when there is no valid response
 */
export async function tryWith(config: Config, facts: FunctionFacts, target: string): Promise<Received | undefined> {
  const site = openSite(config, facts);
  try {
    return await site.get(target);
  } catch {
    return undefined;
  } finally {
    site.close();
  }
}
