import type { Config } from '../config.ts';
import { ProxyError } from '../errors.ts';
import type { HeaderFields, Outgoing, ProxyRequest, RequestBody } from '../types.ts';
import { backendUrl } from './destination.ts';
import { nameClient } from './forwarded.ts';
import { markPassage, refuseLoop } from './loops.ts';
import { allow, countHop } from './max-forwards.ts';
import { originSecretField } from './origin-secret-field.ts';
import { publicClient } from './public-client.ts';
import { checkedValue, forwardableRequestHeaders } from './request-headers.ts';
import { requestIdField } from './request-id.ts';
import { targetFor } from './target.ts';

/** NO_HEADERS leaves what the body cannot be read without, and what shows a ring of proxies that it is one. */
const withoutHeaders: ReadonlySet<string> = new Set(['content-type', 'content-encoding', 'via', 'cdn-loop']);

/** Methods that are no use through a gateway: one echoes credentials, the other opens a tunnel (RFC 9110 §9.3.6, §9.3.8). */
const refusedMethods = new Set(['TRACE', 'CONNECT']);

const methodToken = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

/** Methods whose empty body is announced as such (RFC 9110 §8.6). */
const expectsBody = new Set(['POST', 'PUT', 'PATCH']);

function checkMethod(method: string): void {
  if (!methodToken.test(method)) throw new ProxyError('bad_request', { reason: 'the method is not a token' });
  // Node writes every method in upper case.
  if (!refusedMethods.has(method.toUpperCase())) return;
  throw new ProxyError('method_not_allowed', { reason: `${method} is not passed on`, headers: { allow } });
}

/**
 * Framing is the proxy's own (RFC 9112 §6): one Content-Length from the bytes at hand, whatever the event says. Content
 * that is still coming has been framed by Node's parser, which holds the client to the length that it declared.
 */
function framing({ method, headers }: ProxyRequest, sent: RequestBody): HeaderFields {
  if (!Buffer.isBuffer(sent)) {
    const length = headers['content-length'];
    return length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': length };
  }
  if (sent.length > 0) return { 'content-length': String(sent.length) };
  if (method === 'GET' || method === 'HEAD') return {};
  return expectsBody.has(method) || headers['content-length'] === '0' ? { 'content-length': '0' } : {};
}

/**
 * What a client's request becomes on its way to the backend. Pure, so that the dump page can show it without sending.
 *
 * @param request as decoded from the event
 * @param config the settings
 * @param pseudonym this deployment's name in Via and CDN-Loop
 * @param options.keepsCodings whether a content coding of the answer reaches the client
 * @param options.requestId what the backend is told as X-Request-Id
 * @throws {ProxyError} `bad_request` (illegal path, method or header), `method_not_allowed`, `loop_detected`
 */
export function outgoing(
  request: ProxyRequest,
  config: Config,
  pseudonym: string,
  { keepsCodings = true, requestId }: { keepsCodings?: boolean; requestId?: string } = {},
): Outgoing {
  const { origin, noHeaders, trustForwarded, hostHeader, originSecrets } = config;
  const { method, client } = request;
  checkMethod(method);
  refuseLoop(request.headers, pseudonym);
  const only = noHeaders ? withoutHeaders : undefined;
  const secret = originSecrets.length > 0 ? originSecretField : undefined;
  // RFC 9110 §9.3.2: content in a HEAD request has no meaning, and got does not send any.
  const body = method === 'HEAD' ? Buffer.alloc(0) : request.body;
  const headers: HeaderFields = Object.create(null);
  headers['host'] = hostHeader === 'client' ? checkedValue('host', client.host) : origin.authority;
  Object.assign(headers, forwardableRequestHeaders(request.headers, { trustForwarded, only, secret }));
  nameClient(headers, client, trustForwarded);
  markPassage(headers, pseudonym);
  countHop(method, headers);
  if (requestId !== undefined) headers[requestIdField] = requestId;
  // A streaming Function URL may undo a content coding by itself, and whoever stands in front of it then fails.
  if (!keepsCodings) headers['accept-encoding'] = 'identity';
  const { authorization, destination, host } = headers;
  if (typeof destination === 'string') {
    const mapping = { origin, client: publicClient(request, trustForwarded), host: String(host) };
    headers['destination'] = backendUrl(destination, mapping);
  }
  if (origin.authorization !== undefined) headers['authorization'] = authorization ?? origin.authorization;
  Object.assign(headers, framing(request, body));
  return { method, target: targetFor(origin, request.rawPath, request.rawQuery), headers, body };
}
