import { describe, expect, test } from '@jest/globals';
import { refuseWebSocket } from '../../../src/http/request/web-socket.ts';
import type { HeaderFields } from '../../../src/types.ts';

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const codeOf = (headers: HeaderFields, method = 'GET') => {
  try {
    refuseWebSocket({ method, headers });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('a request', () => {
  test.each<[string, HeaderFields]>([
    [
      'as browsers send it',
      { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': key, 'sec-websocket-version': '13' },
    ],
    ['whose Upgrade the front door has dropped', { 'sec-websocket-key': key, 'sec-websocket-version': '13' }],
    ['in any letter case', { upgrade: 'WebSocket' }],
    ['with several protocols', { upgrade: 'h2c, websocket' }],
    ['with several lines of Upgrade', { upgrade: ['h2c', 'websocket'] }],
    ['with a version of the protocol', { upgrade: 'websocket/13' }],
  ])('that opens a WebSocket, %s, is refused [E33]', (_, headers) => {
    expect(codeOf(headers)).toBe('websocket_unsupported');
  });

  test.each<[string, HeaderFields, string]>([
    ['without Upgrade', { connection: 'keep-alive' }, 'GET'],
    ['with an empty Upgrade, as nginx sends it', { connection: 'upgrade', upgrade: '' }, 'GET'],
    ['to upgrade to another protocol', { upgrade: 'h2c' }, 'GET'],
    ['with a protocol of a similar name', { upgrade: 'x-websocket, websocketish' }, 'GET'],
    ['to upgrade insecure requests', { 'upgrade-insecure-requests': '1' }, 'GET'],
    ['of another method', { upgrade: 'websocket', 'sec-websocket-key': key }, 'POST'],
    ['of long polling', { 'sec-fetch-mode': 'cors' }, 'GET'],
  ])('%s passes', (_, headers, method) => {
    expect(codeOf(headers, method)).toBeUndefined();
  });
});
