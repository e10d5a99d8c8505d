import { isIP } from 'node:net';
import { type Finding, finding } from './catalogue.ts';
import type { FunctionFacts, Received, Site } from './site.ts';
import { tryWith } from './site.ts';

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const bracketed = (host: string) => (isIP(host) === 6 ? `[${host}]` : host);

/** Undoes what templates and JSON do to the slashes of a URL. */
const plainSlashes = (text: string) =>
  text.replaceAll(/\\\/|&#x2f;|&#0*47;|\\u002f/gi, '/').replaceAll(/&#x3a;|&#0*58;/gi, ':');

/** Most of a page that is searched. */
const mostCharacters = 1_000_000;

/** An absolute link of a page. */
interface Link {
  readonly url: string;
  readonly scheme: string | undefined;
  readonly host: string;
  readonly port: string | undefined;
}

/**
 * Returns the absolute links of a page to any of the hosts: in attributes, styles and scripts. A mention in its text is no
 * link.
 *
 * @param page HTML
 * @param hosts names and addresses
 */
function linksTo(page: string, hosts: readonly string[]): Link[] {
  const names = hosts.map((host) => escaped(bracketed(host))).join('|');
  // No browser follows them.
  const followed = page
    .slice(0, mostCharacters)
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/<script\b[^>]*\bld\+json[^>]*>.*?<\/script>/gis, '')
    .replaceAll(
      /<(?:link\b[^>]*\brel=["']?(?:canonical|alternate|shortlink|pingback|edituri)\b|meta\b(?![^>]*\bhttp-equiv))[^>]*>/gi,
      '',
    );
  const pattern = new RegExp(
    `(?<=(?:["'\`=(,;]|url=)\\s{0,9})(?:(https?|wss?):)?//(${names})(?::(\\d{1,5}))?(?![\\w.:@-])[^\\s"'\`<>)]{0,80}`,
    'gi',
  );
  return Array.from(plainSlashes(followed).matchAll(pattern), ([url, scheme, host = '', port]) => ({
    url,
    scheme: scheme?.toLowerCase(),
    host: host.toLowerCase(),
    port,
  }));
}

const isHtml = ({ response: { headers } }: Received) =>
  /^(?:text\/html|application\/xhtml\+xml)\b/i.test(String(headers['content-type'] ?? ''));

const examples = (links: readonly Link[]) => {
  const urls = [...new Set(links.map(({ url }) => url))];
  return `${urls.slice(0, 3).join(', ')}${urls.length > 3 ? ` and ${urls.length - 3} more` : ''}`;
};

const setting =
  "correct the site's address in the application's own settings (base URL, WordPress: WP_HOME and WP_SITEURL)";

/** Splits a host from its port. */
const hostnameOf = (authority: string) =>
  (URL.parse(`http://${authority}`)?.hostname ?? authority).replaceAll(/[[\]]/g, '');

/** Returns the links of a page that name the backend. */
function backendLinks(received: Received, site: Site, addresses: readonly string[]): Link[] {
  const { remoteUrl, connectTo } = site.config;
  const publicName = hostnameOf(site.publicHost);
  const hosts = new Set([remoteUrl.hostname, connectTo.hostname, hostnameOf(received.host), ...addresses]);
  hosts.delete(publicName);
  return linksTo(received.text, [...hosts]);
}

/** Returns the links of a page to the public host that browsers block or cannot open. */
function insecureLinks({ text }: Received, { publicHost }: Site): Link[] {
  const publicPort = URL.parse(`https://${publicHost}`)?.port || '443';
  return linksTo(text, [hostnameOf(publicHost)]).filter(
    ({ scheme, port = publicPort }) => scheme === 'http' || scheme === 'ws' || port !== publicPort,
  );
}

/**
 * Returns the findings on absolute links of a page.
 *
 * @param received the page
 * @param site the site
 * @param target public path and query of the page
 * @param addresses of the backend
 * @param facts of the function
 */
export async function linkFindings(
  received: Received,
  site: Site,
  target: string,
  addresses: readonly string[],
  facts: FunctionFacts,
): Promise<Finding[]> {
  if (!isHtml(received)) return [];
  const findings: Finding[] = [];
  const links = backendLinks(received, site, addresses);
  if (links.length > 0) {
    const text = `the page has ${links.length} absolute ${links.length === 1 ? 'link' : 'links'} to the backend: ${examples(links)}`;
    const isTold = hostnameOf(received.host) !== hostnameOf(site.publicHost);
    const told = isTold ? await tryWith({ ...site.config, hostHeader: 'client' }, facts, target) : undefined;
    const isGone = told !== undefined && told.status < 400 && backendLinks(told, site, addresses).length === 0;
    findings.push(
      isGone
        ? finding('links_to_backend', text, {
            remedy: 'with HostHeader=client the links name the public host',
            set: { HostHeader: 'client' },
          })
        : finding('links_to_backend', text, {
            remedy: isTold
              ? `${setting}; HostHeader=client alone does not change them`
              : `${setting}; the backend gets the public host (HostHeader=client) and does not use it`,
          }),
    );
  }
  const insecure = insecureLinks(received, site);
  if (insecure.length > 0) {
    const text = `the page has ${insecure.length} ${insecure.length === 1 ? 'link' : 'links'} to the public host that ${insecure.length === 1 ? 'is' : 'are'} not https on its port: ${examples(insecure)}`;
    const remedy =
      'have the application trust X-Forwarded-Proto and X-Forwarded-Port (Django: SECURE_PROXY_SSL_HEADER; Express: trust proxy; docs/applications.md), or correct its base URL';
    findings.push(finding('links_insecure', text, { remedy }));
  }
  return findings;
}
