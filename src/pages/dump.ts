import type { Context } from 'aws-lambda';
import { parseCookie } from 'cookie';
import { html } from 'hono/html';
import { maskHeaders, maskQuery, maskUrl, maskValues } from '../http/redaction.ts';
import { wireQuery } from '../http/target.ts';
import type { HeaderFields, Outgoing, ProxyRequest } from '../types.ts';
import { type Html, layout, type Page } from './layout.ts';

/** A request as it may be shown: as it arrived and as it would be sent, credentials masked. */
export interface Dump {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: string;
    readonly host: string;
    readonly headers: HeaderFields;
    readonly cookies: readonly string[];
    readonly body: { readonly bytes: number | string; readonly contentType: string | undefined };
    readonly client: string;
    readonly source: string;
  };
  readonly backend: {
    readonly method: string;
    readonly target: string;
    readonly headers: HeaderFields;
    readonly bodyBytes: number | string;
  };
  readonly lambda: {
    readonly functionName: string;
    readonly functionVersion: string;
    readonly functionArn: string;
    readonly memoryLimitMb: string;
    readonly requestId: string;
    readonly logGroup: string;
    readonly remainingMs: number;
  };
}

const withoutAccount = (arn: string) => arn.replace(/:\d{12}:/, ':[account]:');

const single = (value: string | string[] | undefined) => [value ?? []].flat().join('; ');

/** The target with the query of REMOTE_URL, which stands before the client's, as secret as the setting that it is from. */
function shownTarget(target: string, rawQuery: string): string {
  const [path = '', ...rest] = target.split('?');
  const query = rest.join('?');
  const own = query.slice(0, query.length - wireQuery(rawQuery).length);
  const shown = `${maskValues(own)}${maskQuery(query.slice(own.length))}`;
  return `${maskUrl(path)}${shown === '' ? '' : `?${shown}`}`;
}

/** Bytes of the content; of what is still coming in, as many as its sender announced, if any. */
const bytesOf = ({ body, headers }: Pick<ProxyRequest, 'body' | 'headers'>) =>
  Buffer.isBuffer(body) ? body.length : single(headers['content-length']) || 'any number of';

/**
 * What the dump page shows of a request. Cookies by name only; secrets by their length only; never the body.
 *
 * @param request the request, the debug query already taken out
 * @param sent what would go to the backend
 * @param context Lambda's context
 * @param remainingMs milliseconds left of the invocation
 */
export function describeRequest(request: ProxyRequest, sent: Outgoing, context: Context, remainingMs: number): Dump {
  const { headers } = request;
  return {
    request: {
      method: request.method,
      path: maskUrl(request.rawPath),
      query: maskQuery(request.rawQuery),
      host: request.client.host,
      headers: maskHeaders(headers),
      cookies: Object.keys(parseCookie(single(headers['cookie']))),
      body: { bytes: bytesOf(request), contentType: single(headers['content-type']) || undefined },
      client: request.client.ip,
      source: request.source,
    },
    backend: {
      method: sent.method,
      target: shownTarget(sent.target, request.rawQuery),
      headers: maskHeaders(sent.headers),
      bodyBytes: bytesOf(sent),
    },
    lambda: {
      functionName: context.functionName,
      functionVersion: context.functionVersion,
      functionArn: withoutAccount(context.invokedFunctionArn),
      memoryLimitMb: context.memoryLimitInMB,
      requestId: context.awsRequestId,
      logGroup: context.logGroupName,
      remainingMs,
    },
  };
}

type Rows = readonly (readonly [name: string, value: string | number | undefined])[];

const table = (title: string, rows: Rows): Html | Promise<Html> =>
  html`<section><h2>${title}</h2>
<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value === undefined || value === '' ? '–' : value}</dd>\n`)}</dl>
</section>`;

const headerRows = (headers: HeaderFields): Rows =>
  Object.entries(headers).flatMap(([name, value]) => [value].flat().map((line) => [name, line] as const));

/** The dump as a page to read. */
export function dumpPage({ request, backend, lambda }: Dump): Page {
  const body = html`<header><p>lambda-rproxy</p></header>
<h1>Request dump</h1>
<p class="note">The backend was not called. Credentials, cookie values and the body are not shown.</p>
${table('Request', [
  ['Method', request.method],
  ['Host', request.host],
  ['Path', request.path],
  ['Query', request.query],
  ['Client', request.client],
  ['Event source', request.source],
  ['Body', `${request.body.bytes} bytes ${request.body.contentType ?? ''}`],
])}
${table('Request headers', headerRows(request.headers))}
${table(
  'Cookies',
  request.cookies.map((name) => [name, '[value not shown]'] as const),
)}
${table('Would be sent to the backend', [
  ['Method', backend.method],
  ['Target', backend.target],
  ['Body', `${backend.bodyBytes} bytes`],
])}
${table('Headers for the backend', headerRows(backend.headers))}
${table('Lambda', [
  ['Function', lambda.functionName],
  ['Version', lambda.functionVersion],
  ['ARN', lambda.functionArn],
  ['Memory', `${lambda.memoryLimitMb} MB`],
  ['Request id', lambda.requestId],
  ['Log group', lambda.logGroup],
  ['Time remaining', `${lambda.remainingMs} ms`],
])}`;
  return layout({ lang: 'en', dir: 'ltr', title: 'Request dump', wide: true, body });
}
