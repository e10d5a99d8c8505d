import { schemeOf } from './echo.ts';
import { BadRequest, type Exchange, readCount, sendHtml } from './exchange.ts';
import { redirectPage } from './pages.ts';

const LONGEST_CHAIN = 100;

/** `/redirect/:n`: n redirects without scheme and host, the last one to `/get`. */
export function redirectRelative(exchange: Exchange, n: string): void {
  redirect(exchange, nextStep('redirect', n));
}

/** `/absolute-redirect/:n`: the same with scheme and host, as an application that trusts its Host header sends them. */
export function redirectAbsolute(exchange: Exchange, n: string): void {
  const { request } = exchange;
  redirect(exchange, `${schemeOf(request)}://${request.headers.host ?? ''}${nextStep('absolute-redirect', n)}`);
}

/** `/redirect-to?url=&status_code=`: a Location of exactly the given text. */
export function redirectTo(exchange: Exchange): void {
  const url = exchange.query.get('url');
  if (url === null) throw new BadRequest('The parameter url is missing');
  const status = readCount(exchange.query.get('status_code') ?? '302', 999);
  if (status < 300 || status > 399) throw new BadRequest('status_code is no redirect');
  redirect(exchange, url, status);
}

function nextStep(route: string, n: string): string {
  const left = readCount(n, LONGEST_CHAIN) - 1;
  return left > 0 ? `/${route}/${left}` : '/get';
}

function redirect(exchange: Exchange, location: string, status = 302): void {
  // Header values are Latin-1 in Node; this spelling puts the UTF-8 bytes on the wire.
  const value = Buffer.from(location).toString('latin1');
  sendHtml(exchange, redirectPage(location), status, { Location: value });
}
