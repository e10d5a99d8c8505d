import { html, raw } from 'hono/html';
import { type Failure, type FailureCode, type Fault, failureOf } from '../failures.ts';
import type { Html } from './layout.ts';
import type { Messages } from './messages/messages.ts';

/** The state of a leg. */
type Passage = 'good' | 'bad' | 'unknown';

/** The state of a station; `refused` means that it works and did not let the request pass. */
type State = Passage | 'refused';

const picture = (name: string, paths: string): Html =>
  raw(`<svg class="${name}" viewBox="0 0 24 24" aria-hidden="true">${paths}</svg>`);

const icons: Readonly<Record<Fault, Html>> = {
  client: picture('icon', '<rect x="2" y="4" width="20" height="16" rx="2"/><path d="M2 9h20M5 6.5h.01M8 6.5h.01"/>'),
  proxy: picture('icon', '<path d="M12 2l9 5v10l-9 5-9-5V7zM8 10h8l-2.5-2.5M16 14H8l2.5 2.5"/>'),
  backend: picture(
    'icon',
    '<rect x="3" y="3" width="18" height="8" rx="2"/><rect x="3" y="13" width="18" height="8" rx="2"/><path d="M7 7h.01M7 17h.01M11 7h6M11 17h6"/>',
  ),
};

/** A circle with a check mark, a diamond with a cross: the shape distinguishes them without colour. */
const marks: Readonly<Record<Passage, Html | string>> = {
  good: picture('mark', '<circle cx="12" cy="12" r="10"/><path d="M8 12.5l2.5 2.5L16 9.5"/>'),
  bad: picture('mark', '<path d="M12 1l11 11-11 11L1 12z"/><path d="M9 9l6 6M15 9l-6 6"/>'),
  unknown: '',
};

const signs: Readonly<Record<State, string>> = { good: '✓', bad: '✕', refused: '–', unknown: '·' };

const stations: readonly Fault[] = ['client', 'proxy', 'backend'];

/** The proxy was reached: it made this page. The state of the backend is known only if it failed, or is closed. */
function stateOf(station: Fault, { fault, brokeOff, planned }: Failure): State {
  if (planned) return station === 'backend' ? 'refused' : 'good';
  if (fault === 'client' && !brokeOff && station === 'proxy') return 'refused';
  if (station === 'client') return brokeOff ? 'bad' : 'good';
  if (station === fault) return 'bad';
  return station === 'backend' ? 'unknown' : 'good';
}

/** Draws the line to a station, with the state of the request on it. */
function leg(station: Fault, { fault, brokeOff }: Failure): Html | Promise<Html> | string {
  if (station === 'client') return '';
  const beyond = fault === 'backend' ? 'bad' : 'unknown';
  const state: Passage = station === 'backend' ? beyond : brokeOff ? 'bad' : 'good';
  return html`<i class="leg ${state}">${marks[state]}</i>`;
}

/**
 * Draws the route of a request as three stations and two legs, and marks where it failed or was refused.
 *
 * @param code the failure
 * @param words the language
 */
export function way(code: FailureCode, words: Messages): Html | Promise<Html> {
  const failure = failureOf(code);
  const names: Readonly<Record<Fault, string>> = { client: words.you, proxy: words.proxy, backend: words.site };
  const texts: Readonly<Record<State, string>> = {
    good: words.works,
    bad: words.fails[failure.fault],
    refused: failure.planned ? words.maintenance.site : words.fails.client,
    unknown: words.notReached,
  };
  return html`<ol class="way" aria-label="${words.way}">${stations.map((station) => {
    const state = stateOf(station, failure);
    return html`
<li class="${state}">${leg(station, failure)}${icons[station]}<b>${names[station]}</b>
<span><i aria-hidden="true">${signs[state]}</i> ${texts[state]}</span></li>`;
  })}
</ol>`;
}
