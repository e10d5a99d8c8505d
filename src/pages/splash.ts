import { html } from 'hono/html';
import type { Branding } from '../config/branding.ts';
import { type FailureCode, failureOf } from '../failures.ts';
import { layout, type Page } from './layout.ts';
import { en } from './messages/en.ts';
import type { Messages } from './messages/messages.ts';
import { splashStyles } from './splash-styles.ts';
import { repeatable, waitingBox, waits } from './waiting.ts';
import { waitingScript } from './waiting-script.ts';
import { way } from './way.ts';

/** What a page about a failure may tell. */
export interface Splash {
  readonly code: FailureCode;
  /** Method of the request: decides what may be repeated, and is not shown. */
  readonly method: string;
  readonly requestId: string;
  readonly time: Date;
  /** Undefined, with the other texts of the operator, while the settings cannot be read. */
  readonly appName?: string | undefined;
  readonly generalError?: string | undefined;
  readonly filteredUrlMessage?: string | undefined;
  readonly branding?: Branding | undefined;
  /** Address of the same path on the backend, when the operator wants it shown. */
  readonly targetLink?: string | undefined;
}

/**
 * A moment as people write it, in UTC.
 *
 * @example utc(new Date(0)) // '1970-01-01 00:00:00'
 */
const utc = (time: Date) =>
  time
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');

const isWebUrl = (url: string | undefined) => url !== undefined && /^https?:\/\//.test(url);

/** The operator's text, which stands as it is in every language; in its place the default, in this one. */
const inWords = (key: keyof Messages['defaults'], text: string | undefined, words: Messages) =>
  text === en.defaults[key] ? words.defaults[key] : text;

/** What the operator says of a filtered path. */
const filteredText = ({ code, filteredUrlMessage }: Splash, words: Messages) =>
  failureOf(code).operatorText === 'filteredUrlMessage'
    ? inWords('filteredUrlMessage', filteredUrlMessage, words)
    : undefined;

/**
 * What happened and what to do, in a sentence or two; the operator's own words for a filtered path.
 *
 * @param splash what may be told
 * @param words the language
 */
export function explanation(splash: Splash, words: Messages): string {
  const { title, advice } = words.failures[splash.code];
  return filteredText(splash, words) || `${title}${words.stop}${advice}`;
}

/** How to try again: never by itself, and by a link only where that cannot do anything twice. */
function again({ code, method }: Splash, words: Messages) {
  if (!repeatable(method)) return failureOf(code).fault === 'client' ? '' : html`<p>${words.notRepeated}</p>`;
  return failureOf(code).retryable ? html`<p><a class="button" href="">${words.tryAgain}</a></p>` : '';
}

/**
 * The page for a failure: what happened, whose side it is on, what to do, and what to quote when asking for help.
 *
 * @param splash what may be told
 * @param words the language
 */
export function splashPage(splash: Splash, words: Messages): Page {
  const { code, method, requestId, time, appName, generalError, branding, targetLink } = splash;
  const { status, fault } = failureOf(code);
  const { title } = words.failures[code];
  const filtered = filteredText(splash, words);
  const isWaiting = waits(code, method);
  const body = html`<header>${branding?.logo === undefined ? '' : html`<img src="${branding.logo}" alt="">`}<p dir="auto">${appName ?? ''}</p></header>
<h1><small><b>${status}</b> <bdi>${inWords('generalError', generalError, words) ?? ''}</bdi></small> ${title}</h1>
${filtered ? html`<p class="lead" dir="auto">${filtered}</p>` : ''}
<p class="lead">${words.side[fault]}</p>
${way(fault, words)}
<section>
<h2>${words.whatToDo}</h2>
<p>${words.failures[code].advice}</p>
${again(splash, words)}
${isWebUrl(targetLink) ? html`<p><a href="${targetLink}" rel="noreferrer">${words.openTarget}</a></p>` : ''}
${isWaiting ? waitingBox(words) : ''}
</section>
<footer>
<h2>${words.toQuote}</h2>
<dl>
<dt>${words.failureCode}</dt><dd><bdi>${code}</bdi></dd>
<dt>${words.requestId}</dt><dd><bdi>${requestId}</bdi></dd>
<dt>${words.time}</dt><dd><time datetime="${time.toISOString()}" dir="ltr">${utc(time)}</time></dd>
</dl>
</footer>`;
  return layout({
    lang: words.lang,
    dir: words.dir,
    title: `${status} ${title}`,
    styles: splashStyles,
    script: isWaiting ? waitingScript : undefined,
    connects: isWaiting,
    branding,
    body,
  });
}

/** The same for clients that read plain text. */
export function splashText(splash: Splash, words: Messages): string {
  const details = [
    [words.failureCode, splash.code],
    [words.requestId, splash.requestId],
    [words.time, utc(splash.time)],
  ];
  return `${explanation(splash, words)}\n\n${details.map(([name, value]) => `${name}: ${value}\n`).join('')}`;
}
