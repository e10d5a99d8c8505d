import type { Config } from '../config.ts';
import { ProxyError } from '../errors.ts';
import type { HeaderFields, Outgoing, ProxyRequest } from '../types.ts';
import { forwardableRequestHeaders } from './headers.ts';
import { targetFor } from './target.ts';

/** NO_HEADERS leaves what the body cannot be read without. */
const bodyFields: ReadonlySet<string> = new Set(['content-type', 'content-encoding']);

/** Methods that are no use through a gateway: one echoes credentials, the other opens a tunnel (RFC 9110 §9.3.6, §9.3.8). */
const refusedMethods = new Set(['TRACE', 'CONNECT']);

const methodToken = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

/** Methods whose empty body is announced as such (RFC 9110 §8.6). */
const expectsBody = new Set(['POST', 'PUT', 'PATCH']);

function checkMethod(method: string): void {
  if (!methodToken.test(method)) throw new ProxyError('bad_request', { reason: 'the method is not a token' });
  if (!refusedMethods.has(method)) return;
  throw new ProxyError('method_not_allowed', {
    reason: `${method} is not passed on`,
    headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' },
  });
}

const append = (list: string | string[] | undefined, member: string) =>
  list === undefined ? member : `${[list].flat().join(', ')}, ${member}`;

/** Members of a comma-separated list, each cut down to its first word. */
const members = (list: string | string[] | undefined, word: (member: string) => string | undefined) =>
  [list ?? '']
    .flat()
    .join(',')
    .split(',')
    .map((member) => word(member.trim()));

/** A request that has been here before says so in Via (RFC 9110 §7.6.3) or CDN-Loop (RFC 8586). */
function refuseLoop({ via, 'cdn-loop': cdnLoop }: Readonly<HeaderFields>, pseudonym: string): void {
  const receivers = members(via, (member) => member.split(/\s+/)[1]);
  const networks = members(cdnLoop, (member) => member.split(';')[0]?.trim());
  if (receivers.includes(pseudonym) || networks.includes(pseudonym)) {
    throw new ProxyError('loop_detected', {
      reason: `the request has already passed ${pseudonym}`,
      remedy: 'REMOTE_URL leads back to this function; point it at the backend itself',
    });
  }
}

const quotedNode = (ip: string) => (ip.includes(':') ? `"[${ip}]"` : ip);

/** Says who asks and for which public address. Replaces what the client wrote, or appends to a trusted proxy's word. */
function nameClient(headers: HeaderFields, { client }: ProxyRequest, trusted: boolean): void {
  const own = {
    'x-forwarded-proto': client.protocol,
    'x-forwarded-host': client.host,
    'x-forwarded-port': String(client.port),
  };
  for (const [name, value] of Object.entries(own)) if (!trusted || headers[name] === undefined) headers[name] = value;
  const seen = headers['x-forwarded-for'];
  // API Gateway has already appended the peer; saying it twice would shift every count of trusted hops.
  const lastSeen = [seen ?? ''].flat().join(',').split(',').at(-1)?.trim();
  headers['x-forwarded-for'] = trusted && lastSeen === client.ip ? (seen ?? client.ip) : append(seen, client.ip);
  if (headers['forwarded'] === undefined) return;
  // RFC 7239 §4: a trusted chain is continued, so that the two ways of saying it never disagree.
  const element = `for=${quotedNode(client.ip)};host="${client.host}";proto=${client.protocol}`;
  headers['forwarded'] = append(headers['forwarded'], element);
}

/** Framing is the proxy's own: one Content-Length from the bytes at hand, whatever the event says (RFC 9112 §6). */
function contentLength({ method, headers, body }: ProxyRequest, sent: Buffer): string | undefined {
  if (sent.length > 0) return String(sent.length);
  if (method === 'GET' || method === 'HEAD') return undefined;
  const announcedEmpty = body.length === 0 && headers['content-length'] === '0';
  return expectsBody.has(method) || announcedEmpty ? '0' : undefined;
}

/**
 * What a client's request becomes on its way to the backend. Pure, so that the dump page can show it without sending.
 *
 * @param request as decoded from the event
 * @param config the settings
 * @param pseudonym this deployment's name in Via and CDN-Loop
 * @throws {ProxyError} `bad_request` (illegal path, method or header), `method_not_allowed`, `loop_detected`
 */
export function outgoing(request: ProxyRequest, config: Config, pseudonym: string): Outgoing {
  const { origin, noHeaders, trustForwarded, hostHeader } = config;
  checkMethod(request.method);
  refuseLoop(request.headers, pseudonym);
  const only = noHeaders ? bodyFields : undefined;
  // RFC 9110 §9.3.2: content in a HEAD request has no meaning, and got does not send any.
  const body = request.method === 'HEAD' ? Buffer.alloc(0) : request.body;
  const headers: HeaderFields = Object.create(null);
  headers['host'] = hostHeader === 'client' ? request.client.host : origin.authority;
  Object.assign(headers, forwardableRequestHeaders(request.headers, { trustForwarded, only }));
  nameClient(headers, request, trustForwarded);
  headers['via'] = append(headers['via'], `1.1 ${pseudonym}`);
  headers['cdn-loop'] = append(headers['cdn-loop'], pseudonym);
  if (origin.authorization !== undefined) headers['authorization'] ??= origin.authorization;
  const length = contentLength(request, body);
  if (length !== undefined) headers['content-length'] = length;
  return { method: request.method, target: targetFor(origin, request.rawPath, request.rawQuery), headers, body };
}
