import type { Config } from '../../src/config/config.ts';
import { type Finding, type FindingCode, finding } from './catalogue.ts';
import { failedRequestFindings, tlsPortFinding } from './failed-request.ts';
import { hostFindings } from './hosts.ts';
import { linkFindings } from './links.ts';
import { redirectFindings, redirectsOf } from './redirects.ts';
import type { HttpFacts, Redirect, TlsFacts } from './report.ts';
import { resourceFindings } from './resources.ts';
import {
  challengeFindings,
  clientCertificatePage,
  clockFindings,
  compressionFindings,
  cookieFindings,
  webSocketFindings,
} from './response.ts';
import { type FunctionFacts, openSite, type Received, type Site } from './site.ts';
import { type Visit, visit } from './visit.ts';
import { clientCertificateRemedy } from './words.ts';

const first = (value: string | string[] | undefined) => [value ?? []].flat()[0];

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(bytes < 100_000 ? 3 : 1)} MB`;

function onSize({ bodyBytes, responseBytes, limitBytes }: HttpFacts): Finding {
  const text = `${megabytes(bodyBytes)}, of ${megabytes(limitBytes)} that a response may have (${megabytes(responseBytes)} as JSON)`;
  if (responseBytes <= 0.8 * limitBytes) return finding('size_fits', text);
  return finding('size_near_limit', text, {
    remedy: 'stream responses (InvokeMode=RESPONSE_STREAM), or send smaller pages',
  });
}

function onTime({ firstByteMs, totalMs }: HttpFacts, { requestTimeoutMs }: Config): Finding {
  const text = `first byte after ${firstByteMs ?? '?'} ms, complete after ${totalMs} ms; the timeout is ${requestTimeoutMs} ms`;
  if (totalMs < 0.5 * requestTimeoutMs) return finding('time_enough', text);
  const seconds = String(Math.ceil((2 * totalMs) / 1000));
  return finding('time_short', `${text}: slow`, {
    remedy: 'make the backend faster, or allow more time',
    set: { RequestTimeout: seconds },
  });
}

/** Says whether the backend announces that it closes the connection (RFC 9112 §9.6). */
const closes = ({ sent, exchange }: Received): boolean =>
  /(?:^|,)\s*close\s*(?:,|$)/i.test((sent['connection'] ?? []).join(',')) ||
  (exchange.backendReport?.httpVersion === '1.0' && sent['connection'] === undefined);

/** Returns the finding on the connection. The proxy itself closes one that a client may log in (NTLM, Negotiate). */
function onKeepAlive({ keptAlive }: HttpFacts, received: Received): Finding[] {
  if (keptAlive) return [finding('kept_alive', 'the second request used the same connection')];
  if (!closes(received) && received.sent['www-authenticate'] !== undefined) return [];
  const text = closes(received)
    ? 'the backend closes its connections: every request opens a new one'
    : 'the second request opened a new connection: the backend closed the first one, or sent bytes after its response';
  const remedy = 'enable keep-alive at the backend, with an idle timeout of more than 5 seconds';
  return [finding('connection_closed', text, { remedy })];
}

function onResponse({ status, httpVersion, contentType }: HttpFacts): Finding {
  const text = `${status}, HTTP/${httpVersion}${contentType === undefined ? '' : `, ${contentType}`}`;
  return status >= 500
    ? finding('server_error', text, { remedy: "look at the backend's log" })
    : finding('responded', text);
}

function factsOf({ response, sent, exchange, totalMs }: Received, { capacity }: Site, keptAlive: boolean): HttpFacts {
  const { backendReport } = exchange;
  return {
    status: response.statusCode,
    httpVersion: backendReport?.httpVersion,
    contentType: sent['content-type']?.[0],
    location: first(response.headers['location']),
    firstByteMs: backendReport?.timings?.phases.firstByte,
    totalMs,
    bodyBytes: exchange.responseBytes ?? 0,
    responseBytes: capacity.measure(response),
    limitBytes: capacity.limit,
    keptAlive,
  };
}

/** Findings on a response that refuses the connection and not the request. */
const refusals = new Set<FindingCode>(['client_certificate_required', 'client_certificate_refused', 'port_speaks_tls']);

/** What the requests need to know of the steps before them. */
export interface Reached {
  readonly addresses: readonly string[];
  readonly tls: TlsFacts | undefined;
}

/** Returns the findings on the page that a visit ends with. */
async function pageFindings(
  site: Site,
  { hops, cookie }: Visit,
  { addresses, tls }: Reached,
  facts: FunctionFacts,
): Promise<Finding[]> {
  const { config } = site;
  const { target, received } = hops.at(-1) ?? hops[0];
  const refused = clientCertificatePage(received, clientCertificateRemedy);
  if (refused !== undefined) return [refused];
  const overTls = received.status === 400 ? await tlsPortFinding(config, '400', received.text) : undefined;
  if (overTls !== undefined) return [overTls];
  return [
    ...challengeFindings(received, config),
    ...(await hostFindings(received, config, target, tls, facts)),
    ...(await linkFindings(received, site, target, addresses, facts)),
    ...(await compressionFindings(received, config, target, facts)),
    ...(await resourceFindings(received, site, target, cookie, addresses, facts)),
    ...webSocketFindings(received),
    ...cookieFindings(received, site),
  ];
}

/**
 * Opens a page as a browser would, through the function's own code, and once more to see whether the connection is kept.
 *
 * @param config the settings
 * @param target path below the base path, and query
 * @param reached the steps before
 * @param facts of the function
 * @returns facts about the page, or the failure that a client would see
 */
export async function examineHttp(
  config: Config,
  target: string,
  reached: Reached,
  facts: FunctionFacts,
): Promise<{ http?: HttpFacts; redirects?: readonly Redirect[]; findings: readonly Finding[] }> {
  const site = openSite(config, facts);
  try {
    const visited = await visit(site, target);
    const last = visited.hops.at(-1) ?? visited.hops[0];
    const second = await site.get(last.target, visited.cookie);
    const http = factsOf(last.received, site, second.exchange.backendReport?.reusedSocket === true);
    const redirects = redirectsOf(visited);
    const ofPage = visited.end === 'page' ? await pageFindings(site, visited, reached, facts) : [];
    // A response that refuses the connection says nothing of the others.
    const isRefused = ofPage.some(({ code }) => refusals.has(code));
    return {
      http,
      ...(redirects.length === 0 ? {} : { redirects }),
      findings: [
        onResponse(http),
        ...(await redirectFindings(site, visited, reached.addresses, facts)),
        ...ofPage,
        ...clockFindings(last.received, Date.now()),
        ...(isRefused ? [] : onKeepAlive(http, last.received)),
        onTime(http, config),
        onSize(http),
      ],
    };
  } catch (error) {
    return { findings: await failedRequestFindings(error, config, target, reached.tls, facts) };
  } finally {
    site.close();
  }
}
