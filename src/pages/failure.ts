import { preferredRepresentation, type Representation } from '../http/response/accept.ts';
import type { HeaderFields } from '../types.ts';
import { messagesFor } from './languages.ts';
import { problemDetails } from './problem.ts';
import { type Splash, splashPage, splashText } from './splash.ts';

/** A response to a failure, without the fields that all of them share. */
interface FailureResponse {
  readonly representation: Representation;
  readonly contentType: string;
  readonly body: string;
  /** Fields of this representation alone. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Describes a failure in the format and language that the client prefers: a page, problem details (RFC 9457) or text.
 *
 * @param splash the facts that may be shown
 * @param headers the request's; only Accept and Accept-Language matter
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
