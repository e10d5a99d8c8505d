import { isHtml, type Received, type Site } from './site.ts';

/** One request of a visit. */
export interface Hop {
  /** Public path and query. */
  readonly target: string;
  readonly received: Received;
  /** Where it leads a browser, as the backend sent it; undefined for a page. */
  readonly location: string | undefined;
}

/** A visit with a browser: a page after any redirects, or what the browser shows instead. */
export interface Visit {
  readonly hops: readonly [Hop, ...Hop[]];
  readonly end: 'page' | 'loop' | 'away';
  /** Where the last redirect goes, as a browser resolves it. */
  readonly url: string | undefined;
  /** Cookies at the end, as a Cookie field; empty for none. */
  readonly cookie: string;
}

/** Redirects that browsers follow (Fetch standard, HTTP-redirect fetch). */
const maxRedirects = 20;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

const first = (value: string | string[] | undefined) => [value ?? []].flat()[0];

/** A Refresh of a second or less (HTML, shared declarative refresh steps). A longer one is a page that reloads. */
const refreshUrl = (value: string | undefined) =>
  /^\s*[01]?(?:\.\d*)?\s*[;,]\s*url\s*=\s*["']?([^"'\s]+)/i.exec(value ?? '')?.[1];

const attribute = (tag: string, name: string) =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)?.slice(1).find(Boolean);

/** Returns where a `<meta http-equiv="refresh">` leads; browsers ignore one in `<noscript>`. */
function metaRefresh(received: Received): string | undefined {
  if (!isHtml(received)) return undefined;
  const followed = received.text.replaceAll(/<!--.*?-->|<(noscript|script|style)\b.*?<\/\1\s*>/gis, '');
  const tags = followed.matchAll(/<meta\b(?:"[^"]*"|'[^']*'|[^>"'])*>/gi);
  return Array.from(tags, ([tag]) => tag)
    .filter((tag) => /^refresh$/i.test(attribute(tag, 'http-equiv')?.trim() ?? ''))
    .map((tag) => refreshUrl(attribute(tag, 'content')?.replaceAll('&amp;', '&')))
    .find((url) => url !== undefined);
}

/** Where a browser goes next without a click: as it gets the reference, and as the backend sent it. */
function next(received: Received): { reference: string; sent: string } | undefined {
  const { headers, statusCode } = received.response;
  const [location, refresh] = [first(headers['location']), refreshUrl(first(headers['refresh']))];
  if (redirectStatuses.has(statusCode) && location !== undefined)
    return { reference: location, sent: received.sent['location']?.[0] ?? location };
  if (refresh !== undefined) return { reference: refresh, sent: received.sent['refresh']?.[0] ?? refresh };
  const inPage = metaRefresh(received);
  return inPage === undefined ? undefined : { reference: inPage, sent: inPage };
}

/** Keeps the cookies of a response; one that has expired is removed. */
function keepCookies(cookies: Map<string, string>, { response: { headers } }: Received): void {
  for (const field of [headers['set-cookie'] ?? []].flat()) {
    const [, name = '', value = ''] = /^\s*([^=;]*?)\s*=\s*([^;]*)/.exec(field) ?? [];
    const expires = /;\s*expires=([^;]*)/i.exec(field)?.[1];
    const isOver = /;\s*max-age=(?:0|-\d+)/i.test(field) || (expires !== undefined && Date.parse(expires) < Date.now());
    if (isOver) cookies.delete(name);
    else cookies.set(name, value.trim());
  }
}

const cookieField = (cookies: Map<string, string>) =>
  Array.from(cookies, ([name, value]) => (name === '' ? value : `${name}=${value}`)).join('; ');

/**
 * Opens a page as a browser does: follows redirects on the public host, and keeps cookies on the way.
 *
 * @param site the site behind the function
 * @param target public path and query
 * @throws what the proxy throws when there is no valid response
 */
export async function visit(site: Site, target: string): Promise<Visit> {
  const cookies = new Map<string, string>();
  const seen = new Set<string>();
  const hops: Hop[] = [];
  let path = target;
  for (;;) {
    const cookie = cookieField(cookies);
    seen.add(`${path}\n${cookie}`);
    const received = await site.get(path, cookie);
    const following = next(received);
    hops.push({ target: path, received, location: following?.sent });
    keepCookies(cookies, received);
    const ended = (end: Visit['end'], url?: string): Visit => ({
      hops: hops as [Hop, ...Hop[]],
      end,
      url,
      cookie: cookieField(cookies),
    });
    const url = following === undefined ? null : URL.parse(following.reference, `${site.origin}${path}`);
    if (url === null) return ended('page');
    if (url.origin !== site.origin) return ended('away', url.href);
    path = `${url.pathname}${url.search}`;
    if (seen.has(`${path}\n${cookieField(cookies)}`) || hops.length > maxRedirects) return ended('loop', url.href);
  }
}
