import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import { clientNetworks } from '../../src/config/client-networks.ts';
import type { Config } from '../../src/config/config.ts';
import { type Finding, finding } from './catalogue.ts';

/** Networks that the internet does not route (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291). */
export const privateNetworks = clientNetworks(
  '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,0.0.0.0/8,::1,fc00::/7,fe80::/10',
);
const loopbackNetworks = clientNetworks('127.0.0.0/8,0.0.0.0/8,::1,::');

const round = (milliseconds: number) => Math.round(milliseconds * 10) / 10;

/** The result of one step; without facts the next step is pointless. */
export interface Step<Facts> {
  readonly facts?: Facts;
  readonly findings: readonly Finding[];
}

/** Returns the finding on addresses that the internet does not route. */
function privateFindings(addresses: readonly string[], inVpc: boolean): Finding[] {
  if (addresses.every((address) => loopbackNetworks.includes(address))) {
    const remedy =
      "use the address of the backend's machine that the function reaches: a public one, or one in a VPC with SubnetIds and SecurityGroupIds";
    return [finding('address_loopback', 'a loopback address: in Lambda it is the function itself', { remedy })];
  }
  const some = addresses.filter((address) => privateNetworks.includes(address));
  if (some.length === 0 || inVpc) return [];
  const text = `${some.length === addresses.length ? '' : `${some.join(', ')}: `}a private address, which the function reaches only from a VPC`;
  const remedy = 'set SubnetIds=subnet-… and SecurityGroupIds=sg-… of a VPC that reaches it';
  return [finding('address_private', text, { remedy })];
}

/**
 * Looks up the backend's name, as Node does for the function.
 *
 * @param connectTo where connections go
 * @param inVpc true for a function in a VPC
 */
export async function lookUp(
  { hostname }: Config['connectTo'],
  inVpc: boolean,
): Promise<Step<{ addresses: string[]; lookupMs: number }>> {
  const startedAt = performance.now();
  let addresses: string[];
  try {
    addresses = (await lookup(hostname, { all: true })).map(({ address }) => address);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const text = `${hostname} cannot be looked up (${code}); check the spelling, and that it is in public DNS`;
    const remedy = `correct the name, or give the address: RemoteAddress=203.0.113.9 keeps the name for Host and TLS`;
    return { findings: [finding('name_unknown', text, { remedy })] };
  }
  const lookupMs = round(performance.now() - startedAt);
  const isAddress = isIP(hostname) !== 0;
  const text = isAddress ? 'an address, nothing to look up' : `${addresses.join(', ')} in ${lookupMs} ms`;
  return {
    facts: { addresses, lookupMs },
    findings: [finding('name_found', text), ...privateFindings(addresses, inVpc)],
  };
}

const reasons: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  ECONNREFUSED: [
    'refused: nothing listens there, or a firewall rejects the connection',
    'start the backend, have it listen on this address and not on 127.0.0.1 alone, or correct the port in RemoteUrl; ' +
      'one that is off at times can be started by Wake',
  ],
  ETIMEDOUT: [
    'no response: a firewall, a wrong address, or a security group that blocks you',
    'open the port in the firewall or security group, or correct the address; ' +
      'one that is off at times can be started by Wake',
  ],
  EHOSTUNREACH: ['no route', 'correct the address; a private one needs SubnetIds and SecurityGroupIds'],
  ENETUNREACH: ['no route', 'correct the address; a private one needs SubnetIds and SecurityGroupIds'],
};

/**
 * Opens a TCP connection and closes it. Node tries the addresses of a name one after the other.
 *
 * @param timeoutMs timeout in milliseconds
 */
export async function reach(
  { hostname, port }: Config['connectTo'],
  timeoutMs: number,
): Promise<Step<{ connectMs: number }>> {
  const startedAt = performance.now();
  const socket = connect({ host: hostname, port });
  socket.setTimeout(timeoutMs, () => socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })));
  try {
    await once(socket, 'connect');
  } catch (error) {
    const codes = [error, ...((error as AggregateError).errors ?? [])].map(
      ({ code }: NodeJS.ErrnoException) => code ?? '',
    );
    const code = codes.find((candidate) => candidate in reasons) ?? codes[0] ?? '';
    const [reason, remedy] = reasons[code] ?? [(error as Error).message, undefined];
    const text = `port ${port}: ${reason} (${code})`;
    return { findings: [finding('connection_failed', text, remedy === undefined ? {} : { remedy })] };
  } finally {
    socket.destroy();
  }
  const connectMs = round(performance.now() - startedAt);
  return { facts: { connectMs }, findings: [finding('connected', `port ${port} in ${connectMs} ms`)] };
}
