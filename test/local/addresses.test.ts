import { describe, expect, test } from '@jest/globals';
import { networkUrls, openableUrl } from '../../src/local/addresses.ts';

const shared = { netmask: '', mac: '', cidr: null };
const interfaces = {
  lo: [{ ...shared, address: '127.0.0.1', family: 'IPv4' as const, internal: true }],
  eth0: [
    { ...shared, address: '192.0.2.7', family: 'IPv4' as const, internal: false },
    { ...shared, address: 'fe80::1', family: 'IPv6' as const, internal: false, scopeid: 2 },
    { ...shared, address: '2001:db8::7', family: 'IPv6' as const, internal: false, scopeid: 0 },
  ],
};

describe('The printed addresses', () => {
  test.each([
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::', 'http://[::1]:3000'],
    ['::1', 'http://[::1]:3000'],
    ['localhost', 'http://localhost:3000'],
  ])('for HOST=%s begin with %s', (host, url) => {
    expect(openableUrl(host, 3000)).toBe(url);
  });

  test.each([
    ['0.0.0.0', ['http://192.0.2.7:80']],
    ['::', ['http://192.0.2.7:80', 'http://[2001:db8::7]:80']],
    ['127.0.0.1', []],
  ])('for HOST=%s name those of other machines: %j', (host, urls) => {
    expect(networkUrls(host, 80, interfaces)).toEqual(urls);
  });
});
