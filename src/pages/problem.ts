import { STATUS_CODES } from 'node:http';
import { failureOf } from '../errors.ts';
import type { Splash } from './splash.ts';

/** Problem details (RFC 9457), with the members that let a program decide whether to try again. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request id, as a URI that identifies this one occurrence. */
  readonly instance: string;
  readonly code: string;
  readonly fault: string;
  readonly retryable: boolean;
}

/**
 * A failure as problem details.
 *
 * @param splash what may be told
 * @example problemDetails({ code: 'connection_refused', requestId: '…', time: new Date() }).status // 502
 */
export function problemDetails({ code, requestId, filteredUrlMessage }: Splash): ProblemDetails {
  const { status, title, advice, fault, retryable } = failureOf(code);
  const detail = (code === 'path_filtered' && filteredUrlMessage) || `${title}. ${advice}`;
  return {
    type: 'about:blank',
    // RFC 9457 §4.2.1: a problem of this type has the title of its status; `code` says which problem it is.
    title: STATUS_CODES[status] ?? title,
    status,
    detail,
    instance: `urn:uuid:${requestId}`,
    code,
    fault,
    retryable,
  };
}
