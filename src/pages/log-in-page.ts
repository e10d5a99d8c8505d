import { html } from 'hono/html';
import type { Config } from '../config/config.ts';
import { withOperatorFields } from '../http/field-rules.ts';
import { ownResponseFields } from '../http/response/own-fields.ts';
import type { ProxyRequest } from '../types.ts';
import { messagesFor } from './languages.ts';
import { type Html, layout } from './layout.ts';
import type { LogInWords } from './log-in-words.ts';
import type { Messages } from './messages/messages.ts';

const styles = `
form p { margin: 0 0 1rem; }
label { display: block; margin-block-end: .25rem; font-weight: 600; }
input { width: 100%; max-width: 24rem; padding: .5rem .7rem; border: 2px solid var(--soft); border-radius: .5rem;
  background: var(--card); color: var(--ink); font: inherit; }
input[aria-invalid] { border-color: var(--bad); }
[role=alert] { padding: .6rem .9rem; border: 2px solid var(--bad); border-radius: .5rem; background: var(--bad-ground);
  color: var(--bad); font-weight: 600; }
.area { color: var(--soft); }
.area bdi { color: var(--ink); font-weight: 600; }
`;

/** The settings of the pages. */
type SiteConfig = Pick<Config, 'appName' | 'branding' | 'responseRules'>;

/** What a log-in page says. */
interface LogInFacts {
  readonly statusCode: number;
  /** Realm of the challenge as people read it; undefined when it is not known. */
  readonly realm?: string | undefined;
  /** Where the form is posted to. */
  readonly action: string;
  readonly problem?: keyof LogInWords['problems'] | undefined;
  /** Whether a form of the site was refused. */
  readonly notSent?: boolean;
}

/** A response that is a page. */
interface PageResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Builds a response with a form, which Origin and Sec-Fetch-Site must vouch for: no referrer would make Origin `null`. */
function respond(
  { method }: Pick<ProxyRequest, 'method'>,
  { appName, branding, responseRules }: SiteConfig,
  { lang, dir }: Messages,
  {
    statusCode,
    title,
    body,
  }: { readonly statusCode: number; readonly title: string; readonly body: Html | Promise<Html> },
): PageResponse {
  const logo = branding.logo === undefined ? '' : html`<img src="${branding.logo}" alt="">`;
  const page = layout({
    lang,
    dir,
    title,
    styles,
    posts: true,
    branding,
    body: html`<header>${logo}<p dir="auto">${appName}</p></header>
<h1>${title}</h1>
${body}`,
  });
  const fields = {
    ...ownResponseFields('text/html; charset=utf-8'),
    'referrer-policy': 'same-origin',
    vary: 'Accept, Accept-Language',
    'content-language': lang,
    'content-security-policy': page.contentSecurityPolicy,
  };
  const headers = withOperatorFields(fields, responseRules);
  return { statusCode, headers, body: method === 'HEAD' ? '' : page.html };
}

async function wordsFor({ headers }: Pick<ProxyRequest, 'headers'>): Promise<[Messages, LogInWords]> {
  const messages = await messagesFor(headers['accept-language']);
  // Apart from the other pages, which functions without a log-in load too.
  const { logInWords } = await import('./log-in-words.ts');
  return [messages, logInWords[messages.lang] as LogInWords];
}

/**
 * Builds the log-in page, which works without scripts and with password managers.
 *
 * A 401 must have a challenge (RFC 9110 §15.5.2). Browsers show their own dialog for the schemes that they know, so it has
 * one that they do not.
 *
 * @param request whose method and Accept-Language count
 * @param config name of the site and branding
 * @param facts what the page says
 */
export async function logInPage(
  request: Pick<ProxyRequest, 'method' | 'headers'>,
  config: SiteConfig,
  { statusCode, realm = '', action, problem, notSent }: LogInFacts,
): Promise<PageResponse> {
  const [messages, words] = await wordsFor(request);
  const invalid = problem === undefined ? '' : html` aria-invalid="true" aria-describedby="problem"`;
  const body = html`<p>${words.asks}</p>
${realm === '' ? '' : html`<p class="area">${words.area}: <bdi>${realm}</bdi></p>`}
${notSent ? html`<p>${words.notSent}</p>` : ''}
<section>
${problem === undefined ? '' : html`<p id="problem" role="alert">${words.problems[problem]}</p>`}
<form method="post" action="${action}">
<p><label for="username">${words.userName}</label>
<input id="username" name="username" type="text" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" dir="auto" required autofocus${invalid}></p>
<p><label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password"${invalid}></p>
<input type="hidden" name="realm" value="${realm}">
<p><button class="button" type="submit">${words.submit}</button></p>
</form>
</section>`;
  const response = respond(request, config, messages, { statusCode, title: words.title, body });
  if (statusCode !== 401) return response;
  return { ...response, headers: { ...response.headers, 'www-authenticate': 'Cookie' } };
}

/**
 * Builds the page with the button that logs out, or the one that says that it is done.
 *
 * @param request whose method and Accept-Language count
 * @param config name of the site and branding
 * @param isDone whether the client is logged out
 */
export async function logOutPage(
  request: Pick<ProxyRequest, 'method' | 'headers'>,
  config: SiteConfig,
  isDone: boolean,
): Promise<PageResponse> {
  const [messages, { logOut }] = await wordsFor(request);
  const body = isDone
    ? html`<p><a class="button" href="../">${logOut.home}</a></p>`
    : html`<p>${logOut.asks}</p>
<form method="post"><p><button class="button" type="submit">${logOut.title}</button></p></form>`;
  return respond(request, config, messages, { statusCode: 200, title: isDone ? logOut.done : logOut.title, body });
}
