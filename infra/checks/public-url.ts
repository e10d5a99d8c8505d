import { setTimeout as sleep } from 'node:timers/promises';
import { type FailureCode, failures } from '../../src/failures.ts';
import { allow } from '../../src/http/request/max-forwards.ts';
import { awsResponse } from '../aws-response.ts';

/** A sentence on the public URL. */
export interface UrlFinding {
  readonly level: 'ok' | 'note' | 'failure';
  readonly text: string;
}

interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const requestTimeoutMs = 65_000;
const pauseMs = 2000;

/** Largest part of a body that is read, in characters: problem details and AWS's messages are short. */
const maxBody = 2000;

async function send(url: string, method: string, headers: Record<string, string>): Promise<Received> {
  const options = { method, headers, redirect: 'manual', signal: AbortSignal.timeout(requestTimeoutMs) } as const;
  const response = await fetch(url, options);
  const type = response.headers.get('content-type') ?? '';
  const body = /json|^$/.test(type) ? (await response.text()).slice(0, maxBody) : '';
  await response.body?.cancel().catch(() => undefined);
  return { status: response.status, headers: response.headers, body };
}

const isOwnFailure = ({ headers }: Received) => /^lambda-rproxy; error=/.test(headers.get('proxy-status') ?? '');

/** Returns the failure that the proxy itself responds with, from its problem details. */
function failureIn({ body }: Received): FailureCode | undefined {
  try {
    const { code } = JSON.parse(body) as { code?: string };
    return code !== undefined && Object.hasOwn(failures, code) ? (code as FailureCode) : undefined;
  } catch {
    return undefined;
  }
}

/** Failures that say that a rule of the operator's holds, and not that something is wrong. */
const byRule: ReadonlySet<string> = new Set(['client_not_allowed', 'path_filtered']);

function ownFailure(received: Received): UrlFinding {
  const code = failureIn(received);
  const status = `${received.status} ${code ?? received.headers.get('proxy-status')}`;
  if (code === undefined) return { level: 'failure', text: `the proxy responds ${status}: the log has the reason` };
  const { reason, remedy } = failures[code];
  const advice = remedy === undefined ? '' : `; ${remedy}`;
  if (byRule.has(code)) return { level: 'note', text: `the proxy refuses this machine, ${status}: ${reason}${advice}` };
  return { level: 'failure', text: `the proxy responds ${status}: ${reason}${advice}` };
}

function ofAws(received: Received): UrlFinding | undefined {
  const found = awsResponse(received, received.body);
  return found && { level: 'failure', text: `${found.text}; ${found.remedy}` };
}

/** Codes of a request that was not sent. */
const notSent: Readonly<Record<string, string>> = {
  ENOTFOUND:
    'its name cannot be looked up from this machine; a new name needs a minute, a domain of yours its DNS record',
  EAI_AGAIN: 'its name cannot be looked up from this machine; check the network',
  ECONNREFUSED: 'the connection is refused; check the network of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function networkFailure(error: unknown): UrlFinding {
  const { cause, name, message } = error as Error & { cause?: NodeJS.ErrnoException };
  const code = cause?.code ?? name;
  const text = code === 'TimeoutError' ? `no response within ${requestTimeoutMs / 1000} seconds` : undefined;
  return { level: 'failure', text: `no response (${code}): ${notSent[code] ?? text ?? cause?.message ?? message}` };
}

/** Requests the proxy itself: Max-Forwards: 0 ends at it (RFC 9110 §7.6.2). */
async function askProxy(url: string): Promise<UrlFinding> {
  const received = await send(url, 'OPTIONS', { 'max-forwards': '0', accept: 'application/problem+json' });
  if (received.status === 200 && received.headers.get('allow') === allow)
    return { level: 'ok', text: 'the proxy responds' };
  if (isOwnFailure(received)) return ownFailure(received);
  return ofAws(received) ?? { level: 'failure', text: `something else than the proxy responds: ${received.status}` };
}

/** Requests the start page of the backend. */
async function askBackend(url: string): Promise<UrlFinding> {
  const received = await send(url, 'GET', { accept: 'application/problem+json, */*;q=0.8' });
  if (isOwnFailure(received)) return ownFailure(received);
  const fromAws = ofAws(received);
  if (fromAws !== undefined) return fromAws;
  const { status, headers } = received;
  const type = headers.get('content-type');
  const text = `the backend responds ${status}${type === null ? '' : `, ${type}`}`;
  return { level: status >= 500 ? 'failure' : 'ok', text: status >= 500 ? `${text}: look at its log` : text };
}

/** Repeats a request that fails, because new URLs and new permissions need some seconds. */
async function patiently(request: () => Promise<UrlFinding>, deadline: number): Promise<UrlFinding> {
  const finding = await request().catch(networkFailure);
  if (finding.level !== 'failure' || Date.now() + pauseMs > deadline) return finding;
  await sleep(pauseMs);
  return patiently(request, deadline);
}

/**
 * Requests the public URL of a deployment: first the proxy itself, then the backend behind it.
 *
 * @param url ends in `/`
 * @param seconds how long a failing request is repeated
 * @returns a finding for each request that was sent
 */
export async function requestPublicUrl(url: string, seconds: number): Promise<UrlFinding[]> {
  const deadline = Date.now() + seconds * 1000;
  const proxy = await patiently(() => askProxy(url), deadline);
  if (proxy.level !== 'ok') return [proxy];
  return [proxy, await askBackend(url).catch(networkFailure)];
}
