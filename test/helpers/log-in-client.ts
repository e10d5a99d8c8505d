import type { TestRequest } from './events.ts';
import type { Result } from './lambda.ts';
import { ada } from './protected-site.ts';

/** Settings with which the log-in page is on. */
export const logInSettings = {
  BASIC_LOGIN: 'on',
  BASIC_LOGIN_SECRET: 'correct-horse-battery-staple-0123456789',
} as const;

/** Fields with which a browser opens a page. */
export const opensPage = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
} as const;

/** Fields with which a browser posts the form of a page to the page's own site. */
export const ownForm = {
  ...opensPage,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/x-www-form-urlencoded',
} as const;

/** Returns the form as a browser posts it. */
export const formOf = (
  page: string,
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): TestRequest => ({
  method: 'POST',
  target: `${page}${page.includes('?') ? '&' : '?'}_rproxy_log_in`,
  headers: { ...ownForm, ...headers },
  body: new URLSearchParams({ ...ada, realm: 'Garden', ...fields }).toString(),
});

/** Name and value of the cookie that a response sets, as a Cookie field has them. */
export function cookieOf({ cookies }: Pick<Result, 'cookies'>): string {
  const [pair = ''] = (cookies[0] ?? '').split(';');
  if (!pair.startsWith('__Host-rproxy-log-in=v1.')) throw new Error(`no log-in cookie: ${cookies}`);
  return pair;
}

/** Sends a request through an entry. */
type Send = (request: TestRequest) => Promise<Result>;

/** Logs in on a page and returns the cookie. */
export async function logIn(send: Send, page = '/', fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const result = await send(formOf(page, fields));
  if (result.statusCode !== 303) throw new Error(`no log-in: ${result.statusCode} ${result.body}`);
  return cookieOf(result);
}
