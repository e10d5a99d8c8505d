import { lookup } from 'node:dns/promises';
import type { Config } from '../../src/config/config.ts';
import { isPrivateHost } from '../../src/config/remote-url.ts';
import { authoritiesIn } from '../../src/http/named-authorities.ts';
import { type Finding, finding } from './catalogue.ts';
import { speaksTls } from './probe.ts';
import type { Redirect } from './report.ts';
import { type FunctionFacts, openSite, type Site } from './site.ts';
import {
  keepSecrets,
  outsideBasePath,
  parametersOf,
  remoteAddressOf,
  serverName,
  withName,
  withoutBasePath,
  withScheme,
} from './variants.ts';
import { type Hop, type Visit, visit } from './visit.ts';

const trustScheme =
  'have the application trust X-Forwarded-Proto, which says https (Django: SECURE_PROXY_SSL_HEADER; Express: trust proxy; docs/applications.md)';

/** Returns the redirect of a hop as the backend sent it. */
function sentBy({ target, received: { status }, location }: Hop): Redirect | undefined {
  return location === undefined ? undefined : { path: target, status, location };
}

/** Returns the redirects of a visit. */
export const redirectsOf = ({ hops, end }: Visit): Redirect[] =>
  (end === 'page' ? hops.slice(0, -1) : hops).flatMap((hop) => sentBy(hop) ?? []);

const hostOf = (authority: string) => URL.parse(`http://${authority}`)?.hostname ?? authority;

/** Returns every host by which the backend may call itself. */
const ownHosts = ({ config: { remoteUrl, connectTo }, publicHost }: Site, { received: { host } }: Hop) =>
  new Set([remoteUrl.hostname, connectTo.hostname, publicHost, host].map(hostOf));

/** Returns the https URL on a host of the backend that a hop redirects to. */
function httpsTarget(site: Site, hop: Hop): URL | undefined {
  const { config } = site;
  const url = URL.parse(sentBy(hop)?.location ?? '');
  if (config.remoteUrl.protocol !== 'http:' || url?.protocol !== 'https:') return undefined;
  return ownHosts(site, hop).has(url.hostname) ? url : undefined;
}

/** Returns the finding on a backend that has http in RemoteUrl and redirects to https. */
async function toHttps(site: Site, { target, received }: Hop, url: URL): Promise<Finding> {
  const { config } = site;
  const port = Number(url.port || 443);
  const variant = withScheme(config, 'https:', port);
  const set = parametersOf(variant);
  const isServed = await speaksTls(variant.connectTo, serverName(config));
  const words = Object.entries(set).map(([name, value]) => `${name}=${value}`);
  const remedy = isServed
    ? `write https:// in RemoteUrl: port ${port} speaks TLS${keepSecrets(config)}`
    : `${trustScheme}; or serve https at the backend and set ${words.join(' ')} (nothing speaks TLS on port ${port} now)`;
  const text = `${received.status} from ${target} to ${url.href}: the backend wants https, and RemoteUrl has http://`;
  return finding('redirect_to_https', text, { remedy, ...(isServed ? { set } : {}) });
}

/** Says whether the backend serves a page with other settings. */
async function serves(config: Config, facts: FunctionFacts, target: string): Promise<boolean> {
  const site = openSite(config, facts);
  try {
    const { hops, end } = await visit(site, target);
    return end === 'page' && (hops.at(-1)?.received.status ?? 500) < 400;
  } catch {
    return false;
  } finally {
    site.close();
  }
}

/** Returns the finding on an endless redirect. */
async function loop(site: Site, { hops }: Visit, facts: FunctionFacts): Promise<Finding> {
  const upgrade = hops.map((hop) => [hop, httpsTarget(site, hop)] as const).find(([, url]) => url !== undefined);
  if (upgrade?.[1] !== undefined) return toHttps(site, upgrade[0], upgrade[1]);
  const last = hops.at(-1) ?? hops[0];
  const { target, received } = last;
  const { config } = site;
  const text = `${received.status} from ${target} to ${sentBy(last)?.location}: an endless redirect, after ${hops.length} requests with Host ${received.host}`;
  const hostHeader = received.host === config.remoteUrl.authority ? 'client' : 'backend';
  if (await serves({ ...config, hostHeader }, facts, hops[0].target)) {
    return finding('redirect_loop', text, {
      remedy: `the backend expects another Host: with HostHeader=${hostHeader} it serves the page`,
      set: { HostHeader: hostHeader },
    });
  }
  if (config.remoteUrl.basePath !== '') {
    const bare = withoutBasePath(config);
    if (await serves(bare, facts, hops[0].target)) {
      return finding('redirect_loop', text, { remedy: outsideBasePath(config), set: parametersOf(bare) });
    }
  }
  const remedy = `correct the site's address in the application's own settings (base URL, canonical host, trailing slash), or ${trustScheme}; try HostHeader=backend, HostHeader=client or HostHeader=NAME with the name that it expects`;
  return finding('redirect_loop', text, { remedy });
}

/** Returns the addresses of a name; none when it has none. */
const addressesOf = async (hostname: string): Promise<string[]> =>
  (await lookup(hostname, { all: true }).catch(() => [])).map(({ address }) => address);

/** Returns the finding on a redirect to another origin. */
async function away(
  site: Site,
  { hops, url = '' }: Visit,
  addresses: readonly string[],
  facts: FunctionFacts,
): Promise<Finding> {
  const last = hops.at(-1) ?? hops[0];
  const upgrade = httpsTarget(site, last);
  if (upgrade !== undefined) return toHttps(site, last, upgrade);
  const { config, publicHost } = site;
  const { protocol, hostname, pathname, search, port } = new URL(url);
  const text = `it redirects to ${url}`;
  if (!/^https?:$/.test(protocol))
    return finding('redirect_elsewhere', text, { remedy: 'nothing, if an app opens it' });
  if (hostname === hostOf(publicHost)) {
    const remedy = `the public host has no port ${port || 80}: correct the site's address in the application's own settings, or ${trustScheme}`;
    return finding('redirect_to_backend', `${text}, on the public host`, { remedy });
  }
  const inQuery = nameInQuery(search, ownHosts(site, last), hostOf(publicHost));
  if (inQuery !== undefined) {
    const seen = `${text.split('?', 1)[0]} with the backend's own address, ${inQuery}, in the query`;
    return finding('redirect_to_backend', seen, {
      remedy: `the other site leads users to ${inQuery}: set the public URL in the application (base URL, redirect URI), or HostHeader=client, so that it learns the public host`,
    });
  }
  const bare = (host: string) => host.replace(/^www\./, '');
  if (bare(hostname) === bare(hostOf(publicHost))) {
    const HostHeader = last.received.host === config.remoteUrl.authority ? 'client' : 'backend';
    const mends = await serves({ ...config, hostHeader: HostHeader }, facts, hops[0].target);
    return finding('redirect_to_backend', text, {
      remedy: `the application adds or removes www. before the public host, and no site is there: correct its canonical host, or set HostHeader=NAME with the name that it serves`,
      ...(mends ? { set: { HostHeader } } : {}),
    });
  }
  const isName = !isPrivateHost(hostname);
  const named = withName(config, hostname);
  const isSamePage = `${pathname}${search}` === last.target;
  if (isName && isSamePage && (await serves(named, facts, hops[0].target))) {
    const remedy = `the backend serves the page under the name ${hostname}: write it in RemoteUrl, and the address in RemoteAddress${keepSecrets(config)}`;
    return finding('redirect_to_backend', text, { remedy, set: parametersOf(named) });
  }
  const isItself = !isName || ownHosts(site, last).has(hostname);
  if (isItself) {
    const hostHeader = last.received.host === config.remoteUrl.authority ? 'client' : 'backend';
    const remedy = `correct the site's address in the application's own settings: ${isName ? 'users bypass the proxy' : `users cannot open ${hostname}`}`;
    const mends = await serves({ ...config, hostHeader }, facts, hops[0].target);
    return finding('redirect_to_backend', text, { remedy, ...(mends ? { set: { HostHeader: hostHeader } } : {}) });
  }
  const byName = `RemoteUrl=${named.remoteUrl.protocol}//${hostname} with RemoteAddress=${remoteAddressOf(config)}`;
  if (sharesAddress(await addressesOf(hostname), addresses)) {
    const remedy = `the name leads to the backend's own address, and users bypass the proxy: set ${byName}, or deploy a second stack for ${hostname}`;
    return finding('redirect_to_backend', text, { remedy });
  }
  const remedy = `if that is the backend's own name, HostHeader=client may keep clients on the public host, and ${byName} does`;
  return finding('redirect_elsewhere', text, { remedy });
}

/** Returns the first host in a query or fragment that is the backend's and not the public one. */
function nameInQuery(query: string, own: ReadonlySet<string>, publicName: string): string | undefined {
  const hosts = authoritiesIn(query).map(({ authority }) => authority);
  return hosts.find((authority) => own.has(hostOf(authority)) && hostOf(authority) !== publicName);
}

const sharesAddress = (some: readonly string[], others: readonly string[]) =>
  some.some((address) => others.includes(address));

/**
 * Returns the findings on redirects that do not end in a page.
 *
 * @param site the site
 * @param visited the visit
 * @param addresses of the backend
 * @param facts of the function
 */
export async function redirectFindings(
  site: Site,
  visited: Visit,
  addresses: readonly string[],
  facts: FunctionFacts,
): Promise<Finding[]> {
  if (visited.end === 'loop') return [await loop(site, visited, facts)];
  return visited.end === 'away' ? [await away(site, visited, addresses, facts)] : [];
}
