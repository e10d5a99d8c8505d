import middy from '@middy/core';
import { payloadQuota } from '../../middlewares/payload-quota.ts';
import type { Connections } from '../../src/backend/connections.ts';
import { forward } from '../../src/backend/forward.ts';
import type { Config } from '../../src/config/config.ts';
import { bufferedCapacity } from '../../src/delivery/buffered.ts';
import { functionUrl } from '../../src/events/function-url.ts';
import { toProxyError } from '../../src/failure-mapping.ts';
import { failureOf } from '../../src/failures.ts';
import type { Exchange, ProxyContext, ProxyRequest, ProxyResponse } from '../../src/types.ts';
import type { Step } from './reach.ts';
import { exitCodes, type Finding, type HttpFacts } from './report.ts';

/** What a browser would ask for; the host is a made-up one, as the address of the function is not known yet. */
const request: Omit<ProxyRequest, 'rawPath'> = {
  method: 'GET',
  rawQuery: '',
  headers: { accept: '*/*', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'lambda-rproxy-doctor' },
  body: Buffer.alloc(0),
  client: { ip: '192.0.2.1', host: 'doctor.invalid', protocol: 'https', port: 443 },
  source: functionUrl.name,
};

const capacity = bufferedCapacity(functionUrl);

/** The proxy's own steps, with no page at their end. */
const steps = middy<ProxyRequest, ProxyResponse>({ timeoutEarlyInMillis: 0 }).use(payloadQuota()).handler(forward);

interface BackendResponse {
  readonly exchange: Exchange;
  readonly response: ProxyResponse;
  readonly totalMs: number;
}

/** One request as the function sends it, and its answer as the function makes it ready. */
async function ask(config: Config, connections: Connections, rawPath: string): Promise<BackendResponse> {
  const startedAt = performance.now();
  const exchange: Exchange = { requestId: 'doctor', startedAt: Date.now(), traced: false };
  const context = {
    config,
    connections,
    exchange,
    capacity,
    invokedFunctionArn: 'doctor',
    getRemainingTimeInMillis: () => 900_000,
  } as unknown as ProxyContext;
  const response = await steps({ ...request, rawPath }, context);
  return { exchange, response, totalMs: Math.round(performance.now() - startedAt) };
}

const first = (value: string | string[] | undefined) => [value ?? []].flat()[0];

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(bytes < 100_000 ? 3 : 1)} MB`;

function onSize({ bodyBytes, responseBytes, limitBytes }: HttpFacts): Finding {
  const text = `${megabytes(bodyBytes)}, of ${megabytes(limitBytes)} that an answer may have (${megabytes(responseBytes)} as JSON)`;
  return { check: 'size', level: responseBytes > 0.8 * limitBytes ? 'warning' : 'ok', text };
}

function onTime({ firstByteMs, totalMs }: HttpFacts, { requestTimeoutMs }: Config): Finding {
  const text = `first byte after ${firstByteMs ?? '?'} ms, all after ${totalMs} ms, of ${requestTimeoutMs} ms`;
  if (totalMs < 0.5 * requestTimeoutMs) return { check: 'time', level: 'ok', text };
  const seconds = String(Math.ceil((2 * totalMs) / 1000));
  return { check: 'time', level: 'warning', text: `${text}: slow`, set: { RequestTimeout: seconds } };
}

const onKeepAlive = ({ keptAlive }: HttpFacts): Finding =>
  keptAlive
    ? { check: 'keep-alive', level: 'ok', text: 'the second request used the same connection' }
    : {
        check: 'keep-alive',
        level: 'note',
        text: 'the backend closes its connections, so that every request pays for a new one',
      };

function onResponse({ status, httpVersion, contentType, location }: HttpFacts): Finding[] {
  const text = `${status}, HTTP/${httpVersion}${contentType === undefined ? '' : `, ${contentType}`}`;
  const findings: Finding[] = [{ check: 'http', level: status >= 500 ? 'warning' : 'ok', text }];
  if (location === undefined || location.startsWith('/') || location.includes('//doctor.invalid')) return findings;
  const hint = `it redirects to ${location}; if that is its own name, HostHeader=client may keep clients on yours`;
  return [...findings, { check: 'http', level: 'note', text: hint }];
}

const exitCodeByFailure: readonly (readonly [RegExp, number])[] = [
  [/^dns_/, exitCodes.nameLookup],
  [/^(?:connection_(?:refused|timeout)|destination_)/, exitCodes.connection],
  [/^tls_/, exitCodes.tls],
  [/^response_too_large$/, exitCodes.size],
];

const checkByExitCode: Readonly<Record<number, Finding['check']>> = {
  [exitCodes.tls]: 'tls',
  [exitCodes.size]: 'size',
};

/**
 * Asks the backend twice: the second time shows whether connections are kept.
 *
 * @param path as a client would ask for it, behind the base path
 * @returns what came back, or what the function would tell its client, and the exit code for it
 */
export async function exchangeWith(
  config: Config,
  connections: Connections,
  path: string,
): Promise<Step<HttpFacts> & { exitCode: number }> {
  try {
    const { exchange, response, totalMs } = await ask(config, connections, path);
    const second = await ask(config, connections, path);
    const { backendReport } = exchange;
    const facts: HttpFacts = {
      status: response.statusCode,
      httpVersion: backendReport?.httpVersion,
      contentType: first(response.headers['content-type']),
      location: first(response.headers['location']),
      firstByteMs: backendReport?.timings?.phases.firstByte,
      totalMs,
      bodyBytes: exchange.responseBytes ?? 0,
      responseBytes: capacity.measure(response),
      limitBytes: capacity.limit,
      keptAlive: second.exchange.backendReport?.reusedSocket === true,
    };
    const findings = [...onResponse(facts), onKeepAlive(facts), onTime(facts, config), onSize(facts)];
    return { facts, findings, exitCode: exitCodes.healthy };
  } catch (error) {
    const { code, reason } = toProxyError(error);
    const exitCode = exitCodeByFailure.find(([pattern]) => pattern.test(code))?.[1] ?? exitCodes.http;
    const text = `clients would get a ${failureOf(code).status} page (${code}): ${reason}`;
    const check = checkByExitCode[exitCode] ?? 'http';
    // Streamed, up to 200 MB pass; a quota of the operator's own holds there too.
    const set = check === 'size' && config.payloadQuota === undefined ? { set: { InvokeMode: 'RESPONSE_STREAM' } } : {};
    return { findings: [{ check, level: 'failure', text, ...set }], exitCode };
  }
}
