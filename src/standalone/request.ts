import type { IncomingMessage } from 'node:http';
import { ProxyError } from '../failures.ts';
import { isAuthority } from '../http/grammar.ts';
import type { HeaderFields, ProxyRequest, RequestBody } from '../types.ts';
import { type FrontDoor, unknown } from './front-door.ts';
import { Upload, type UploadLimits } from './upload.ts';

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

const refused = (reason: string) => new ProxyError('bad_request', { reason });

function hostIn(text: string): string {
  // An empty port is legal (RFC 3986 §3.2.3).
  const host = text.replace(/:$/, '');
  if (!isAuthority(host)) throw refused('the host is no host name with or without a port');
  return host;
}

/** How many Host fields there are. */
function countHosts({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') count += 1;
  }
  return count;
}

/**
 * The hosts that the request names. Host must be valid also beside an absolute-form: a second Host is an attack on
 * whoever reads the other one (RFC 9112 §3.2, §3.2.2).
 */
function hostsOf(message: IncomingMessage, named: string | undefined, fields: HeaderFields) {
  if (countHosts(message) > 1) throw refused('there is more than one Host field');
  const field = String(fields['host'] ?? '');
  return { field: field === '' ? unknown : hostIn(field), target: named === undefined ? undefined : hostIn(named) };
}

/**
 * True when the connection must be closed after the response: what follows on it cannot be told apart from this request
 * for certain, or a parser in front may see it otherwise.
 *
 * - Node's parser drops what follows a request with Upgrade.
 * - Any coding but chunked would be lost (RFC 9112 §6.1).
 * - A client of HTTP/1.0 may not know Transfer-Encoding (RFC 9112 §6.1).
 */
export function endsConnection({ headers, httpVersion }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  const isPlain = coding === undefined || (httpVersion === '1.1' && isChunked(coding));
  return !isPlain || headers.upgrade !== undefined || !isVersion1(httpVersion);
}

const isChunked = (coding: string) => coding.toLowerCase() === 'chunked';

const isVersion1 = (version: string) => version === '1.1' || version === '1.0';

/** Content is announced by its length or by its framing (RFC 9112 §6); a stream is made of nothing else. */
function bodyOf(message: IncomingMessage, limits: UploadLimits): RequestBody {
  const { 'content-length': length, 'transfer-encoding': coding } = message.headers;
  if (coding !== undefined && !isChunked(coding)) throw refused('Transfer-Encoding other than chunked');
  return coding === undefined && Number(length ?? 0) === 0 ? Buffer.alloc(0) : new Upload(message, limits);
}

/**
 * Decodes a request that arrives over HTTP. Its content stays in the stream.
 *
 * @param message as Node's server received it
 * @param frontDoor says who the client is
 * @param limits how slow its content may be
 * @throws {ProxyError} `bad_request` for an HTTP version, a host or a transfer coding that is not understood
 */
export function requestOf(message: IncomingMessage, frontDoor: FrontDoor, limits: UploadLimits): ProxyRequest {
  if (!isVersion1(message.httpVersion)) throw refused(`HTTP version ${message.httpVersion}`);
  const [, named, rest] = absoluteForm.exec(message.url ?? '') ?? [];
  const target = rest ?? message.url ?? '';
  const query = target.indexOf('?');
  const headers = fieldsOf(message);
  return {
    method: message.method ?? 'GET',
    rawPath: (query === -1 ? target : target.slice(0, query)) || '/',
    rawQuery: query === -1 ? '' : target.slice(query + 1),
    headers,
    client: frontDoor.clientOf(message, hostsOf(message, named, headers)),
    body: bodyOf(message, limits),
    source: frontDoor.source,
  };
}
