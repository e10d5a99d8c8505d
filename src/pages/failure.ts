import { type FailureCode, failureOf, type ProxyError } from '../failures.ts';
import { withOperatorFields } from '../http/field-rules.ts';
import { publicOrigin, withoutPublicPath } from '../http/request/public-origin.ts';
import { wirePath } from '../http/request/target.ts';
import { preferredRepresentation, type Representation } from '../http/response/accept.ts';
import { failureFields } from '../http/response/own-fields.ts';
import type { Exchange, ProxyRequest } from '../types.ts';
import { messagesFor } from './languages.ts';
import type { Messages } from './messages/messages.ts';
import { problemDetails } from './problem.ts';
import { type Splash, splashPage, splashText } from './splash.ts';

/** The invocation that failed. */
interface FailedInvocation {
  readonly awsRequestId: string;
  readonly exchange: Pick<Exchange, 'config'>;
}

/** The response to a failure, and its format. */
interface FailureResponse {
  readonly representation: Representation;
  readonly response: {
    readonly statusCode: number;
    readonly headers: Record<string, string>;
    readonly body: string;
  };
}

/**
 * Returns the URL of the same path on the backend, if SHOW_TARGET_LINK is set. None for a path that does not begin with a
 * slash, which could name another host, and none for a refusal, which the link would bypass.
 */
function targetLink(
  request: ProxyRequest,
  code: FailureCode,
  { config }: Pick<Exchange, 'config'>,
): string | undefined {
  if (!config?.showTargetLink) return undefined;
  const { rawPath } = withoutPublicPath(request, config);
  if (!rawPath.startsWith('/') || !failureOf(code).linksToBackend) return undefined;
  const { protocol, authority, basePath } = config.remoteUrl;
  return `${protocol}//${authority}${basePath}${wirePath(rawPath)}`;
}

/**
 * Returns the path of the start page, if the failure concerns one page alone and that is another.
 */
function homeLink(request: ProxyRequest, code: FailureCode, { config }: Pick<Exchange, 'config'>): string | undefined {
  if (config === undefined || !failureOf(code).onlyHere) return undefined;
  if (withoutPublicPath(request, config).rawPath === '/') return undefined;
  return `${publicOrigin(request, config).prefix}/`;
}

/** Selects the facts that a page may show: none from the client, and none about the backend unless enabled. */
function splashOf(
  { code }: ProxyError,
  request: ProxyRequest,
  { awsRequestId, exchange }: FailedInvocation,
  time: Date,
): Splash {
  // Undefined if the settings could not be loaded.
  const { config } = exchange;
  return {
    code,
    method: request.method,
    requestId: awsRequestId,
    time,
    appName: config?.appName,
    generalError: config?.generalError,
    filteredUrlMessage: config?.filteredUrlMessage,
    maintenance: config?.maintenance,
    homeLink: homeLink(request, code, exchange),
    statusUrl: config?.statusUrl,
    supportUrl: config?.supportUrl,
    wakes: config?.wake !== undefined && failureOf(code).mayBeStarting === true,
    branding: config?.branding,
    targetLink: targetLink(request, code, exchange),
  };
}

/** Builds content type, body and fields of one representation. */
function represent(representation: Representation, splash: Splash, words: Messages) {
  if (representation === 'html') {
    const { html, contentSecurityPolicy } = splashPage(splash, words);
    const fields = { 'content-security-policy': contentSecurityPolicy };
    return { contentType: 'text/html; charset=utf-8', body: html, fields };
  }
  if (representation === 'json') {
    const body = JSON.stringify(problemDetails(splash, words));
    return { contentType: 'application/problem+json', body, fields: {} };
  }
  return { contentType: 'text/plain; charset=utf-8', body: splashText(splash, words), fields: {} };
}

/**
 * Responds to a failure in the form and language that the client prefers: a page, problem details (RFC 9457) or plain
 * text.
 *
 * @param failure what happened; its own header fields are part of the response
 * @param request the client's, of which method, path, Accept and Accept-Language count
 * @param invocation the request's id, and the settings where they could be loaded
 * @param time shown to the reader
 */
export async function failureResponse(
  failure: ProxyError,
  request: ProxyRequest,
  invocation: FailedInvocation,
  time: Date,
): Promise<FailureResponse> {
  const { accept, 'accept-language': languages } = request.headers;
  const representation = preferredRepresentation(accept);
  const words = await messagesFor(languages);
  const splash = splashOf(failure, request, invocation, time);
  const { contentType, body, fields } = represent(representation, splash, words);
  const own = {
    ...failureFields(failure.code, contentType),
    'content-language': words.lang,
    ...fields,
    ...failure.headers,
  };
  const headers = withOperatorFields(own, invocation.exchange.config?.responseRules);
  return {
    representation,
    response: { statusCode: failure.statusCode, headers, body: request.method === 'HEAD' ? '' : body },
  };
}
