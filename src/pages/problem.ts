import { type FailureCode, failureOf } from '../failures.ts';
import type { Messages } from './messages/messages.ts';
import { explanation, type Splash } from './splash.ts';

/** Problem details (RFC 9457), with members by which a program can decide whether to try again. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request id, as a URI reference that identifies this one occurrence. */
  readonly instance: string;
  readonly code: string;
  readonly fault: string;
  readonly retryable: boolean;
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Returns the URI of a request. Lambda gives a Web Function ids that are no UUIDs. */
const instanceOf = (requestId: string): string => (uuid.test(requestId) ? `urn:uuid:${requestId}` : `#${requestId}`);

/**
 * Returns the URI that identifies a kind of failure (RFC 9457 §3.1.1). It keeps its meaning as the code does.
 *
 * @example problemType('dns_timeout') // 'urn:lambda-rproxy:error:dns_timeout'
 */
export const problemType = (code: FailureCode): string => `urn:lambda-rproxy:error:${code}`;

/**
 * Builds the problem details of a failure. The type is a URN, because the proxy has no domain for a URL;
 * docs/failures.md has a section for each.
 *
 * @param splash the facts that may be shown
 * @param words the language of `title` and `detail`
 * @example problemDetails({ code: 'connection_refused', … }, en).status // 502
 */
export function problemDetails(splash: Splash, words: Messages): ProblemDetails {
  const { code, requestId } = splash;
  const { status, fault, retryable } = failureOf(code);
  return {
    type: problemType(code),
    title: words.failures[code].title,
    status,
    detail: explanation(splash, words),
    instance: instanceOf(requestId),
    code,
    fault,
    retryable,
  };
}
