import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientNetworks } from '../../src/config/client-networks.ts';

const admitted = (networks: string, addresses: readonly string[]) =>
  addresses.filter((address) => clientNetworks(networks).includes(address));

describe('the networks of clients', () => {
  test('hold what lies within their bits, and nothing else [C1]', () => {
    const inside = [
      '192.0.2.0',
      '192.0.2.255',
      '10.0.0.1',
      '10.255.255.255',
      '198.51.100.7',
      '2001:db8::1',
      '2001:DB8:ffff::',
    ];
    const outside = ['192.0.1.255', '192.0.3.0', '11.0.0.0', '198.51.100.6', '198.51.100.8', '2001:db9::', '::1'];
    const networks = '192.0.2.0/24, 10.0.0.0/8,198.51.100.7 , 2001:db8::/32';
    expect(admitted(networks, [...inside, ...outside])).toEqual(inside);
  });

  test('take an IPv4 address inside of IPv6 for that IPv4 address, however it is written [C1]', () => {
    const same = ['10.1.2.3', '::ffff:10.1.2.3', '::FFFF:10.1.2.3', '::ffff:a01:203', '0:0:0:0:0:ffff:0a01:0203'];
    const others = ['11.1.2.3', '::ffff:11.1.2.3', '::10.1.2.3', '64:ff9b::10.1.2.3', '2002:a01:203::'];
    for (const networks of ['10.0.0.0/8', '::ffff:10.0.0.0/104', '::ffff:a00:0/104']) {
      expect(admitted(networks, [...same, ...others])).toEqual(same);
    }
  });

  test('of the one family never hold an address of the other, not even when they are everything [C1]', () => {
    const addresses = ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8::9'];
    expect(admitted('0.0.0.0/0', addresses)).toEqual(addresses.slice(0, 2));
    expect(admitted('::/0', addresses)).toEqual(addresses.slice(2));
    expect(admitted('::/0,0.0.0.0/0', addresses)).toEqual(addresses);
  });

  test('may be a single address, and so many bits of IPv6 that IPv4 could be inside [C1]', () => {
    expect(admitted('2001:db8::7,2001:db8:1::/96', ['2001:db8::7', '2001:db8::8', '2001:db8:1::8', '0.0.0.8'])).toEqual(
      ['2001:db8::7', '2001:db8:1::8'],
    );
    expect(admitted('::ffff:0:0/96', ['10.0.0.1', '::ffff:10.0.0.1', '2001:db8::7'])).toHaveLength(2);
    expect(admitted('::ffff:0:0/90', ['10.0.0.1', '::ffff:10.0.0.1', '::ffc0:0:1'])).toEqual(['::ffc0:0:1']);
  });

  test('count from an address in the middle of the network as from its first', () => {
    expect(admitted('192.0.2.77/24', ['192.0.2.1', '192.0.3.1'])).toEqual(['192.0.2.1']);
  });

  test.each([
    '',
    'unknown',
    '10.0.0.1:80',
    '[2001:db8::1]',
    '10.0.0.1, 10.0.0.2',
    '010.0.0.1',
    '10.1',
    '0x0a000001',
    '1',
  ])('do not hold %j, which is no address [C1]', (text) => {
    expect(clientNetworks('0.0.0.0/0,::/0').includes(text)).toBe(false);
  });

  test('hold an address exactly when its first bits are theirs', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    const number = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0);
    fc.assert(
      fc.property(octets, octets, fc.nat(32), (network, address, bits) => {
        const size = 2 ** (32 - bits);
        const same = Math.floor(number(network) / size) === Math.floor(number(address) / size);
        expect(clientNetworks(`${network.join('.')}/${bits}`).includes(address.join('.'))).toBe(same);
      }),
    );
  });

  test.each([
    '10.0.0.0/33',
    '10.0.0/8',
    '2001:db8::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    'example.com',
    '10.0.0.0 10.1.0.0',
    '10.0.0.0/8;192.0.2.0/24',
    '*',
    '[2001:db8::]/32',
    'fe80::1%eth0',
  ])('are not %j, and the message says which part is wrong', (text) => {
    const wrong = text.split(',')[0];
    expect(() => clientNetworks(`192.0.2.0/24,${text}`)).toThrow(
      `must be addresses and networks in CIDR notation, separated by commas; ${JSON.stringify(wrong)} is none`,
    );
  });

  test('are quoted no further than a log line needs', () => {
    expect(() => clientNetworks('y'.repeat(200))).toThrow(`; "${'y'.repeat(60)}" is none`);
  });

  test('are never none at all: commas alone would shut everybody out, or nobody', () => {
    expect(() => clientNetworks(' , ,')).toThrow('must name at least one network');
  });
});
