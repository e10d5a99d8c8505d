import type { Received, Site } from './site.ts';

/** One request of a visit. */
export interface Hop {
  /** Public path and query. */
  readonly target: string;
  readonly received: Received;
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

/** Returns where a browser goes next without a click: Location, or a Refresh field of a second or less. */
function nextReference({ response: { statusCode, headers } }: Received): string | undefined {
  const location = first(headers['location']);
  if (redirectStatuses.has(statusCode) && location !== undefined) return location;
  return /^\s*[01]?(?:\.\d*)?\s*[;,]\s*url\s*=\s*["']?([^"'\s]+)/i.exec(first(headers['refresh']) ?? '')?.[1];
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
  let next = target;
  for (;;) {
    const cookie = cookieField(cookies);
    seen.add(`${next}\n${cookie}`);
    const received = await site.get(next, cookie);
    hops.push({ target: next, received });
    keepCookies(cookies, received);
    const ended = (end: Visit['end'], url?: string): Visit => ({
      hops: hops as [Hop, ...Hop[]],
      end,
      url,
      cookie: cookieField(cookies),
    });
    const url = URL.parse(nextReference(received) ?? '?', `${site.origin}${next}`);
    if (nextReference(received) === undefined || url === null) return ended('page');
    if (url.origin !== site.origin) return ended('away', url.href);
    next = `${url.pathname}${url.search}`;
    if (seen.has(`${next}\n${cookieField(cookies)}`) || hops.length > maxRedirects) return ended('loop', url.href);
  }
}
