import { schemeOf } from './echo.ts';
import { type Exchange, send } from './exchange.ts';

const DECLARED_LENGTH = 1000;
const TEXT = { 'Content-Type': 'text/plain' };

/** `/broken/reset`: the connection closes before any response. */
export function resetConnection({ request }: Exchange): void {
  // Only a plain TCP socket can send a reset; a TLS one just closes.
  if (schemeOf(request) === 'http') request.socket.resetAndDestroy();
  else request.socket.destroy();
}

/** `/broken/truncated`: the connection ends 900 bytes before the declared length. */
export function truncateBody({ request, response }: Exchange): void {
  response.writeHead(200, { ...TEXT, 'Content-Length': DECLARED_LENGTH });
  response.flushHeaders();
  response.write('x'.repeat(100), () => request.socket.destroySoon());
}

/** `/broken/malformed`: bytes that are no HTTP. */
export function sendMalformed({ request }: Exchange): void {
  request.socket.end('HTTP is not spoken here\r\n\u0000\u0001\u0002 : : \r\n\r\n');
}

/** `/broken/stall`: half of the declared body, then silence on an open connection. */
export function stall({ response }: Exchange): void {
  response.writeHead(200, { ...TEXT, 'Content-Length': DECLARED_LENGTH });
  // Not left to the write, which does nothing for HEAD.
  response.flushHeaders();
  response.write('x'.repeat(DECLARED_LENGTH / 2));
}

/** `/broken/silent`: the connection stays open without a response. */
export function keepSilent(): void {}

/** `/broken/huge-headers`: 128 KiB of headers, more than the proxy accepts, and eight times what Node's HTTP client accepts. */
export function sendHugeHeaders(exchange: Exchange): void {
  const headers = Array.from({ length: 128 }, (_, index) => [`X-Huge-${index}`, 'h'.repeat(1024)]);
  send(exchange, 200, { ...TEXT, ...Object.fromEntries(headers) }, 'The headers were larger than this.\n');
}

/** `/broken/upgrade`: an unrequested switch to another protocol. */
export function switchProtocols({ request }: Exchange): void {
  request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: demo\r\n\r\n');
}
