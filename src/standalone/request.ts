import type { IncomingMessage } from 'node:http';
import { ProxyError } from '../failures.ts';
import { isAuthority } from '../http/grammar.ts';
import type { Client, HeaderFields, ProxyRequest, RequestBody } from '../types.ts';

/** A client that is not named: HTTP/1.0 has no Host, and a connection that is gone has no address. */
const unknown = 'unknown';

/** A request-target in absolute-form, which every server must take (RFC 9112 §3.2.2). */
const absoluteForm = /^https?:\/\/([^/?#]*)(.*)$/i;

/** Fields by lower-case name, repeats joined in order (RFC 9110 §5.3); those of Cookie as browsers join them. */
function fieldsOf({ rawHeaders }: IncomingMessage): HeaderFields {
  const fields: HeaderFields = Object.create(null);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const before = fields[name];
    fields[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return fields;
}

/** Whose site the client asks for. Two Host fields are an attack on whoever reads the other one (RFC 9112 §3.2). */
function hostOf(named: string | undefined, fields: HeaderFields): string {
  const host = String(named ?? fields['host'] ?? '');
  if (host === '') return unknown;
  if (isAuthority(host)) return host;
  throw new ProxyError('bad_request', { reason: 'the Host field is no host name with or without a port' });
}

function clientOf({ socket }: IncomingMessage, host: string): Client {
  return {
    ip: socket.remoteAddress?.replace(/^::ffff:(?=[\d.]+$)/i, '') ?? unknown,
    host,
    // Who ends TLS in front of this server says so in X-Forwarded-Proto, which TRUST_FORWARDED believes.
    protocol: 'http',
    port: socket.localPort ?? 80,
  };
}

/** Content is announced by its length or by its framing (RFC 9112 §6); a stream is made of nothing else. */
function bodyOf(message: IncomingMessage): RequestBody {
  const { 'content-length': length, 'transfer-encoding': coding } = message.headers;
  return coding === undefined && Number(length ?? 0) === 0 ? Buffer.alloc(0) : message;
}

/**
 * A request as it arrives over HTTP. Its content is left in the stream.
 *
 * @param message as Node's server received it
 * @throws {ProxyError} `bad_request` for a Host field that is none
 */
export function requestOf(message: IncomingMessage): ProxyRequest {
  const [, named, rest] = absoluteForm.exec(message.url ?? '') ?? [];
  const target = rest ?? message.url ?? '';
  const query = target.indexOf('?');
  const headers = fieldsOf(message);
  return {
    method: message.method ?? 'GET',
    rawPath: (query === -1 ? target : target.slice(0, query)) || '/',
    rawQuery: query === -1 ? '' : target.slice(query + 1),
    headers,
    body: bodyOf(message),
    client: clientOf(message, hostOf(named, headers)),
    source: 'http',
  };
}
