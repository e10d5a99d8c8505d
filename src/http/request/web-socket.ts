import { ProxyError } from '../../failures.ts';
import type { ProxyRequest } from '../../types.ts';
import { members } from '../lists.ts';

const namesWebSocket = (upgrade: string | string[]) =>
  members(upgrade).some((protocol) => /^websocket(?:\/|$)/i.test(protocol));

/**
 * Refuses a request that opens a WebSocket (RFC 6455 §4.1), which a response of a function cannot become: the backend
 * would switch the protocol, or hold the connection until the timeout. Front doors that drop `Upgrade` leave
 * `Sec-WebSocket-Key`, which no other request has: scripts in a page cannot set it.
 *
 * @param request as decoded from the event
 * @throws {ProxyError} `websocket_unsupported`
 */
export function refuseWebSocket({ method, headers }: Pick<ProxyRequest, 'method' | 'headers'>): void {
  const { upgrade, 'sec-websocket-key': key } = headers;
  if (upgrade === undefined && key === undefined) return;
  if (method.toUpperCase() !== 'GET') return;
  if (key === undefined && (upgrade === undefined || !namesWebSocket(upgrade))) return;
  throw new ProxyError('websocket_unsupported');
}
