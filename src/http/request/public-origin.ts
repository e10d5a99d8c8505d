import type { Config } from '../../config/config.ts';
import { isPrivateHost } from '../../config/remote-url.ts';
import type { Client, ProxyRequest } from '../../types.ts';
import { isDefaultEndpoint } from '../default-endpoint.ts';
import { isAuthority } from '../grammar.ts';
import { lastMember } from '../lists.ts';
import { belowBase, namesPublicHost } from '../reference.ts';

/** Where clients find the site. */
export interface PublicOrigin extends Pick<Client, 'host' | 'protocol' | 'port'> {
  /** Path in front of every public path, e.g. `/live`, with no slash at its end; empty for none. */
  readonly prefix: string;
}

/** What the public origin is read from. */
type Source = Pick<ProxyRequest, 'client' | 'headers'>;

const port = /^\d{1,5}$/;

/** Host of a client that names none, such as a health check of a load balancer. */
const unknown = 'unknown';

/** The front door itself, by the host that it vouches for. */
function endpointOrigin({ client }: Source, { publicPath }: Pick<Config, 'publicPath'>): PublicOrigin {
  const { host, protocol, port, stagePath = '' } = client;
  return { host, protocol, port, prefix: isDefaultEndpoint(host) ? stagePath : publicPath };
}

/**
 * Returns the public origin: what the front door vouches for or, behind a trusted proxy, the last member of
 * X-Forwarded-Host, X-Forwarded-Proto and X-Forwarded-Port. The nearest proxy wrote that one; where a proxy appends, the
 * members before it may be the client's invention. A member that is no host name, protocol or port does not count.
 *
 * The prefix is the stage on the default endpoint of an API, and PUBLIC_PATH on every other host.
 *
 * @param request as decoded from the event
 * @param config says whether the fields come from a trusted proxy (TRUST_FORWARDED), and the path (PUBLIC_PATH)
 * @example publicOrigin(request, config) // { protocol: 'https', host: 'site.example', port: 443, prefix: '/live' }
 */
export function publicOrigin(request: Source, config: Pick<Config, 'trustForwarded' | 'publicPath'>): PublicOrigin {
  const endpoint = endpointOrigin(request, config);
  if (!config.trustForwarded) return endpoint;
  const { headers } = request;
  const namedHost = lastMember(headers['x-forwarded-host']);
  const protocol = lastMember(headers['x-forwarded-proto']).toLowerCase();
  const namedPort = lastMember(headers['x-forwarded-port']);
  const host = isAuthority(namedHost) ? namedHost : endpoint.host;
  return {
    host,
    protocol: protocol === 'http' || protocol === 'https' ? protocol : endpoint.protocol,
    port: port.test(namedPort) ? Number(namedPort) : endpoint.port,
    prefix: host.toLowerCase() === endpoint.host.toLowerCase() ? endpoint.prefix : config.publicPath,
  };
}

/**
 * Returns every origin by which a client may name the site, the public origin first: behind a trusted proxy the front
 * door's own as well.
 *
 * @param request as decoded from the event
 * @param config as for {@link publicOrigin}
 */
export const publicOrigins = (
  request: Source,
  config: Pick<Config, 'trustForwarded' | 'publicPath'>,
): readonly [PublicOrigin, ...PublicOrigin[]] =>
  config.trustForwarded
    ? [publicOrigin(request, config), endpointOrigin(request, config)]
    : [publicOrigin(request, config)];

/**
 * Returns the origin that a URL of the client or of the backend names, or undefined for another host. The public host is
 * meant with the port of the backend, 80, 443, its own or none, over http and https.
 *
 * @param authority authority of the URL
 * @param origins the public origins
 * @param backendPort port of the backend
 */
export const originNamed = (
  authority: string,
  origins: readonly PublicOrigin[],
  backendPort: number,
): PublicOrigin | undefined => origins.find(({ host }) => namesPublicHost(authority, host, backendPort));

/**
 * Returns the Host field for the backend (HOST_HEADER). A client that names no host, such as a health check, gets the
 * backend's own.
 *
 * @param request as decoded from the event
 * @param config the settings
 */
export function hostForBackend(
  request: Source,
  config: Pick<Config, 'hostHeader' | 'remoteUrl' | 'trustForwarded' | 'publicPath'>,
): string {
  const { hostHeader, remoteUrl } = config;
  const usesPublic = hostHeader === 'client' || (hostHeader === 'auto' && isPrivateHost(remoteUrl.hostname));
  if (usesPublic) {
    const { host } = publicOrigin(request, config);
    return host === unknown ? remoteUrl.authority : host;
  }
  return hostHeader === 'auto' || hostHeader === 'backend' ? remoteUrl.authority : hostHeader;
}

/**
 * Returns a request without PUBLIC_PATH in front of its path. API Gateway and CloudFront pass on the path with it, other
 * front doors without; a path that does not begin with it stays. The stage of an API is gone already, and may have the
 * name of the path.
 *
 * @param request as decoded from the event
 * @param config the settings
 */
export function withoutPublicPath(request: ProxyRequest, { publicPath }: Pick<Config, 'publicPath'>): ProxyRequest {
  if (publicPath === '') return request;
  const { host, stagePath } = request.client;
  if (isDefaultEndpoint(host) || stagePath === publicPath) return request;
  const rawPath = belowBase(request.rawPath, publicPath);
  return rawPath === undefined ? request : { ...request, rawPath };
}
