import { STATUS_CODES } from 'node:http';
import { failureOf } from '../failures.ts';
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
 * Builds the problem details of a failure. Programs distinguish failures by `code`: a specific `type` would have to be a
 * URI under a domain (RFC 9457 §3.1.1), and the proxy has none.
 *
 * @param splash the facts that may be shown
 * @param words the language of `detail`
 * @example problemDetails({ code: 'connection_refused', … }, en).status // 502
 */
export function problemDetails(splash: Splash, words: Messages): ProblemDetails {
  const { code, requestId } = splash;
  const { status, fault, retryable } = failureOf(code);
  return {
    type: 'about:blank',
    // RFC 9457 §4.2.1: a problem of this type has the title of its status; `code` says which problem it is.
    title: STATUS_CODES[status] ?? words.failures[code].title,
    status,
    detail: explanation(splash, words),
    instance: instanceOf(requestId),
    code,
    fault,
    retryable,
  };
}
