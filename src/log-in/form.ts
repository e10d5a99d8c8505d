import { joined, readUpTo } from '../body/read.ts';
import type { Config } from '../config/config.ts';
import { publicOrigins } from '../http/request/public-origin.ts';
import { wirePath, wireQuery } from '../http/request/target.ts';
import type { ProxyRequest } from '../types.ts';

/** Parameter of the URL that the form is posted to: the URL of the page itself, so that the path filter holds for it. */
export const formParameter = '_rproxy_log_in';

/** Largest form in bytes. */
const longestForm = 4096;

/** Longest realm in characters. */
const longestRealm = 512;

/** What a user entered. */
export interface LogInForm {
  readonly realm: string;
  /** user:password. */
  readonly userPass: string;
}

/** Why a form is not accepted, as the page says it. */
export type FormProblem = 'colon' | 'illegal' | 'foreign';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f]/;

/**
 * Returns whether the browser sent the form from a page of this site. Without that, another site could log a user in to
 * an account that is not theirs (log-in CSRF).
 *
 * Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) counts where there is one: the browser compares the origins, as
 * it sees them. Else Origin must be the public one. A form without either is refused.
 */
export function isOwnForm(request: ProxyRequest, config: Config): boolean {
  const { 'sec-fetch-site': site, origin } = request.headers;
  if (site !== undefined) return site === 'same-origin';
  const origins = publicOrigins(request, config).map(
    ({ protocol, host }) => URL.parse(`${protocol}://${host}`)?.origin,
  );
  return typeof origin === 'string' && origins.includes(origin.toLowerCase());
}

/** Returns the one value of a field; undefined when it is missing or repeated. */
function single(fields: URLSearchParams, name: string): string | undefined {
  const values = fields.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

/**
 * Reads the form.
 *
 * @param request the client's
 * @returns what the user entered, in UTF-8 (RFC 7617 §2.1), or why it cannot be sent to the backend
 */
export async function readForm({ headers, body }: ProxyRequest): Promise<LogInForm | FormProblem> {
  const isForm = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(String(headers['content-type'] ?? ''));
  if (!isForm || headers['content-encoding'] !== undefined) return 'illegal';
  const bytes = Buffer.isBuffer(body) ? body : joined(await readUpTo(body, longestForm));
  if (bytes.length > longestForm) return 'illegal';
  const fields = new URLSearchParams(bytes.toString('utf8'));
  const [user, password] = [single(fields, 'username'), single(fields, 'password')];
  const realm = fields.get('realm') ?? '';
  if (user === undefined || password === undefined || `${user}${password}` === '') return 'illegal';
  if (user.includes(':')) return 'colon';
  if (control.test(`${user}${password}${realm}`) || realm.length > longestRealm) return 'illegal';
  return { realm, userPass: `${user}:${password}` };
}

/** Fields that concern the form, or a part or an older version of the page. */
const ofForm = /^(?:authorization|content-.*|expect|if-.*|origin|range|transfer-encoding)$/;

/** Returns the request for the page that the form is on, with which the backend checks what the user entered. */
export function pageRequest(request: ProxyRequest): ProxyRequest {
  const headers: ProxyRequest['headers'] = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !ofForm.test(name)),
  );
  return { ...request, method: 'GET', headers, body: Buffer.alloc(0) };
}

/** Returns where the form of a page is posted to, as a reference relative to the page. */
export function formTarget({ rawQuery }: Pick<ProxyRequest, 'rawQuery'>): string {
  const query = wireQuery(rawQuery);
  return `?${query === '' ? '' : `${query}&`}${formParameter}`;
}

/**
 * Returns the page, as a reference relative to where its form is posted to. Nothing in it can name another host: it
 * begins with `./` and has only the last segment of the path (RFC 3986 §4.2).
 *
 * @example pageReference({ rawPath: '//evil.example/a', rawQuery: 'b=c' }) // './a?b=c'
 */
export function pageReference({ rawPath, rawQuery }: Pick<ProxyRequest, 'rawPath' | 'rawQuery'>): string {
  const path = wirePath(rawPath).replaceAll('\\', '%5C');
  const query = wireQuery(rawQuery);
  return `./${path.slice(path.lastIndexOf('/') + 1)}${query === '' ? '' : `?${query}`}`;
}
