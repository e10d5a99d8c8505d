import { preferredRepresentation, type Representation } from '../http/response/accept.ts';
import type { HeaderFields } from '../types.ts';
import { messagesFor } from './languages.ts';
import { problemDetails } from './problem.ts';
import { type Splash, splashPage, splashText } from './splash.ts';

/** An answer to a failure, still without the fields that every one of them has. */
interface FailureResponse {
  readonly representation: Representation;
  readonly contentType: string;
  readonly body: string;
  /** Fields that belong to this representation. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Tells of a failure in the form and language that the client prefers: a page, problem details (RFC 9457) or plain text.
 *
 * @param splash what may be told
 * @param headers the request's, of which Accept and Accept-Language count
 */
export async function failureResponse(splash: Splash, headers: Readonly<HeaderFields>): Promise<FailureResponse> {
  const representation = preferredRepresentation(headers['accept']);
  const words = await messagesFor(headers['accept-language']);
  const language = { 'content-language': words.lang };
  if (representation === 'html') {
    const { html, contentSecurityPolicy } = splashPage(splash, words);
    const fields = { ...language, 'content-security-policy': contentSecurityPolicy };
    return { representation, contentType: 'text/html; charset=utf-8', body: html, fields };
  }
  if (representation === 'json') {
    const body = JSON.stringify(problemDetails(splash, words));
    return { representation, contentType: 'application/problem+json', body, fields: language };
  }
  return {
    representation,
    contentType: 'text/plain; charset=utf-8',
    body: splashText(splash, words),
    fields: language,
  };
}
