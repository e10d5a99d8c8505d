import { isIP } from 'node:net';
import { clientNetworks } from './client-networks.ts';
import { defaultPort, isPrivateHost, type RemoteUrl, reaches } from './remote-url.ts';

/** What can be woken: an instance of EC2, or whatever a webhook starts. */
export type WakeTarget = { readonly instanceId: string } | { readonly webhook: string };

/** How the backend is started when it does not respond. */
export interface Wake {
  readonly target: WakeTarget;
  /** Bearer token for the webhook. */
  readonly secret: string | undefined;
  /** `page`: by the script of the waiting page. `request`: by a navigation as well, before any script runs. */
  readonly on: 'page' | 'request';
}

const privateNetworks = clientNetworks('127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,::1/128,fc00::/7');

/** Whether a secret may travel to such a host without TLS. */
const staysPrivate = (hostname: string) =>
  isIP(hostname) === 0 ? isPrivateHost(hostname) : privateNetworks.includes(hostname);

const hostnameOf = ({ hostname }: URL) => hostname.replace(/[[\]]/g, '');

/**
 * Reads WAKE.
 *
 * @param value `ec2:` and the id of an instance, or the address of a webhook
 * @throws {Error} in words that follow the setting's name; they quote no address, which may hold a secret
 * @example wakeTarget('ec2:i-0123456789abcdef0') // { instanceId: 'i-0123456789abcdef0' }
 */
export function wakeTarget(value: string): WakeTarget {
  const [, instanceId] = /^ec2:(i-(?:[\da-f]{8}|[\da-f]{17}))$/.exec(value) ?? [];
  if (instanceId !== undefined) return { instanceId };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the URL parser drops some of them in silence
  const url = /^https?:\/\/[^/]/i.test(value) && !/[\u0000-\u0020\u007f\\#]/.test(value) ? URL.parse(value) : null;
  if (url === null) throw new Error('must be ec2: and the id of an instance, or the https:// address of a webhook');
  if (url.username !== '' || url.password !== '') throw new Error('must not have user:password; use WAKE_SECRET');
  if (url.protocol === 'http:' && !staysPrivate(hostnameOf(url))) {
    throw new Error('must begin with https://, unless the webhook is in a private network');
  }
  return { webhook: url.href };
}

/**
 * Completes the three settings, and checks what none of them says alone.
 *
 * @param settings WAKE, WAKE_SECRET and WAKE_ON
 * @param backend where requests go
 * @param runtimeApi authority of Lambda's Runtime API
 * @returns undefined without WAKE
 * @throws {Error} with the name of the wrong setting in front
 */
export function wakeFrom(
  { target, secret, on }: { target: WakeTarget | undefined; secret: string | undefined; on: Wake['on'] },
  backend: Pick<RemoteUrl, 'hostname' | 'port'>,
  runtimeApi: string | undefined,
): Wake | undefined {
  if (target === undefined) {
    if (secret !== undefined) throw new Error('WAKE_SECRET needs WAKE, the address of the webhook that it is for');
    return undefined;
  }
  if ('instanceId' in target) {
    if (secret !== undefined) throw new Error('WAKE_SECRET is for a webhook, and WAKE names an instance');
    return { target, secret, on };
  }
  const url = new URL(target.webhook);
  const webhook = { hostname: hostnameOf(url), port: Number(url.port || defaultPort(url.protocol)) };
  const authority = backend.hostname?.includes(':') ? `[${backend.hostname}]` : backend.hostname;
  if (authority !== undefined && reaches(webhook, `${authority}:${backend.port}`)) {
    throw new Error('WAKE must not be at the backend, which does not respond while it sleeps');
  }
  if (runtimeApi !== undefined && reaches(webhook, runtimeApi)) {
    throw new Error("WAKE must not be the function's own Runtime API");
  }
  return { target, secret, on };
}
