import type { Config } from '../../config/config.ts';
import type { HeaderFields, ProxyRequest, RequestBody } from '../../types.ts';
import { requestIdField } from '../request-id.ts';
import { originSecretField } from '../same-secret.ts';
import { publicClient } from './client-address.ts';
import { backendUrl } from './destination.ts';
import { nameClient } from './forwarded.ts';
import { markPassage } from './loops.ts';
import { countHop } from './max-forwards.ts';
import { checkedValue, forwardableRequestHeaders } from './request-headers.ts';

/** What the header fields for the backend are made from. */
export interface HeaderSource {
  readonly request: ProxyRequest;
  readonly config: Config;
  /** This deployment's name in Via and CDN-Loop. */
  readonly pseudonym: string;
  /** Whether a content coding of the answer reaches the client. */
  readonly keepsCodings: boolean;
  /** What the backend is told as X-Request-Id. */
  readonly requestId?: string | undefined;
  /** What is sent as the body. */
  readonly body: RequestBody;
}

/** One step in making the header fields, and why it changes what it changes, as the dump page tells it. */
export interface HeaderStep {
  readonly why: string;
  write(headers: HeaderFields, headerSource: HeaderSource): void;
}

/** NO_HEADERS leaves what the body cannot be read without, and what shows a ring of proxies that it is one. */
const withoutHeaders: ReadonlySet<string> = new Set(['content-type', 'content-encoding', 'via', 'cdn-loop']);

/** By which rules the client's fields go on. */
export const rulesOf = ({ noHeaders, trustForwarded, originSecrets }: Config) => ({
  trustForwarded,
  only: noHeaders ? withoutHeaders : undefined,
  secret: originSecrets.length > 0 ? originSecretField : undefined,
});

/** Methods whose empty body is announced as such (RFC 9110 §8.6). */
const expectsBody = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Framing is the proxy's own (RFC 9112 §6): one Content-Length from the bytes at hand, whatever the event says. Content
 * that is still coming has been framed by Node's parser, which holds the client to the length that it declared.
 */
function framing({ request: { method, headers }, body: sent }: HeaderSource): HeaderFields {
  if (!Buffer.isBuffer(sent)) {
    const length = headers['content-length'];
    return length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': length };
  }
  if (sent.length > 0) return { 'content-length': String(sent.length) };
  if (method === 'GET' || method === 'HEAD') return {};
  return expectsBody.has(method) || headers['content-length'] === '0' ? { 'content-length': '0' } : {};
}

/** How the header fields for the backend are made, in order. Later steps see what earlier ones wrote. */
export const headerSteps: readonly HeaderStep[] = [
  {
    why: 'the host that the backend is asked for (HOST_HEADER)',
    write(headers, { config: { hostHeader, remoteUrl }, request: { client } }) {
      headers['host'] = hostHeader === 'client' ? checkedValue('host', client.host) : remoteUrl.authority;
    },
  },
  {
    why: 'the same text, in the bytes that go on the wire',
    write(headers, { request, config }) {
      forwardableRequestHeaders(request.headers, rulesOf(config), headers);
    },
  },
  {
    why: 'who asks and for which address, as the front door vouches for it (TRUST_FORWARDED)',
    write: (headers, { request, config }) => nameClient(headers, request.client, config.trustForwarded),
  },
  {
    why: 'every proxy leaves its name, so that a loop is found (RFC 9110 §7.6.3, RFC 8586)',
    write: (headers, { pseudonym }) => markPassage(headers, pseudonym),
  },
  {
    why: 'one hop less (RFC 9110 §7.6.2)',
    write: (headers, { request }) => countHop(request.method, headers),
  },
  {
    why: 'the name of the request in the log and in its answer',
    write(headers, { requestId }) {
      if (requestId !== undefined) headers[requestIdField] = requestId;
    },
  },
  {
    // A streaming Function URL may undo a content coding by itself, and whoever stands in front of it then fails.
    why: 'a streaming Function URL may undo a content coding by itself',
    write(headers, { keepsCodings }) {
      if (!keepsCodings) headers['accept-encoding'] = 'identity';
    },
  },
  {
    why: 'the same address at the backend (RFC 4918 §10.3)',
    write(headers, { request, config: { remoteUrl, trustForwarded } }) {
      const { destination, host } = headers;
      if (typeof destination !== 'string') return;
      const mapping = { remoteUrl, client: publicClient(request, trustForwarded), host: String(host) };
      headers['destination'] = backendUrl(destination, mapping);
    },
  },
  {
    why: 'user and password of REMOTE_URL, for requests that bring none',
    write(headers, { config: { remoteUrl } }) {
      if (remoteUrl.authorization !== undefined) headers['authorization'] ??= remoteUrl.authorization;
    },
  },
  {
    why: 'framed by the proxy itself (RFC 9112 §6)',
    write: (headers, headerSource) => Object.assign(headers, framing(headerSource)),
  },
];
