import { html } from 'hono/html';
import type { Branding } from '../config/branding.ts';
import { type FailureCode, failureOf } from '../failures.ts';
import { copyScript } from './copy-script.ts';
import { layout, type Page } from './layout.ts';
import { en } from './messages/en.ts';
import type { Messages } from './messages/messages.ts';
import { splashStyles } from './splash-styles.ts';
import { repeatable, waitingBox, waits } from './waiting.ts';
import { waitingScript } from './waiting-script.ts';
import { way } from './way.ts';

/** The facts that a failure page may show. */
export interface Splash {
  readonly code: FailureCode;
  /** Method of the request: decides whether it may be repeated. Not shown. */
  readonly method: string;
  readonly requestId: string;
  readonly time: Date;
  /** Undefined, like the operator's other texts, if the settings cannot be read. */
  readonly appName?: string | undefined;
  readonly generalError?: string | undefined;
  readonly filteredUrlMessage?: string | undefined;
  readonly maintenance?: string | undefined;
  /** Path of the start page, where that may work. */
  readonly homeLink?: string | undefined;
  readonly statusUrl?: string | undefined;
  readonly supportUrl?: string | undefined;
  /** Whether the checks of the waiting page wake the backend. */
  readonly wakes?: boolean;
  readonly branding?: Branding | undefined;
  /** URL of the same path on the backend, if the operator has enabled the link. */
  readonly targetLink?: string | undefined;
}

/**
 * Formats a time in UTC.
 *
 * @example utc(new Date(0)) // '1970-01-01 00:00:00'
 */
const utc = (time: Date) =>
  time
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');

const isWebUrl = (url: string | undefined) => url !== undefined && /^https?:\/\//.test(url);

/** Returns the operator's text unchanged, or the default translated. */
const inWords = (key: keyof Messages['defaults'], text: string | undefined, words: Messages) =>
  text === en.defaults[key] ? words.defaults[key] : text;

/** Returns the operator's text for a filtered path or for maintenance. */
function operatorText(splash: Splash, words: Messages): string | undefined {
  const { operatorText: kind } = failureOf(splash.code);
  if (kind === undefined) return undefined;
  if (kind === 'filteredUrlMessage') return inWords(kind, splash.filteredUrlMessage, words);
  return splash.maintenance === en.maintenance.text ? words.maintenance.text : splash.maintenance;
}

/**
 * Explains a failure in a sentence or two; for a filtered path and for maintenance, in the operator's text.
 *
 * @param splash the facts that may be shown
 * @param words the language
 */
export function explanation(splash: Splash, words: Messages): string {
  const { title, advice } = words.failures[splash.code];
  return operatorText(splash, words) || `${title}${words.stop}${advice}`;
}

/** What users quote, one fact a line. */
const quoted = (splash: Splash, words: Messages) =>
  [
    [words.failureCode, splash.code],
    [words.requestId, splash.requestId],
    [words.time, utc(splash.time)],
  ]
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');

/** Links to the start page, the state of the site and help. */
function links({ homeLink, statusUrl, supportUrl }: Splash, { links: words }: Messages) {
  const all = [
    [homeLink, words.start],
    [statusUrl, words.status],
    [supportUrl, words.support],
  ] as const;
  const shown = all.filter(([url]) => url !== undefined && /^(?:https?:|mailto:|\/(?!\/))/.test(url));
  if (shown.length === 0) return '';
  return html`<p class="links">${shown.map(([url, text]) => html`<a href="${url}" rel="noreferrer">${text}</a> `)}</p>`;
}

/** Offers a link to try again if the request can be repeated safely. */
function again({ code, method }: Splash, words: Messages) {
  if (!repeatable(method)) return failureOf(code).fault === 'client' ? '' : html`<p>${words.notRepeated}</p>`;
  return failureOf(code).retryable ? html`<p><a class="button" href="">${words.tryAgain}</a></p>` : '';
}

/**
 * Builds the page for a failure: what happened, on which side, what to do, and what to quote when asking for help.
 *
 * @param splash the facts that may be shown
 * @param words the language
 */
export function splashPage(splash: Splash, words: Messages): Page {
  const { code, method, requestId, time, appName, generalError, branding, targetLink, wakes = false } = splash;
  const { status, fault, planned } = failureOf(code);
  const { title } = words.failures[code];
  const text = operatorText(splash, words);
  const isWaiting = waits(code, method);
  const body = html`<header>${branding?.logo === undefined ? '' : html`<img src="${branding.logo}" alt="">`}<p dir="auto">${appName ?? ''}</p></header>
<h1><small><b>${status}</b> <bdi>${planned ? '' : (inWords('generalError', generalError, words) ?? '')}</bdi></small> ${title}</h1>
${text ? html`<p class="lead" dir="auto">${text}</p>` : ''}
<p class="lead">${planned ? words.maintenance.side : words.side[fault]}</p>
${way(code, words)}
<section>
<h2>${words.whatToDo}</h2>
<p>${words.failures[code].advice}</p>
${again(splash, words)}
${isWebUrl(targetLink) ? html`<p><a href="${targetLink}" rel="noreferrer">${words.openTarget}</a></p>` : ''}
${links(splash, words)}
${isWaiting ? waitingBox(words, wakes) : ''}
</section>
<footer>
<h2>${words.toQuote}</h2>
<dl>
<dt>${words.failureCode}</dt><dd><bdi>${code}</bdi></dd>
<dt>${words.requestId}</dt><dd><bdi>${requestId}</bdi></dd>
<dt>${words.time}</dt><dd><time datetime="${time.toISOString()}" dir="ltr">${utc(time)}</time></dd>
</dl>
<p id="copy" data-text="${quoted(splash, words)}" data-said="${words.copy.done}"><button type="button" hidden>${words.copy.button}</button> <span aria-live="polite"></span></p>
</footer>`;
  return layout({
    lang: words.lang,
    dir: words.dir,
    title: `${status} ${title}`,
    styles: splashStyles,
    script: isWaiting ? `${waitingScript}${copyScript}` : copyScript,
    connects: isWaiting,
    branding,
    body,
  });
}

/** Describes a failure as plain text. */
export function splashText(splash: Splash, words: Messages): string {
  return `${explanation(splash, words)}\n\n${quoted(splash, words)}`;
}
