import { html, raw } from 'hono/html';
import { type FailureCode, failureOf } from '../failures.ts';
import type { Html } from './layout.ts';
import type { Messages } from './messages/messages.ts';

/** Safe methods (RFC 9110 §9.2.1) that show a page. */
const showsPage = new Set(['GET', 'HEAD']);

/** Returns whether a link or a script may repeat the request. */
export const repeatable = (method: string): boolean => showsPage.has(method);

/**
 * Returns whether the page for a failure waits for the site: for a backend that starts, or for the end of maintenance.
 *
 * @param code the failure
 * @param method the request's method; only GET and HEAD are repeated
 */
export function waits(code: FailureCode, method: string): boolean {
  const { mayBeStarting, planned } = failureOf(code);
  return repeatable(method) && (mayBeStarting ?? planned ?? false);
}

/**
 * Builds the box of the waiting script, hidden until the script runs.
 *
 * @param words the language
 * @param wakes whether the script's checks wake the backend
 */
export const waitingBox = ({ waiting }: Messages, wakes: boolean): Html | Promise<Html> =>
  html`<div id="wait" hidden${wakes ? raw(' data-wake="1"') : ''} data-explained="${wakes ? waiting.waking : waiting.explained}" data-checking="${waiting.checking}"
 data-next="${waiting.next}" data-pause="${waiting.pause}" data-resume="${waiting.resume}"
 data-paused="${waiting.paused}" data-back="${waiting.back}">
<p role="status"></p><small></small><button type="button">${waiting.pause}</button>
</div>`;
