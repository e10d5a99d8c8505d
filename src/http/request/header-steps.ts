import type { Config } from '../../config/config.ts';
import type { Exchange, HeaderFields, ProxyRequest, RequestBody } from '../../types.ts';
import { applyRequestRules } from '../field-rules.ts';
import { requestIdField } from '../request-id.ts';
import { originSecretField } from '../same-secret.ts';
import { redactDebugKey } from './debug-query.ts';
import { rewriteToBackend } from './destination.ts';
import { nameClient } from './forwarded.ts';
import { markPassage } from './loops.ts';
import { countHop } from './max-forwards.ts';
import { hostForBackend, publicOrigin, publicOrigins } from './public-origin.ts';
import { checkedValue, forwardableRequestHeaders } from './request-headers.ts';

/** What the header fields for the backend are made from. */
export interface HeaderSource {
  readonly request: ProxyRequest;
  readonly config: Config;
  /** This deployment's name in Via and CDN-Loop. */
  readonly pseudonym: string;
  /** Whether a content coding of the response reaches the client. */
  readonly keepsCodings: boolean;
  /** Value of X-Request-Id for the backend. */
  readonly requestId?: string | undefined;
  /** Credentials of the log-in cookie (BASIC_LOGIN). */
  readonly logIn?: Exchange['logIn'];
  /** The body that is sent. */
  readonly body: RequestBody;
}

/** One step in making the header fields, and the reason for its changes that the dump page shows. */
export interface HeaderStep {
  readonly why: string;
  write(headers: HeaderFields, headerSource: HeaderSource): void;
}

/** Fields that NO_HEADERS keeps: the body cannot be read without the first two, nor a loop be found without the others. */
const withoutHeaders: ReadonlySet<string> = new Set(['content-type', 'content-encoding', 'via', 'cdn-loop']);

/** Returns the rules by which the client's fields are forwarded. */
export const rulesOf = ({ noHeaders, trustForwarded, clientIpHeader, originSecrets }: Config) => ({
  trustForwarded,
  clientIpHeader,
  only: noHeaders ? withoutHeaders : undefined,
  secret: originSecrets.length > 0 ? originSecretField : undefined,
});

/** Methods whose empty body is announced as such (RFC 9110 §8.6). */
const expectsBody = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Returns the fields that frame the body (RFC 9112 §6): one Content-Length from the bytes at hand, whatever the event
 * says. Content that is still coming has been framed by Node's parser, which holds the client to the length that it
 * declared.
 */
function framing({ request: { method, headers }, body }: HeaderSource): HeaderFields {
  if (!Buffer.isBuffer(body)) {
    const length = headers['content-length'];
    return length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': length };
  }
  if (body.length > 0) return { 'content-length': String(body.length) };
  if (method === 'GET' || method === 'HEAD') return {};
  return expectsBody.has(method) || headers['content-length'] === '0' ? { 'content-length': '0' } : {};
}

/** The steps that make the header fields for the backend, in order. Later steps see what earlier ones wrote. */
export const headerSteps: readonly HeaderStep[] = [
  {
    why: 'the host for the backend (HOST_HEADER)',
    write(headers, { request, config }) {
      headers['host'] = checkedValue('host', hostForBackend(request, config));
    },
  },
  {
    why: 'the same text, in the bytes that go on the wire',
    write(headers, { request, config }) {
      forwardableRequestHeaders(request.headers, rulesOf(config), headers);
    },
  },
  {
    why: 'the client and the public host, as the front door vouches for them (TRUST_FORWARDED)',
    write(headers, { request, config }) {
      const { trustForwarded, clientIpHeader } = config;
      nameClient(headers, request.client, publicOrigin(request, config), trustForwarded ? clientIpHeader : undefined);
    },
  },
  {
    why: 'every proxy adds its name, so that a loop is found (RFC 8586; RFC 9110 §7.6.3 with VIA)',
    write: (headers, { config, pseudonym }) => markPassage(headers, pseudonym, config.via),
  },
  {
    why: 'one hop less (RFC 9110 §7.6.2)',
    write: (headers, { request }) => countHop(request.method, headers),
  },
  {
    why: 'identifies the request in the log and in its response',
    write(headers, { requestId }) {
      if (requestId !== undefined) headers[requestIdField] = requestId;
    },
  },
  {
    why: 'REQUEST_HEADERS sets, adds or removes it',
    write: (headers, { config }) => applyRequestRules(headers, config.requestRules),
  },
  {
    // Where a streaming Function URL undoes a content coding by itself, CloudFront in front of it fails.
    why: 'a streaming Function URL may undo a content coding by itself',
    write(headers, { keepsCodings }) {
      if (!keepsCodings) headers['accept-encoding'] = 'identity';
    },
  },
  {
    why: 'the same resource at the backend (RFC 4918 §10.3, §10.4)',
    write(headers, { request, config }) {
      if (headers['destination'] === undefined && headers['if'] === undefined) return;
      const { remoteUrl } = config;
      rewriteToBackend(headers, { remoteUrl, origins: publicOrigins(request, config), host: String(headers['host']) });
    },
  },
  {
    why: 'without the key of the debug queries (DEBUG_KEY)',
    write(headers, { config: { debugKey } }) {
      if (debugKey !== undefined) redactDebugKey(headers);
    },
  },
  {
    why: 'the log-in of this client, in place of its cookie (BASIC_LOGIN)',
    write: (headers, { logIn }) => logIn?.writeTo(headers),
  },
  {
    why: 'user and password of REMOTE_URL, for a request without credentials',
    write(headers, { config: { remoteUrl } }) {
      if (remoteUrl.authorization !== undefined) headers['authorization'] ??= remoteUrl.authorization;
    },
  },
  {
    why: 'framed by the proxy itself (RFC 9112 §6)',
    write: (headers, headerSource) => Object.assign(headers, framing(headerSource)),
  },
];
