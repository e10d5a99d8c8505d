import { isIP } from 'node:net';
import { isPrivateHost } from '../../src/config/remote-url.ts';
import { rewriteUrls, urlFields } from '../../src/http/url-fields.ts';
import { type Finding, finding } from './catalogue.ts';
import { privateNetworks } from './reach.ts';
import { type FunctionFacts, isHtml, mediaType, type Received, type Site, tryWith } from './site.ts';

/** Undoes what templates and JSON do to the slashes of a URL. */
const plainSlashes = (text: string) =>
  text.replaceAll(/\\\/|&#x2f;|&#0*47;|\\u002f/gi, '/').replaceAll(/&#x3a;|&#0*58;/gi, ':');

/** Most of a page that is searched. */
const mostCharacters = 1_000_000;

/** An absolute link of a page. */
interface Link {
  readonly url: string;
  readonly scheme: string | undefined;
  /** Without brackets. */
  readonly host: string;
  readonly port: string | undefined;
}

/** Returns the parts of a page whose links a browser follows. */
const followed = (html: string) =>
  html
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/<script\b[^>]*\bld\+json[^>]*>.*?<\/script>/gis, '')
    .replaceAll(
      /<(?:link\b[^>]*\brel=["']?(?:canonical|alternate|shortlink|pingback|edituri)\b|meta\b(?![^>]*\bhttp-equiv))[^>]*>/gi,
      '',
    );

/** A link in an attribute, a style or a script. A mention in the text of a page is no link; in XML the text is. */
const inMarkup =
  /(?<=(?:["'`=(,;]|url=)\s{0,9})(?:(https?|wss?):)?\/\/(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?![\w.:@-])[^\s"'`<>)]{0,80}/gi;
const inXml = /(?<=["'>]\s{0,9})(https?):\/\/(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?![\w.:@-])[^\s"'`<>)]{0,80}/gi;

/** Returns the URLs in header fields, as a browser gets them. */
function urlsInFields({ response: { headers } }: Received): string[] {
  const urls: string[] = [];
  for (const name of urlFields) {
    for (const field of [headers[name] ?? []].flat())
      rewriteUrls(name, field, (url) => urls[urls.push(url) - 1] ?? url);
  }
  return urls;
}

const isXml = (type: string) => /[/+]xml$/.test(type) && type !== 'application/xhtml+xml';

/** Types whose text is searched. */
const searched =
  /^(?:text\/(?:html|css|xml|javascript)|application\/(?:xhtml\+xml|xml|json|javascript)|.*\+(?:json|xml))$/;

/** Returns the absolute links of a response: in its header fields, attributes, styles, scripts, JSON or XML. */
function linksOf(received: Received): Link[] {
  const type = mediaType(received);
  const text = searched.test(type) ? received.text.slice(0, mostCharacters) : '';
  const body = plainSlashes(isHtml(received) ? followed(text) : text);
  const fields = urlsInFields(received).map((url) => `"${url}"`);
  return Array.from(
    [...fields.join('\n').matchAll(inMarkup), ...body.matchAll(isXml(type) ? inXml : inMarkup)],
    ([url, scheme, host = '', port]) => ({
      url,
      scheme: scheme?.toLowerCase(),
      host: host.toLowerCase().replaceAll(/[[\]]/g, ''),
      port,
    }),
  );
}

const examples = (links: readonly Link[]) => {
  const urls = [...new Set(links.map(({ url }) => url))];
  return `${urls.slice(0, 3).join(', ')}${urls.length > 3 ? ` and ${urls.length - 3} more` : ''}`;
};

const setting =
  "correct the site's address in the application's own settings (base URL, WordPress: WP_HOME and WP_SITEURL)";

/** Splits a host from its port. */
const hostnameOf = (authority: string) =>
  (URL.parse(`http://${authority}`)?.hostname ?? authority).replaceAll(/[[\]]/g, '');

/** Returns the names and addresses of the backend that are not the public host. */
function backendHosts({ host }: Received, { config, publicHost }: Site, addresses: readonly string[]): Set<string> {
  const { remoteUrl, connectTo } = config;
  const hosts = new Set([remoteUrl.hostname, connectTo.hostname, hostnameOf(host), ...addresses]);
  hosts.delete(hostnameOf(publicHost));
  return hosts;
}

/** Returns the links of a response that name the backend. */
function backendLinks(received: Received, site: Site, addresses: readonly string[]): Link[] {
  const hosts = backendHosts(received, site, addresses);
  return linksOf(received).filter(({ host }) => hosts.has(host));
}

/** Whether only a private network knows a host; a name without a dot may be a placeholder in a script. */
const isPrivate = (host: string) => (isIP(host) === 0 ? isPrivateHost(host) : privateNetworks.includes(host));

/** Returns the links to other hosts of a private network. Libraries have addresses of this kind that they never open. */
function privateLinks(received: Received, site: Site, addresses: readonly string[]): Link[] {
  if (/javascript/.test(mediaType(received))) return [];
  const known = backendHosts(received, site, addresses).add(hostnameOf(site.publicHost));
  return linksOf(received).filter(({ host }) => !known.has(host) && isPrivate(host));
}

/** Returns the links of a page to the public host that browsers block or cannot open. */
function insecureLinks(received: Received, { publicHost }: Site): Link[] {
  const publicPort = URL.parse(`https://${publicHost}`)?.port || '443';
  return linksOf(received).filter(
    ({ host, scheme, port = publicPort }) =>
      host === hostnameOf(publicHost) && (scheme === 'http' || scheme === 'ws' || port !== publicPort),
  );
}

const counted = (links: readonly Link[], kind = '') =>
  `${links.length} ${kind}${links.length === 1 ? 'link' : 'links'}`;

/** Returns the finding on links to the backend, and whether HostHeader=client mends them. */
async function onBackendLinks(
  links: readonly Link[],
  [received, subject]: readonly [Received, string],
  site: Site,
  target: string,
  addresses: readonly string[],
  facts: FunctionFacts,
): Promise<Finding> {
  const text = `${subject} has ${counted(links, 'absolute ')} to the backend: ${examples(links)}`;
  const isTold = hostnameOf(received.host) !== hostnameOf(site.publicHost);
  const told = isTold ? await tryWith({ ...site.config, hostHeader: 'client' }, facts, target) : undefined;
  const isGone = told !== undefined && told.status < 400 && backendLinks(told, site, addresses).length === 0;
  if (isGone) {
    const remedy = 'with HostHeader=client the links name the public host';
    return finding('links_to_backend', text, { remedy, set: { HostHeader: 'client' } });
  }
  const remedy = isTold
    ? `${setting}; HostHeader=client alone does not change them`
    : `${setting}; the backend gets the public host (HostHeader=client) and does not use it`;
  return finding('links_to_backend', text, { remedy });
}

/** What users of a site whose links cannot be mended need (https://www.w3.org/TR/upgrade-insecure-requests/). */
const upgrade =
  'where it cannot, ResponseHeaders="Content-Security-Policy: upgrade-insecure-requests" has browsers load them over https';

/**
 * Returns the findings on absolute links of a response.
 *
 * @param received a page, or a style or a script of it
 * @param site the site
 * @param target its public path and query
 * @param addresses of the backend
 * @param facts of the function
 * @param subject how the report names it
 */
export async function linkFindings(
  received: Received,
  site: Site,
  target: string,
  addresses: readonly string[],
  facts: FunctionFacts,
  subject = 'the page',
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const links = backendLinks(received, site, addresses);
  if (links.length > 0) {
    findings.push(await onBackendLinks(links, [received, subject], site, target, addresses, facts));
  }
  const others = privateLinks(received, site, addresses);
  if (others.length > 0) {
    const text = `${subject} has ${counted(others, 'absolute ')} to a private network: ${examples(others)}`;
    const remedy = `${setting}; a second host that users need has to be reachable from the internet itself`;
    findings.push(finding('links_private', text, { remedy }));
  }
  const insecure = insecureLinks(received, site);
  if (insecure.length > 0) {
    const text = `${subject} has ${counted(insecure)} to the public host that ${insecure.length === 1 ? 'is' : 'are'} not https on its port: ${examples(insecure)}`;
    const remedy =
      'have the application trust X-Forwarded-Proto and X-Forwarded-Port (Django: SECURE_PROXY_SSL_HEADER; Express: trust proxy; docs/applications.md), or correct its base URL';
    // The policy changes the scheme and keeps the port.
    const hasUpgrade = insecure.some(({ scheme, port }) => port === undefined && scheme !== 'https');
    findings.push(finding('links_insecure', text, { remedy: hasUpgrade ? `${remedy}; ${upgrade}` : remedy }));
  }
  return findings;
}
