import type { Config } from '../../src/config/config.ts';
import { type Finding, finding } from './catalogue.ts';
import { refusalFindings } from './refusals.ts';
import type { TlsFacts } from './report.ts';
import { type FunctionFacts, type Received, tryWith } from './site.ts';
import { siteNames } from './trust.ts';
import { keepSecrets, outsideBasePath, parametersOf, remoteAddressOf, withName, withoutBasePath } from './variants.ts';
import { placeholderHost, unknownName } from './words.ts';

/** Titles of the pages that servers have when nothing is set up. */
const defaultTitles =
  /<title>\s*(?:Welcome to (?:nginx|OpenResty|CentOS)|(?:Apache2? )?(?:\w+ )?Default Page|Web Server's Default Page|Default (?:Web ?)?Site Page|Test Page for|(?:HTTP Server )?Test Page|IIS Windows|Internet Information Services|It works!|Caddy works!|Apache Tomcat\/|Welcome to Caddy|Site not found)/i;

/** Says whether a page is the default page of a server. */
const isDefaultPage = (received: Received): boolean =>
  defaultTitles.test(received.text) || /<h1>\s*It works!\s*<\/h1>/i.test(received.text) || isEmptyOfCaddy(received);

/** Caddy responds with 200 and nothing to a name that it does not know. */
const isEmptyOfCaddy = ({ status, text, sent }: Received) =>
  status === 200 && text === '' && sent['content-type'] === undefined && /^Caddy$/i.test(sent['server']?.[0] ?? '');

/** Most names of a certificate that are tried. */
const mostNames = 5;

/** Other settings with which the backend may find the site. */
interface Candidate {
  readonly config: Config;
  readonly set: Readonly<Record<string, string>>;
  readonly remedy: string;
}

function candidates(config: Config, host: string, tls: TlsFacts | undefined, facts: FunctionFacts): Candidate[] {
  const { authority } = config.remoteUrl;
  const hosts = host === authority ? (facts.publicHost === undefined ? [] : ['client']) : ['backend'];
  const bare = withoutBasePath(config);
  return [
    ...(config.remoteUrl.basePath === ''
      ? []
      : [{ config: bare, set: parametersOf(bare), remedy: outsideBasePath(config) }]),
    ...hosts.map((hostHeader) => ({
      config: { ...config, hostHeader },
      set: { HostHeader: hostHeader },
      remedy: `with HostHeader=${hostHeader} it serves the page; or add the public host to the names that the server or the application accepts (nginx: server_name; Django: ALLOWED_HOSTS)`,
    })),
    ...siteNames(tls?.chain[0], config)
      .slice(0, mostNames)
      .map((name) => {
        const named = withName(config, name);
        return {
          config: named,
          set: parametersOf(named),
          remedy: `the certificate names ${name}, and under that name the page is there: write it in RemoteUrl, and the address in RemoteAddress${keepSecrets(config)}`,
        };
      }),
  ];
}

/** A response under which the site may have another name. */
interface Unknown {
  /** Host that the backend was sent. */
  readonly host: string;
  /** What was seen. */
  readonly text: string;
  readonly code: 'site_unknown' | 'host_refused' | 'default_page';
}

/** Returns why a response may mean that the backend has no site of that name. */
function whyUnknown(received: Received): Unknown | undefined {
  const { status, host } = received;
  if (isDefaultPage(received))
    return { host, text: `${status} with the default page of the server`, code: 'default_page' };
  if (status === 404 || status === 421) return { host, text: `${status} for Host ${host}`, code: 'site_unknown' };
  return status < 400 || status === 401
    ? undefined
    : { host, text: `${status} for Host ${host}`, code: 'host_refused' };
}

/** Returns the parameters with which a backend gets the name of the site, for a name that the doctor does not know. */
export const namedSite = (config: Config): string =>
  `RemoteUrl=${config.remoteUrl.protocol}//${unknownName} RemoteAddress=${remoteAddressOf(config)} with that name, or HostHeader=${unknownName}`;

function withoutCandidate({ code, text, host }: Unknown, config: Config, facts: FunctionFacts): Finding[] {
  if (code === 'host_refused') return [];
  const { authority } = config.remoteUrl;
  const again =
    facts.publicHost === undefined && host === placeholderHost
      ? `; if the server knows the public host, run the doctor again with --public-host NAME`
      : '';
  const remedy = `if the site has a name of its own, set ${namedSite(config)}${again}; if only this page does not exist on ${authority}, check another one with --path`;
  return [finding(code, text, { remedy })];
}

/**
 * Returns the findings on a backend that may have no site of the name that it was sent. It tries the names that the
 * doctor can know.
 *
 * @param received the response; undefined when the backend closed the connection
 * @param config the settings
 * @param target public path and query
 * @param tls facts about the certificate, with its names
 * @param facts of the function
 */
export async function hostFindings(
  received: Received | undefined,
  config: Config,
  target: string,
  tls: TlsFacts | undefined,
  facts: FunctionFacts,
): Promise<Finding[]> {
  const closed: Unknown = { host: '', text: 'the connection ends without a response', code: 'host_refused' };
  const unknown = received === undefined ? closed : whyUnknown(received);
  if (unknown === undefined) return received === undefined ? [] : refusalFindings(received);
  for (const { config: other, set, remedy } of candidates(config, unknown.host, tls, facts)) {
    const tried = await tryWith(other, facts, target);
    if (tried !== undefined && tried.status < 400 && !isDefaultPage(tried)) {
      const where =
        config.remoteUrl.basePath === other.remoteUrl.basePath ? `for Host ${tried.host}` : 'without the path';
      const text = `${unknown.text}, and ${tried.status} ${where}`;
      return [finding(unknown.code, text, { remedy, set })];
    }
  }
  return [
    ...withoutCandidate(unknown, config, facts),
    ...(received === undefined || unknown.code !== 'host_refused' ? [] : refusalFindings(received)),
  ];
}
