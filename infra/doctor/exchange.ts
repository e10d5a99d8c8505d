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

/** A browser's request; the host is a placeholder, because the function's URL is not known yet. */
const request: Omit<ProxyRequest, 'rawPath'> = {
  method: 'GET',
  rawQuery: '',
  headers: { accept: '*/*', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'lambda-rproxy-doctor' },
  body: Buffer.alloc(0),
  client: { ip: '192.0.2.1', host: 'doctor.invalid', protocol: 'https', port: 443 },
  source: functionUrl.name,
};

const capacity = bufferedCapacity(functionUrl);

/** The proxy's steps without its error pages. */
const steps = middy<ProxyRequest, ProxyResponse>({ timeoutEarlyInMillis: 0 }).use(payloadQuota()).handler(forward);

interface BackendResponse {
  readonly exchange: Exchange;
  readonly response: ProxyResponse;
  readonly totalMs: number;
}

/** Sends one request as the function does and returns the response as the function would. */
async function send(config: Config, connections: Connections, rawPath: string): Promise<BackendResponse> {
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
  const text = `${megabytes(bodyBytes)}, of ${megabytes(limitBytes)} that a response may have (${megabytes(responseBytes)} as JSON)`;
  return { check: 'size', level: responseBytes > 0.8 * limitBytes ? 'warning' : 'ok', text };
}

function onTime({ firstByteMs, totalMs }: HttpFacts, { requestTimeoutMs }: Config): Finding {
  const text = `first byte after ${firstByteMs ?? '?'} ms, complete after ${totalMs} ms; the timeout is ${requestTimeoutMs} ms`;
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
        text: 'the backend closes its connections: every request opens a new one',
      };

function onResponse({ status, httpVersion, contentType, location }: HttpFacts): Finding[] {
  const text = `${status}, HTTP/${httpVersion}${contentType === undefined ? '' : `, ${contentType}`}`;
  const findings: Finding[] = [{ check: 'http', level: status >= 500 ? 'warning' : 'ok', text }];
  if (location === undefined || location.startsWith('/') || location.includes('//doctor.invalid')) return findings;
  const hint = `it redirects to ${location}; if that is the backend's own name, HostHeader=client may keep clients on the public host`;
  return [...findings, { check: 'http', level: 'note', text: hint }];
}

/** Returns whether a response that was refused is accepted with LENIENT_BACKEND. */
async function acceptsLeniently(config: Config, connections: Connections, path: string): Promise<boolean> {
  if (config.lenientBackend) return false;
  return await send({ ...config, lenientBackend: true }, connections, path).then(
    () => true,
    () => false,
  );
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
 * Sends two requests to the backend: the second shows whether connections are kept alive.
 *
 * @param path request path below the base path
 * @returns facts about the response, or the failure that a client would see, and the exit code
 */
export async function exchangeWith(
  config: Config,
  connections: Connections,
  path: string,
): Promise<Step<HttpFacts> & { exitCode: number }> {
  try {
    const { exchange, response, totalMs } = await send(config, connections, path);
    const second = await send(config, connections, path);
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
    const isAccepted = code === 'response_malformed' && (await acceptsLeniently(config, connections, path));
    const exitCode = exitCodeByFailure.find(([pattern]) => pattern.test(code))?.[1] ?? exitCodes.http;
    const text = `clients would get a ${failureOf(code).status} page (${code}): ${reason}`;
    const check = checkByExitCode[exitCode] ?? 'http';
    // Streamed, up to 200 MB pass; PAYLOAD_QUOTA applies there too.
    const set = isAccepted
      ? { set: { LenientBackend: 'true' } }
      : check === 'size' && config.payloadQuota === undefined
        ? { set: { InvokeMode: 'RESPONSE_STREAM' } }
        : {};
    return { findings: [{ check, level: 'failure', text, ...set }], exitCode };
  }
}
