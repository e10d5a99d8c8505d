import { isIP } from 'node:net';
import type { Config } from '../../src/config/config.ts';
import { defaultPort } from '../../src/config/remote-url.ts';

const authorityOf = (hostname: string, port: number, protocol: string) => {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname;
  return port === defaultPort(protocol) ? host : `${host}:${port}`;
};

/** Returns RemoteUrl without user, password and query, which the report must not show. */
const remoteUrlOf = ({ remoteUrl: { protocol, authority, basePath } }: Config): string =>
  `${protocol}//${authority}${basePath}`;

/** Returns RemoteAddress for where connections go now: host and port. */
export function remoteAddressOf({ connectTo: { hostname, port } }: Config): string {
  return `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
}

/**
 * Returns the settings with another name in RemoteUrl; connections go where they go now.
 *
 * @param config the settings
 * @param hostname name of the site
 */
export function withName(config: Config, hostname: string): Config {
  const { remoteUrl } = config;
  const port = defaultPort(remoteUrl.protocol) ?? remoteUrl.port;
  return { ...config, remoteUrl: { ...remoteUrl, hostname, port, authority: hostname } };
}

/**
 * Returns the settings with another scheme in RemoteUrl, and the same host.
 *
 * @param config the settings
 * @param protocol the other scheme
 * @param port where the backend speaks it
 */
export function withScheme(config: Config, protocol: 'http:' | 'https:', port: number): Config {
  const { remoteUrl, connectTo } = config;
  const isElsewhere = connectTo.hostname !== remoteUrl.hostname || connectTo.port !== remoteUrl.port;
  const named = isElsewhere ? (defaultPort(protocol) ?? port) : port;
  const authority = authorityOf(remoteUrl.hostname, named, protocol);
  return {
    ...config,
    remoteUrl: { ...remoteUrl, protocol, port: named, authority },
    connectTo: { hostname: connectTo.hostname, port },
  };
}

/** Returns the parameters that have the effect of a variant: RemoteUrl, and RemoteAddress where it is needed. */
export function parametersOf(variant: Config): Readonly<Record<string, string>> {
  const { remoteUrl, connectTo } = variant;
  const isSame = connectTo.hostname === remoteUrl.hostname && connectTo.port === remoteUrl.port;
  return { RemoteUrl: remoteUrlOf(variant), ...(isSame ? {} : { RemoteAddress: remoteAddressOf(variant) }) };
}

/** A sentence for settings whose RemoteUrl has parts that the report does not show. */
export const keepSecrets = ({ remoteUrl: { authorization, baseQuery } }: Config): string =>
  authorization === undefined && baseQuery === '' ? '' : '; keep user:password and the query of RemoteUrl';

/** Returns the settings without the path of RemoteUrl. */
export const withoutBasePath = (config: Config): Config => ({
  ...config,
  remoteUrl: { ...config.remoteUrl, basePath: '' },
});

/** Returns what to do where a site is not below the path of RemoteUrl. */
export const outsideBasePath = (config: Config): string =>
  `the path ${config.remoteUrl.basePath} of RemoteUrl is put in front of every path, and the site is not below it: leave it out, and have clients open the path themselves${keepSecrets(config)}`;

/** Returns the name for SNI: none for an address (RFC 6066 §3). */
export const serverName = ({ remoteUrl: { hostname } }: Config): string =>
  isIP(hostname) === 0 ? hostname.replace(/\.$/, '') : '';
