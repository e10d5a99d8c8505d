import net, { isIP } from 'node:net';

/** Networks that clients may come from. */
export interface ClientNetworks {
  /**
   * @param address IPv4 or IPv6; an IPv4 address inside of IPv6 (`::ffff:192.0.2.1`) is the IPv4 address
   * @returns false for what is no address
   */
  includes(address: string): boolean;
}

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Bits in front of an IPv4 address inside of IPv6 (RFC 4291 §2.5.5.2). */
const mappedBits = 96;

const quote = (text: string) => JSON.stringify(text.slice(0, 60));

/** One network as text: an address, and how many of its bits count. */
function parseNetwork(text: string): { address: string; bits: number } {
  const [, address = '', digits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const width = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const bits = digits === undefined ? width : Number(digits);
  if (width === 0 || bits > width) {
    throw new Error(`must be addresses and networks in CIDR notation, separated by commas; ${quote(text)} is none`);
  }
  return { address, bits };
}

/**
 * Reads ALLOWED_CIDRS. IPv4 and IPv6 are kept apart: in one list `::/0` would mean every IPv4 address as well.
 *
 * @param value addresses and networks in CIDR notation (RFC 4632, RFC 4291 §2.3), separated by commas
 * @throws {Error} with a sentence that goes on from the setting's name
 * @example clientNetworks('192.0.2.0/24, 2001:db8::/32').includes('192.0.2.7') // true
 */
export function clientNetworks(value: string): ClientNetworks {
  const mapped = new net.BlockList();
  mapped.addSubnet('::ffff:0:0', mappedBits, 'ipv6');
  const isIPv4 = (address: string) => isIP(address) === 4 || mapped.check(address, 'ipv6');

  const ipv4 = new net.BlockList();
  const ipv6 = new net.BlockList();
  const networks = value.split(',').map((part) => part.trim());
  for (const { address, bits } of networks.filter((part) => part !== '').map(parseNetwork)) {
    const list = isIP(address) === 4 || (bits >= mappedBits && isIPv4(address)) ? ipv4 : ipv6;
    list.addSubnet(address, bits, family(address));
  }
  if (ipv4.rules.length + ipv6.rules.length === 0) throw new Error('must name at least one network');
  return {
    // Stryker disable next-line ConditionalExpression: BlockList says no to what is no address, but does not promise it
    includes: (address) => isIP(address) !== 0 && (isIPv4(address) ? ipv4 : ipv6).check(address, family(address)),
  };
}
