import { html } from 'hono/html';
import { type FailureCode, failureOf } from '../failures.ts';
import type { Html } from './layout.ts';
import type { Messages } from './messages/messages.ts';

/** Methods that may be repeated without asking (RFC 9110 §9.2.1) and that show a page. */
const showsPage = new Set(['GET', 'HEAD']);

/** Whether the request may be repeated by a link or by a script. */
export const repeatable = (method: string): boolean => showsPage.has(method);

/**
 * Whether the page for a failure waits for the backend.
 *
 * @param code the failure
 * @param method the request's method; what is not GET or HEAD is never repeated
 */
export const waits = (code: FailureCode, method: string): boolean =>
  repeatable(method) && failureOf(code).mayBeStarting === true;

/** The place of the waiting script, hidden until it runs. */
export const waitingBox = ({ waiting }: Messages): Html | Promise<Html> =>
  html`<div id="wait" hidden data-explained="${waiting.explained}" data-checking="${waiting.checking}"
 data-next="${waiting.next}" data-pause="${waiting.pause}" data-resume="${waiting.resume}"
 data-paused="${waiting.paused}" data-back="${waiting.back}">
<p role="status"></p><small></small><button type="button">${waiting.pause}</button>
</div>`;
