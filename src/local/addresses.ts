import { networkInterfaces } from 'node:os';

/** Unspecified addresses: a server listens on all of them, but no browser opens one. */
const loopbackFor: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const urlOf = (host: string, port: number) => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Returns the URL under which this machine opens what listens on `host` and `port`. */
export const openableUrl = (host: string, port: number): string => urlOf(loopbackFor[host] ?? host, port);

/** Returns the URLs for other machines; none unless `host` is the unspecified address. */
export function networkUrls(host: string, port: number, interfaces = networkInterfaces()): string[] {
  if (!(host in loopbackFor)) return [];
  return Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && (family === 'IPv4' || host === '::'))
    .filter(({ address }) => !address.startsWith('fe80:')) // link-local, which a URL cannot name without its zone
    .map(({ address }) => urlOf(address, port));
}
