import { isNavigation } from '../http/request/navigation.ts';
import { publicOrigin } from '../http/request/public-origin.ts';
import { ownFields } from '../http/response/own-fields.ts';
import type { HeaderFields, ProxyContext, ProxyRequest, ProxyResponse } from '../types.ts';
import { setCookie } from './cookie.ts';
import { namesLogInCookie } from './cookie-field.ts';
import { formTarget, type LogInForm, pageReference } from './form.ts';
import { keepsCookie } from './keeps-cookie.ts';
import { findSpace } from './protection-space.ts';
import { basicRealm } from './realm.ts';
import type { LogInState } from './state.ts';

/** Sends a request to the backend. */
type Send = (request: ProxyRequest) => Promise<ProxyResponse>;

/** A request, and what belongs to it. */
interface Situation {
  readonly request: ProxyRequest;
  readonly context: ProxyContext;
  readonly logIn: LogInState;
  readonly send: Send;
  readonly now: number;
}

/** Methods by which a browser opens a page. */
const opensPage = new Set(['GET', 'HEAD', 'POST']);

/** Statuses below 400 aside, those that a backend returns to a user who is logged in. */
const pastLogIn = new Set([403, 404, 405, 406, 410]);

/** Ends the response of the backend unread; its connection is closed. */
function discard({ body }: ProxyResponse): void {
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) body.destroy();
}

/** Returns the fields of a response without cookies that have the name of the log-in cookie: they are not the backend's to set. */
function withoutOurCookie(headers: HeaderFields): HeaderFields {
  const cookies = [headers['set-cookie'] ?? []].flat();
  const kept = cookies.filter((cookie) => !namesLogInCookie(cookie.split(';', 1)[0] ?? ''));
  if (kept.length === cookies.length) return headers;
  const { 'set-cookie': _, ...others } = headers;
  return kept.length === 0 ? others : { ...others, 'set-cookie': kept };
}

/** Directives with which a shared cache may, or must not, store a response to a request with Authorization (RFC 9111 §3.5). */
const decidesOnSharing = /(?:^|[\s,])(?:private|no-store|public|s-maxage|must-revalidate)(?=$|[\s,=])/i;

/** Keeps a response out of shared caches, which see a cookie where the backend saw Authorization. */
function keptPrivate(headers: HeaderFields): HeaderFields {
  const control = [headers['cache-control'] ?? []].flat().join(', ');
  if (decidesOnSharing.test(control)) return headers;
  return { ...headers, 'cache-control': control === '' ? 'private' : `${control}, private` };
}

/** Returns whether a path is challenged for a realm, when a request has no credentials. */
const challengedFor =
  (realm: string, { request, logIn, send }: Situation) =>
  async (rawPath: string): Promise<boolean> => {
    logIn.authorization = undefined;
    try {
      const response = await send({ ...request, method: 'HEAD', rawPath, rawQuery: '' });
      discard(response);
      return basicRealm(response) === realm;
    } catch {
      return false;
    }
  };

/**
 * Leads to the page. Chromium applies `form-action 'self'` to all redirects that follow a form, so a page that redirects,
 * perhaps to another site, is opened by Refresh, which begins a navigation.
 */
function toPage(request: ProxyRequest, isRedirect: boolean, cookie: string): ProxyResponse {
  const page = pageReference(request);
  const fields = { ...ownFields, 'set-cookie': [cookie] };
  return isRedirect
    ? { statusCode: 200, headers: { ...fields, 'content-type': 'text/plain', refresh: `0; url=${page}` }, body: '' }
    : { statusCode: 303, headers: { ...fields, location: page }, body: '' };
}

/** Keeps what the backend accepted, and leads to the page. */
async function accept(form: LogInForm, isRedirect: boolean, situation: Situation): Promise<ProxyResponse | undefined> {
  const { request, context, logIn, now } = situation;
  const { config, exchange } = context;
  const { basicLogIn } = config;
  if (basicLogIn === undefined) return undefined;
  // The record of the exchange is that of the page, not of the requests that find out how far the log-in goes.
  const { backendRequest, backendReport } = exchange;
  const space = await findSpace(request.rawPath, challengedFor(form.realm, situation));
  Object.assign(exchange, { backendRequest, backendReport });
  const expires = Math.floor(now / 1000 + basicLogIn.lifetimeMs / 1000);
  const others = logIn.entries.filter((entry) => entry.space !== space);
  const entries = [...others, { expires, realm: form.realm, space, userPass: form.userPass }];
  const cookie = setCookie(entries, basicLogIn.secret, publicOrigin(request, config), now);
  if (cookie === undefined) return undefined;
  logIn.outcome = 'accepted';
  return toPage(request, isRedirect, cookie);
}

async function respondToForm(
  form: LogInForm,
  response: ProxyResponse,
  situation: Situation,
): Promise<ProxyResponse | undefined> {
  const { request, context, logIn } = situation;
  const { logInPage } = await import('../pages/lazy.ts');
  const show = (problem: 'wrong' | 'illegal', realm: string | undefined) => {
    logIn.outcome = 'refused';
    const statusCode = problem === 'wrong' ? 401 : 400;
    return logInPage(request, context.config, { statusCode, realm, action: formTarget(request), problem });
  };
  const realm = basicRealm(response);
  if (realm !== undefined) {
    discard(response);
    return show('wrong', realm);
  }
  const { statusCode } = response;
  // Nothing is known of user and password; what the backend says is for the user.
  if (statusCode >= 400 && !pastLogIn.has(statusCode)) return undefined;
  discard(response);
  return (await accept(form, statusCode >= 300 && statusCode < 400, situation)) ?? show('illegal', form.realm);
}

/** Shows the log-in page in place of a challenge. */
async function challenge(realm: string, response: ProxyResponse, situation: Situation): Promise<ProxyResponse> {
  const { request, context, logIn, now } = situation;
  const { config } = context;
  discard(response);
  const { logInPage } = await import('../pages/lazy.ts');
  const hasEnded = logIn.used?.realm === realm;
  logIn.outcome = 'page';
  const page = await logInPage(request, config, {
    statusCode: 401,
    realm,
    action: formTarget(request),
    problem: hasEnded ? 'ended' : undefined,
    notSent: request.method === 'POST',
  });
  if (!hasEnded || config.basicLogIn === undefined) return page;
  const entries = logIn.entries.filter((entry) => entry !== logIn.used);
  const cookie = setCookie(entries, config.basicLogIn.secret, publicOrigin(request, config), now);
  return { ...page, headers: { ...page.headers, 'set-cookie': cookie ?? [] } };
}

/**
 * Turns the backend response into what the client gets where BASIC_LOGIN is on: the log-in page in place of a Basic
 * challenge, if a browser opens a page with the request; a cookie and a redirect after the log-in; else the response,
 * without the name of the log-in cookie in Set-Cookie.
 *
 * @param request as forwarded
 * @param response of the backend, its body unread
 * @param context with the state that `receiveLogIn` has left in `exchange`
 * @param send sends another request to the backend
 * @param now milliseconds since the epoch
 */
export async function respondToLogIn(
  request: ProxyRequest,
  response: ProxyResponse,
  context: ProxyContext,
  send: Send,
  now: number,
): Promise<ProxyResponse> {
  const { config, exchange } = context;
  const { logIn } = exchange;
  if (logIn === undefined) return response;
  const situation: Situation = { request, context, logIn, send, now };
  if (logIn.form !== undefined) {
    const own = await respondToForm(logIn.form, response, situation);
    if (own !== undefined) return own;
  } else if (response.statusCode === 401) {
    const realm = basicRealm(response);
    const asks =
      realm !== undefined &&
      opensPage.has(request.method) &&
      isNavigation(request) &&
      keepsCookie(publicOrigin(request, config));
    if (asks) return challenge(realm, response, situation);
  }
  const headers = withoutOurCookie(response.headers);
  return { ...response, headers: logIn.authorization === undefined ? headers : keptPrivate(headers) };
}
