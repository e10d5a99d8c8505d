import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import { clientNetworks } from '../../src/config/client-networks.ts';
import type { Config } from '../../src/config/config.ts';
import type { Finding } from './report.ts';

/** Networks that the internet does not route (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291). */
export const privateNetworks = clientNetworks(
  '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,0.0.0.0/8,::1,fc00::/7,fe80::/10',
);

const round = (milliseconds: number) => Math.round(milliseconds * 10) / 10;

/** The result of one step; without facts the next step is pointless. */
export interface Step<Facts> {
  readonly facts?: Facts;
  readonly findings: readonly Finding[];
}

/** Looks up the backend's name, as Node does for the function. */
export async function lookUp({
  hostname,
}: Config['connectTo']): Promise<Step<{ addresses: string[]; lookupMs: number }>> {
  const startedAt = performance.now();
  let addresses: string[];
  try {
    addresses = (await lookup(hostname, { all: true })).map(({ address }) => address);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const text = `${hostname} cannot be looked up (${code}); check the spelling, and that it is in public DNS`;
    return { findings: [{ check: 'name lookup', level: 'failure', text }] };
  }
  const lookupMs = round(performance.now() - startedAt);
  const isAddress = isIP(hostname) !== 0;
  const text = isAddress ? 'an address, nothing to look up' : `${addresses.join(', ')} in ${lookupMs} ms`;
  const findings: Finding[] = [{ check: 'name lookup', level: 'ok', text }];
  if (addresses.every((address) => privateNetworks.includes(address))) {
    const hint = 'a private address: the function reaches it only from a VPC, see SubnetIds and SecurityGroupIds';
    findings.push({ check: 'name lookup', level: 'note', text: hint });
  }
  return { facts: { addresses, lookupMs }, findings };
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused: nothing listens there, or a firewall rejects the connection',
  ETIMEDOUT: 'no response: a firewall, a wrong address, or a security group that blocks you',
  EHOSTUNREACH: 'no route',
  ENETUNREACH: 'no route',
};

/**
 * Opens a TCP connection and closes it.
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
    const text = `port ${port}: ${reasons[code] ?? (error as Error).message} (${code})`;
    return { findings: [{ check: 'connection', level: 'failure', text }] };
  } finally {
    socket.destroy();
  }
  const connectMs = round(performance.now() - startedAt);
  return {
    facts: { connectMs },
    findings: [{ check: 'connection', level: 'ok', text: `port ${port} in ${connectMs} ms` }],
  };
}
