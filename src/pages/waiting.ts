import { html } from 'hono/html';
import { type FailureCode, failureOf } from '../failures.ts';
import type { Html } from './layout.ts';
import type { Messages } from './messages/messages.ts';

/** Safe methods (RFC 9110 §9.2.1) that show a page. */
const showsPage = new Set(['GET', 'HEAD']);

/** Returns whether a link or a script may repeat the request. */
export const repeatable = (method: string): boolean => showsPage.has(method);

/**
 * Returns whether the page for a failure waits for the backend.
 *
 * @param code the failure
 * @param method the request's method; only GET and HEAD are repeated
 */
export const waits = (code: FailureCode, method: string): boolean =>
  repeatable(method) && failureOf(code).mayBeStarting === true;

/** Builds the box of the waiting script, hidden until the script runs. */
export const waitingBox = ({ waiting }: Messages): Html | Promise<Html> =>
  html`<div id="wait" hidden data-explained="${waiting.explained}" data-checking="${waiting.checking}"
 data-next="${waiting.next}" data-pause="${waiting.pause}" data-resume="${waiting.resume}"
 data-paused="${waiting.paused}" data-back="${waiting.back}">
<p role="status"></p><small></small><button type="button">${waiting.pause}</button>
</div>`;
