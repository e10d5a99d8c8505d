import type { OutgoingHttpHeaders } from 'node:http';
import { BadRequest, type Exchange, readCount, send, sendJson } from './exchange.ts';
import { groupValues } from './multi-value.ts';

const CHALLENGE = 'Basic realm="Fake Realm"';

const TEAPOT = `
      ) ) )
     ( ( (
   .________.
   |        |_
  /|  tea   | )
  \\|________|
`;

/** `/status/:code`: the given status, with the headers that belong to it and an empty body. */
export function respondWithStatus(exchange: Exchange, code: string): void {
  const status = readCount(code, 1000);
  if (status < 200 || status > 999) throw new BadRequest('A final status code has three digits, from 200 up');
  const headers = { 'Content-Type': 'text/html; charset=utf-8', ...headersOfStatus(status) };
  send(exchange, status, headers, status === 418 ? TEAPOT : '');
}

/** `/basic-auth/:user/:passwd`: 401 until that name and password come. */
export function respondToBasicAuth(exchange: Exchange, user: string, passwd: string): void {
  const expected = `Basic ${Buffer.from(`${user}:${passwd}`).toString('base64')}`;
  if (exchange.request.headers.authorization === expected) sendJson(exchange, { authenticated: true, user });
  else respondWithStatus(exchange, '401');
}

/**
 * `/response-headers?name=value`: responds with these headers, repeats kept apart, and shows all of them in the body.
 * Content-Length and Transfer-Encoding stay the server's own, as the body could not be read otherwise.
 */
export function respondWithHeaders(exchange: Exchange): void {
  const pairs = [...exchange.query].filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name));
  if (!pairs.some(([name]) => name.toLowerCase() === 'content-type')) pairs.push(['Content-Type', 'application/json']);
  const shown = groupValues(pairs);
  let body = Buffer.alloc(0);
  // The length is part of what is measured: again until it fits.
  for (let length = -1; length !== body.length; ) {
    length = body.length;
    body = Buffer.from(`${JSON.stringify({ 'Content-Length': String(length), ...shown }, null, 2)}\n`);
  }
  // Header values are Latin-1 in Node; this spelling puts the UTF-8 bytes on the wire.
  const headers = groupValues(pairs.map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));
  send(exchange, 200, headers, body);
}

/** `/no-content-type`: a body that does not say what it is. */
export function respondUntyped(exchange: Exchange): void {
  send(exchange, 200, {}, 'This body has no Content-Type.\n');
}

function headersOfStatus(status: number): OutgoingHttpHeaders {
  if ([301, 302, 303, 305, 307, 308].includes(status)) return { Location: '/redirect/1' };
  if (status === 401) return { 'WWW-Authenticate': CHALLENGE };
  if (status === 407) return { 'Proxy-Authenticate': CHALLENGE };
  if (status === 503) return { 'Retry-After': '1' };
  return {};
}
