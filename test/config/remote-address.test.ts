import { describe, expect, test } from '@jest/globals';
import { parseRemoteAddress } from '../../src/config/remote-address.ts';

describe('REMOTE_ADDRESS', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9', undefined],
    ['203.0.113.9:8443', '203.0.113.9', 8443],
    ['2001:db8::9', '2001:db8::9', undefined],
    ['[2001:db8::9]', '2001:db8::9', undefined],
    ['[2001:db8::9]:8443', '2001:db8::9', 8443],
    ['[::ffff:192.0.2.1]:1', '::ffff:192.0.2.1', 1],
    ['Backend.Internal.', 'backend.internal.', undefined],
    ['app_server:65535', 'app_server', 65_535],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example', undefined],
  ])('%s is a host and perhaps a port', (value, hostname, port) => {
    expect(parseRemoteAddress(value)).toEqual({ hostname, port });
  });

  test.each([
    ['https://203.0.113.9', 'must be a host and an optional port, without a scheme or a path'],
    ['203.0.113.9/app', 'must be a host name or an IP address, with an optional port'],
    ['user@host', 'must be a host name or an IP address, with an optional port'],
    ['a b', 'must be a host name or an IP address, with an optional port'],
    ['a,b', 'must be a host name or an IP address, with an optional port'],
    ['host:', 'must be a host name or an IP address, with an optional port'],
    [':8443', 'must be a host name or an IP address, with an optional port'],
    ['host:port', 'must be a host name or an IP address, with an optional port'],
    ['256.0.0.1', 'must be a host name or an IP address, with an optional port'],
    ['203.0.113', 'must be a host name or an IP address, with an optional port'],
    ['0x7f000001.1', 'must be a host name or an IP address, with an optional port'],
    ['2001:db8::9:8443:1:2:3:4:5', 'must be a host name or an IP address, with an optional port'],
    ['[203.0.113.9]', 'must be a host name or an IP address, with an optional port'],
    ['-a.example', 'must be a host name or an IP address, with an optional port'],
    ['a..example', 'must be a host name or an IP address, with an optional port'],
    ['host:0', 'must have a port from 1 to 65535'],
    ['host:65536', 'must have a port from 1 to 65535'],
  ])('%s is refused', (value, problem) => {
    expect(() => parseRemoteAddress(value)).toThrow(problem);
  });
});
