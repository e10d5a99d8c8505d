import { html } from 'hono/html';
import type { FieldChange } from '../http/request/field-changes.ts';
import { copyScript } from './copy-script.ts';
import type { Dump } from './dump.ts';
import { dumpStyles } from './dump-styles.ts';
import { type Html, layout, type Page } from './layout.ts';

type Markup = Html | Promise<Html>;
type Rows = readonly (readonly [name: string, value: string | number | boolean | undefined])[];

const shown = (value: Rows[number][1]) => (value === undefined || value === '' ? '–' : value);

const list = (title: string, rows: Rows): Markup =>
  html`<section><h2>${title}</h2>
<dl>
${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${shown(value)}</dd>\n`)}</dl>
</section>`;

/** Like `list`, but nothing if there are no rows. */
const listOfAny = (title: string, rows: Rows): Markup | string => (rows.length === 0 ? '' : list(title, rows));

/** A sign and a word for each change, because colour alone is not accessible. */
const changes: Readonly<Record<FieldChange['change'], string>> = {
  same: '=',
  dropped: '− dropped',
  added: '+ added',
  changed: '~ changed',
};

const lines = (value: FieldChange['sent']): Markup[] =>
  [value ?? '–'].flat().map((line, index) => html`${index > 0 ? html`<br>` : ''}${line}`);

const fieldRow = ({ name, change, received, sent, why }: FieldChange): Markup =>
  html`<tr class="${change}"><th scope="row">${name}</th><td>${lines(received)}</td>${
    change === 'same'
      ? html`<td colspan="2">=</td>`
      : html`<td>${lines(sent)}</td><td class="why"><strong>${changes[change]}</strong>: ${why}</td>`
  }</tr>
`;

/** Builds the table of fields, differences first. */
function fieldTable(fields: readonly FieldChange[]): Markup {
  const same = fields.filter(({ change }) => change === 'same');
  const others = fields.filter(({ change }) => change !== 'same');
  return html`<section class="scroll" aria-labelledby="fields" tabindex="0"><h2 id="fields">Header fields</h2>
<table class="fields">
<caption>${others.length} of ${fields.length} fields differ; = means sent as received.</caption>
<thead><tr><th scope="col">Field</th><th scope="col">Received</th><th scope="col">To be sent</th><th scope="col">Reason</th></tr></thead>
<tbody>
${[...others, ...same].map(fieldRow)}</tbody></table>
</section>`;
}

function bodySection({ bytes, contentType, ...preview }: Dump['request']['body']): Markup {
  const text = 'text' in preview ? preview.text : undefined;
  return html`<section><h2>Body</h2>
<p>${bytes} bytes${contentType === undefined ? '' : html` of <code>${contentType}</code>`}${'withheld' in preview ? `: ${preview.withheld}` : ''}</p>
${text === undefined ? '' : html`<pre>${text}</pre>`}
</section>`;
}

/** Longest delay of a timer, which means no limit. */
const noTimeLimit = 2_147_483_647;

const milliseconds = (value: number) => (value >= noTimeLimit ? 'no limit' : `${value} ms`);

const bytesOf = (value: number) => (Number.isFinite(value) ? `${value} bytes` : 'no limit');

const yesNo = (value: boolean | undefined) => (value === undefined ? undefined : value ? 'yes' : 'no');

/** Lists the limits on time and size of the response, the effective one first, and the settings. */
function limitRows({ limits, settings }: Dump): Rows {
  const nearest = Math.min(limits.requestTimeoutMs, limits.endpointWaitsMs, limits.remainingMs);
  return [
    [
      'Time for the backend',
      `${milliseconds(nearest)}: the smallest of the next three; of the last two, half a second is reserved`,
    ],
    ['REQUEST_TIMEOUT', milliseconds(limits.requestTimeoutMs)],
    ['Time limit of the endpoint', milliseconds(limits.endpointWaitsMs)],
    ['Remaining time of the function', milliseconds(limits.remainingMs)],
    ['Largest response, serialised', bytesOf(limits.responseBytes)],
    ['PAYLOAD_QUOTA', limits.payloadQuota === undefined ? 'what the endpoint can carry' : bytesOf(limits.payloadQuota)],
    ['REMOTE_TLS', settings.tls],
    ['HOST_HEADER', settings.hostHeader],
    ['TRUST_FORWARDED', yesNo(settings.trustForwarded)],
    ['NO_HEADERS', yesNo(settings.noHeaders)],
    ['Filtered paths', settings.filteredPaths],
  ];
}

/**
 * Builds the dump page: the request as received beside the request that would be sent, and the limits and settings that
 * apply.
 *
 * @param dump the masked request
 */
export function dumpPage(dump: Dump): Page {
  const { request, backend, lambda } = dump;
  const body = html`<header><p>lambda-rproxy</p></header>
<h1>Request dump</h1>
<p class="note">The backend was not called. Credentials and cookie values are masked everywhere on this page.</p>
<div class="both">
${list('Received', [
  ['Method', request.method],
  ['Protocol', request.protocol],
  ['Host', request.host],
  ['Path', request.path],
  ['Query', request.query],
  ['Client', request.client],
])}
${list('To be sent', [
  ['Method', backend.method],
  ['Backend', backend.origin],
  ...(backend.address === undefined ? [] : ([['Connects to', backend.address]] as const)),
  ['Target', backend.target],
  ['Body', `${backend.bodyBytes} bytes`],
])}
${listOfAny(
  'Query, decoded',
  request.parameters.map(({ name, value }) => [name, value] as const),
)}
${listOfAny(
  'Cookies',
  request.cookies.map((name) => [name, '[value not shown]'] as const),
)}
</div>
${fieldTable(dump.fields)}
${listOfAny(
  'Changes of responses',
  dump.responseRules.map(({ name, action, value, why }) => [name, [action, value, `(${why})`].join(' ')] as const),
)}
${bodySection(request.body)}
<div class="both">
${list('Limits and settings', limitRows(dump))}
${list('Lambda', [
  ['Event source', request.source],
  ['Delivery', dump.delivery],
  ['Function', lambda.functionName],
  ['Version', lambda.functionVersion],
  ['ARN', lambda.functionArn],
  ['Memory', `${lambda.memoryLimitMb} MB`],
  ['Request id', lambda.requestId],
  ['Log group', lambda.logGroup],
  ['Cold start', yesNo(lambda.coldStart)],
  ['Time remaining', milliseconds(lambda.remainingMs)],
])}
</div>
<section><h2>As a curl command</h2>
<pre id="curl">${dump.curl}</pre>
<p id="copy" data-said="Copied."><button type="button" hidden>Copy</button> <span role="status"></span></p>
</section>`;
  return layout({ lang: 'en', dir: 'ltr', title: 'Request dump', styles: dumpStyles, script: copyScript, body });
}
