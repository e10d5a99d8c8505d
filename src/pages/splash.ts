import { html } from 'hono/html';
import { type FailureCode, type Fault, failureOf } from '../errors.ts';
import { type Html, layout, type Page } from './layout.ts';
import { en, type Messages } from './messages/en.ts';

/** What a page about a failure may tell. */
export interface Splash {
  readonly code: FailureCode;
  readonly requestId: string;
  readonly time: Date;
  /** Undefined, with the other texts of the operator, while the settings cannot be read. */
  readonly appName?: string | undefined;
  readonly generalError?: string | undefined;
  readonly filteredUrlMessage?: string | undefined;
  /** Address of the same path on the backend, when the operator wants it shown. */
  readonly targetLink?: string | undefined;
}

const stations: readonly Fault[] = ['client', 'proxy', 'backend'];

/** The way of a request as three stations. The proxy is always reached: it made this page. */
function way(fault: Fault, words: Messages): Html | Promise<Html> {
  const names = { client: words.you, proxy: words.proxy, backend: words.backend };
  return html`<ol class="way">${stations.map((station) => {
    const [kind, sign, text] =
      station === fault
        ? ['bad', '✕', words.fails]
        : station === 'backend'
          ? ['unknown', '·', words.notReached]
          : ['good', '✓', words.works];
    return html`<li class="${kind}"><b>${names[station]}</b><span>${sign} ${text}</span></li>`;
  })}</ol>`;
}

const utc = (time: Date) =>
  time
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');

const adviceFor = ({ code, filteredUrlMessage }: Splash, words: Messages) =>
  (code === 'path_filtered' && filteredUrlMessage) || words.failures[code].advice;

const isWebUrl = (url: string | undefined) => url !== undefined && /^https?:\/\//.test(url);

/**
 * The page for a failure: what happened, whose side it is on, what to do, and what to quote when asking for help.
 *
 * @param splash what may be told
 * @param words the language
 */
export function splashPage(splash: Splash, words: Messages = en): Page {
  const { code, requestId, time, appName, generalError, targetLink } = splash;
  const { status, fault, retryable } = failureOf(code);
  const { title } = words.failures[code];
  const body = html`<header><p>${appName ?? ''}</p></header>
<h1>${generalError ? `${generalError}: ` : ''}${title}</h1>
${way(fault, words)}
<div class="card">
<p>${adviceFor(splash, words)}</p>
${retryable ? html`<p><a class="button" href="">${words.tryAgain}</a></p>` : ''}
${isWebUrl(targetLink) ? html`<p><a href="${targetLink}" rel="noreferrer">${words.openTarget}</a></p>` : ''}
</div>
<footer><dl>
<dt>${words.failureCode}</dt><dd>${status} ${code}</dd>
<dt>${words.requestId}</dt><dd>${requestId}</dd>
<dt>${words.time}</dt><dd>${utc(time)}</dd>
</dl></footer>`;
  return layout({ lang: words.lang, dir: words.dir, title: `${status} ${title}`, body });
}

/** The same for clients that read plain text. */
export function splashText(splash: Splash, message: string): string {
  const advice = splash.code === 'path_filtered' ? adviceFor(splash, en) : message;
  return `${advice}\n\n${en.failureCode}: ${splash.code}\n${en.requestId}: ${splash.requestId}\n${en.time}: ${utc(splash.time)}\n`;
}
