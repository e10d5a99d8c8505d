import { toProxyError } from '../../src/failure-mapping.ts';
import { failureOf } from '../../src/failures.ts';
import { type Finding, finding } from './catalogue.ts';
import { linkFindings } from './links.ts';
import { compressionFindings } from './response.ts';
import { type FunctionFacts, isHtml, type Received, type Site, tryWith } from './site.ts';
import { outsideBasePath, parametersOf, withoutBasePath } from './variants.ts';

/** Most styles, scripts and images that are fetched. */
const mostResources = 6;

/** Tags that load something, with its URL. */
const loading = /<(link|script|img)\b((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi;

const urlAttribute = /\s(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i;

/** Returns the public paths of the first styles, scripts and images of a page that are on the public host. */
function resourcesOf({ text }: Received, { origin }: Site, target: string): string[] {
  const base = /<base\b[^>]*?\shref\s*=\s*["']?([^"'\s>]+)/i.exec(text)?.[1] ?? '';
  const page = URL.parse(base, `${origin}${target}`)?.href ?? `${origin}${target}`;
  const paths = new Set<string>();
  for (const [, tag = '', attributes = ''] of text.replaceAll(/<!--.*?-->/gs, '').matchAll(loading)) {
    if (tag.toLowerCase() === 'link' && !/\brel\s*=\s*["']?[^"'>]*\bstylesheet\b/i.test(attributes)) continue;
    const reference = urlAttribute.exec(attributes)?.slice(1).find(Boolean)?.replaceAll('&amp;', '&');
    const url = reference === undefined ? null : URL.parse(reference, page);
    if (url?.origin === origin) paths.add(`${url.pathname}${url.search}`);
  }
  return [...paths].slice(0, mostResources);
}

/** A style, script or image that was fetched. */
interface Fetched {
  readonly path: string;
  /** Status that a client gets, with the proxy's failure if it is one of its own. */
  readonly status: string;
  readonly isError: boolean;
  readonly received: Received | undefined;
}

async function fetchOne(site: Site, path: string, cookie: string): Promise<Fetched> {
  try {
    const received = await site.get(path, cookie);
    return { path, status: String(received.status), isError: received.status >= 400, received };
  } catch (error) {
    const { code } = toProxyError(error);
    return { path, status: `${failureOf(code).status} (${code})`, isError: true, received: undefined };
  }
}

/** Returns the finding on resources that users do not get. */
async function onMissing(all: readonly Fetched[], { config }: Site, facts: FunctionFacts): Promise<Finding[]> {
  const missing = all.filter(({ isError }) => isError);
  const [first] = missing;
  if (first === undefined) return [];
  const shown = missing.slice(0, 3).map(({ path, status }) => `${path} ${status}`);
  const text = `${missing.length} of ${all.length} styles, scripts and images of the page get an error: ${shown.join(', ')}`;
  const bare = withoutBasePath(config);
  const found = config.remoteUrl.basePath === '' ? undefined : await tryWith(bare, facts, first.path);
  if (found !== undefined && found.status < 400) {
    return [finding('resources_missing', text, { remedy: outsideBasePath(config), set: parametersOf(bare) })];
  }
  const remedy =
    "open them at the backend itself; if they are there, correct the application's base URL or path of static files";
  return [finding('resources_missing', text, { remedy })];
}

/**
 * Fetches the first styles, scripts and images of a page as a browser does, and returns what is wrong with them.
 *
 * @param page the page
 * @param site the site
 * @param target public path and query of the page
 * @param cookie of the visit
 * @param addresses of the backend
 * @param facts of the function
 */
export async function resourceFindings(
  page: Received,
  site: Site,
  target: string,
  cookie: string,
  addresses: readonly string[],
  facts: FunctionFacts,
): Promise<Finding[]> {
  if (!isHtml(page) || page.status >= 400) return [];
  const fetched: Fetched[] = [];
  for (const path of resourcesOf(page, site, target)) fetched.push(await fetchOne(site, path, cookie));
  const findings = await onMissing(fetched, site, facts);
  for (const { path, received, isError } of fetched) {
    if (received === undefined || isError) continue;
    findings.push(
      ...(await linkFindings(received, site, path, addresses, facts, path)),
      ...(await compressionFindings(received, site.config, path, facts)),
    );
  }
  // One of a kind is enough.
  return findings.filter(({ code }, index) => findings.findIndex((each) => each.code === code) === index);
}
