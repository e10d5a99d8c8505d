import { publicOrigin } from '../http/request/public-origin.ts';
import { takeParameter } from '../http/request/query.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../types.ts';
import { openCookie, removeCookie } from './cookie.ts';
import { logInCookieOf } from './cookie-field.ts';
import { formParameter, formTarget, isOwnForm, pageRequest, readForm } from './form.ts';
import { keepsCookie } from './keeps-cookie.ts';
import { isWithin } from './protection-space.ts';
import { logInState } from './state.ts';

/** Path that logs out. Reserved where BASIC_LOGIN is on. */
const logOutPath = '/_rproxy/log-out';

/** What becomes of a request. */
interface Received {
  /** The request to forward. */
  readonly request: ProxyRequest;
  /** The response, where nothing is forwarded. */
  readonly response?: ProxyResponse;
}

const pages = () => import('../pages/lazy.ts');

/** Responds on the path that logs out: with a page that has a button, or to that button. */
async function respondToLogOut(request: ProxyRequest, { config, exchange }: ProxyContext): Promise<ProxyResponse> {
  const { logOutPage } = await pages();
  if (request.method !== 'POST' || !isOwnForm(request, config)) return logOutPage(request, config, false);
  if (exchange.logIn !== undefined) exchange.logIn.outcome = 'logged_out';
  const response = await logOutPage(request, config, true);
  return { ...response, headers: { ...response.headers, 'set-cookie': [removeCookie] } };
}

/** Receives the log-in form: the backend then decides whether user and password are right. */
async function receiveForm(request: ProxyRequest, { config, exchange }: ProxyContext): Promise<Received> {
  const form = isOwnForm(request, config) ? await readForm(request) : 'foreign';
  const entries = exchange.logIn?.entries ?? [];
  if (typeof form !== 'string') {
    exchange.logIn = logInState(entries, { form });
    return { request: pageRequest(request) };
  }
  exchange.logIn = logInState(entries, {});
  exchange.logIn.outcome = 'refused';
  const { logInPage } = await pages();
  const statusCode = form === 'foreign' ? 403 : 400;
  const facts = { statusCode, action: formTarget(request), problem: form };
  return { request, response: await logInPage(request, config, facts) };
}

/**
 * Receives a request where BASIC_LOGIN is on: finds the credentials that its cookie has for the path, and responds to the
 * form with malformed content and on the path that logs out.
 *
 * @param request past every refusal
 * @param context whose `exchange` receives what the backend request is made with
 * @param now milliseconds since the epoch
 */
export async function receiveLogIn(request: ProxyRequest, context: ProxyContext, now: number): Promise<Received> {
  const { config, exchange } = context;
  const { basicLogIn } = config;
  const origin = publicOrigin(request, config);
  if (basicLogIn === undefined || !keepsCookie(origin)) {
    exchange.logIn = logInState([], {});
    return { request };
  }
  const { authorization, cookie } = request.headers;
  const entries = openCookie(logInCookieOf(cookie), basicLogIn.secret, origin, now);
  const fitting = entries.filter(({ space }) => isWithin(request.rawPath, space));
  const nearest = fitting.sort((one, other) => other.space.length - one.space.length)[0];
  exchange.logIn = logInState(entries, { used: authorization === undefined ? nearest : undefined });
  if (request.rawPath === logOutPath) return { request, response: await respondToLogOut(request, context) };
  if (!request.rawQuery.includes(formParameter)) return { request };
  const { values, rest: rawQuery } = takeParameter(request.rawQuery, formParameter);
  const page = { ...request, rawQuery };
  return values.length > 0 && request.method === 'POST' ? receiveForm(page, context) : { request: page };
}
