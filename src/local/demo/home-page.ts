import { escapeHtml, page } from './pages.ts';

const SECTIONS: Record<string, readonly string[]> = {
  'What arrives here': [
    '/headers',
    '/ip',
    '/user-agent',
    '/get?one=1&two=a%20b&two=%C3%BC',
    '/anything/some%2Fpath/?q=1',
  ],
  'Forms and cookies': [
    '/forms/post',
    '/forms/upload',
    '/cookies',
    '/cookies/set/flavour/oatmeal',
    '/cookies/many',
    '/basic-auth/user/passwd',
  ],
  Redirects: ['/redirect/3', '/absolute-redirect/3', '/redirect-to?url=/html'],
  'Text and documents': [
    '/html',
    '/encoding/utf8',
    '/encoding/latin1',
    '/json',
    '/xml',
    '/robots.txt',
    '/no-content-type',
  ],
  'Pictures and encodings': ['/image/png', '/image/jpeg', '/image/svg', '/image/webp', '/gzip', '/deflate', '/brotli'],
  'Large bodies': ['/bytes/1048576', '/text/20000', '/stream-bytes/65536?chunk_size=4096', '/range/1024'],
  'Slow responses': ['/delay/1.5', '/drip?duration=3&numbytes=6', '/sse', '/sse.html'],
  'Statuses and headers': [
    '/status/204',
    '/status/404',
    '/status/418',
    '/status/503',
    '/etag/demo',
    '/response-headers?X-Demo=one&X-Demo=two',
    '/nowhere',
  ],
  'Broken on purpose': [
    '/broken/reset',
    '/broken/truncated',
    '/broken/malformed',
    '/broken/stall',
    '/broken/silent',
    '/broken/huge-headers',
    '/broken/upgrade',
  ],
};

const INLINE_CSS = `
main { max-width: 68rem; }
footer { display: none; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 1rem; margin-block-end: 1.5rem; }
header img { width: 4rem; height: 4rem; }
header h1 { margin: 0; }
header p { margin: 0.25rem 0 0; color: var(--muted); }
.tour { margin-block-end: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem;
  padding: 1rem 1.25rem; }
.tour h2 { margin: 0 0 0.5rem; font-size: 1.1rem; }
.tour li { padding-block: 0.3rem; }
.tour form { display: inline; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
.grid section { background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem 1.25rem; }
.grid h2 { margin: 0 0 0.5rem; font-size: 1rem; }
.grid ul { margin: 0; padding: 0; list-style: none; font: 0.875rem/1.4 ui-monospace, monospace; }
.grid a { display: block; padding-block: 0.3rem; overflow-wrap: anywhere; }
`;

/** What stands in front of the demo backend. */
export interface Story {
  /** For example `a Lambda Function URL`. */
  readonly frontDoor: string;
  readonly streams: boolean;
  /** A path that FILTERED_PATH covers. */
  readonly filteredPath: string;
}

/** Paths that make the proxy respond with a page of its own, by failure code. */
const FAILURES: Readonly<Record<string, string>> = {
  connection_terminated: '/broken/reset',
  response_malformed: '/broken/malformed',
  response_headers_too_large: '/broken/huge-headers',
  upgrade_refused: '/broken/upgrade',
  response_timeout: '/broken/silent',
};

/** The same where responses are whole; streamed, they begin before the failure is known. */
const FAILURES_OF_WHOLE_RESPONSES: Readonly<Record<string, string>> = {
  ...FAILURES,
  response_stalled: '/broken/stall',
  response_incomplete: '/broken/truncated',
  response_too_large: '/bytes/4800000',
  event_stream_buffered: '/sse',
};

/** A link that works below a stage as well. */
const link = (target: string, text = target) => `<a href=".${escapeHtml(target)}">${escapeHtml(text)}</a>`;

/** The guided part of the start page. */
function tour({ frontDoor, streams, filteredPath }: Story): string {
  const events = streams
    ? 'They arrive one by one, as they are sent.'
    : 'None arrives, because this front door takes whole responses and events do not end. With <code>npm start -- --stream</code> they do.';
  const failures = Object.entries(streams ? FAILURES : FAILURES_OF_WHOLE_RESPONSES);
  const pages = failures.map(([code, target]) => link(target, code));
  return `<section class="tour"><h2>What to try</h2>
<p>You are looking at this backend through the proxy. In front of the proxy is an emulation of ${escapeHtml(frontDoor)}: it
turns each request into an event for the function, and the result of the function into the response.</p>
<ol>
<li>${link('/headers?dump_request=y', 'Dump a request')}: what came in, what the backend would get, and the reason for
each change. The backend is not called.</li>
<li>${link('/headers?trace_connection=y', 'Trace a request')}: the same and the time of each phase, in the log.</li>
<li><form method="post" action="./demo/stop"><button>Stop the backend for 20 seconds</button></form> The page that waits
wakes it, and opens the site by itself.</li>
<li>${link(filteredPath, 'Open a filtered path')}: refused with 403, in every spelling.</li>
<li>${link('/sse.html', 'Watch events')}. ${events}</li>
<li>Make it fail: ${pages.join(', ')}. ${streams ? 'The last takes' : 'response_timeout and response_stalled take'} as long as REQUEST_TIMEOUT.</li>
</ol>
</section>`;
}

/**
 * Builds `/`: links to everything worth a click, with a stylesheet, a script and a picture that load besides.
 *
 * @param story what stands in front; without it there is no guided part
 */
export const homePage = (story?: Story): string =>
  page(
    'Demo backend',
    `<style>${INLINE_CSS}</style>
<header>
<img src="./image/svg" alt="" width="64" height="64">
<div>
<h1>Demo backend</h1>
<p>A server to look at through a proxy. <span id="seen" role="status">The script has not run.</span></p>
</div>
</header>
${story === undefined ? '' : tour(story)}
<div class="grid">
${Object.entries(SECTIONS).map(section).join('\n')}
</div>
<script type="module" src="./app.js"></script>`,
  );

/** `/style.css`: what all pages share. */
export const STYLESHEET = `:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #dde1e8; --text: #1b2330; --muted: #5a6577; --accent: #2455c9;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #12161d; --card: #1b212b; --line: #303947; --text: #e6eaf1; --muted: #9aa6b8; --accent: #8fb3ff; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem; background: var(--page); color: var(--text); }
body { font: 1rem/1.5 system-ui, sans-serif; }
main, footer { max-width: 42rem; margin-inline: auto; overflow-wrap: anywhere; }
footer { margin-block-start: 2rem; font-size: 0.875rem; }
h1 { font-size: 1.6rem; line-height: 1.2; }
a { color: var(--accent); }
a:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
form { display: grid; gap: 1rem; }
fieldset { border: 1px solid var(--line); border-radius: 0.5rem; }
form > label { display: grid; gap: 0.25rem; }
fieldset label { display: inline-block; margin-inline-end: 1rem; }
input, textarea, button { max-width: 100%; font: inherit; padding: 0.4rem 0.6rem; }
button { justify-self: start; border: 0; border-radius: 0.5rem; background: var(--accent); color: var(--page); }
`;

/** `/app.js`: shows on the home page how a request made by a script arrived. */
export const SCRIPT = `const seen = document.getElementById('seen');
try {
  const response = await fetch('./anything/app.js', { method: 'POST', body: 'hello' });
  const { headers, method, origin } = await response.json();
  seen.textContent = 'It saw a ' + method + ' from ' + origin + ' for ' + headers.Host + '.';
} catch (error) {
  seen.textContent = 'The request of the script failed: ' + error.message;
}
`;

function section([title, targets]: [string, readonly string[]]): string {
  const items = targets.map((target) => `<li>${link(target)}</li>`);
  return `<section><h2>${title}</h2><ul>${items.join('')}</ul></section>`;
}
