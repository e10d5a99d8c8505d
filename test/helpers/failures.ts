import { expect } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { eventFor, type TestRequest } from './events.ts';
import { bodyText, handlerWith, lambdaContext, type Result } from './lambda.ts';
import { type LogLine, logsOf } from './logs.ts';

/** What a client got, and what the log says of it. */
export interface Outcome {
  readonly result: Result;
  readonly lines: readonly LogLine[];
  /** Milliseconds that the invocation took. */
  readonly took: number;
}

/** A failure as the documentation tells it. */
export interface Documented {
  readonly status: 400 | 403 | 413 | 500 | 501 | 502 | 504;
  /** `error` of Proxy-Status. */
  readonly error: string;
  /** The stable code: in the log, and on the page. */
  readonly code: string;
}

/** The real handler for a backend, with a limit that a test can wait for. */
export const handlerFor = (remoteUrl: string, env: Record<string, string> = {}) =>
  handlerWith({ REMOTE_URL: remoteUrl, REQUEST_TIMEOUT: '2', ...env });

/** Invokes a handler as a browser would, and keeps its log. */
export async function invoke(
  handler: ReturnType<typeof handlerFor>,
  request: TestRequest = {},
  context: Context = lambdaContext(),
): Promise<Outcome> {
  const startedAt = performance.now();
  const event = eventFor({ ...request, headers: { accept: 'text/html', ...request.headers } });
  const { value: result, lines } = await logsOf(() => handler(event, context));
  return { result, lines, took: performance.now() - startedAt };
}

const lineOf = (lines: readonly LogLine[], message: string) => {
  const line = lines.find((candidate) => candidate.message === message);
  if (line === undefined) throw new Error(`no log line "${message}" among ${JSON.stringify(lines)}`);
  return line;
};

/** The line that tells an operator of a failure. */
export const failureLine = ({ lines }: Outcome): LogLine => lineOf(lines, 'request failed');

/** The access line. */
export const accessLine = ({ lines }: Outcome): LogLine => lineOf(lines, 'request');

/** What must never stand in an answer of the proxy's own: addresses of the backend and words of exceptions. */
const tellsOfTheBackend =
  /127\.0\.0\.1|localhost|\.invalid|224\.|ECONN|ENOTFOUND|EPROTO|EAI_|HPE_|ERR_|hang up|socket|Parse Error|TypeError|node:|\.ts\b/;

/**
 * Expects a failure in every place that tells of it: status, Proxy-Status, page, log line and access line; and expects
 * the client to learn nothing of the backend.
 */
export function expectFailure(outcome: Outcome, { status, error, code }: Documented, backendPort?: number): void {
  const { result } = outcome;
  const failure = outcome.lines.find(({ message }) => message === 'request failed');
  expect({
    status: result.statusCode,
    proxyStatus: result.headers['proxy-status'],
    cacheControl: result.headers['cache-control'],
    contentType: result.headers['content-type'],
    logged: failure?.['error'],
    access: accessLine(outcome)['error'],
  }).toMatchObject({
    status,
    proxyStatus: `lambda-rproxy; error=${error}`,
    cacheControl: 'no-store',
    contentType: 'text/html; charset=utf-8',
    logged: { type: code },
    access: { type: code },
  });
  expect(accessLine(outcome)).toMatchObject({ http: { response: { status_code: status } } });
  expect(String(failure?.['reason'])).not.toBe('');
  const shown = `${JSON.stringify(result.headers)}\n${bodyText(result)}`;
  expect(bodyText(result)).toContain('<html');
  expect(shown).not.toMatch(tellsOfTheBackend);
  if (backendPort !== undefined) expect(shown).not.toContain(`:${backendPort}`);
}

/** Expects the backend's own answer, body included. */
export function expectResponse({ result, lines }: Outcome, status: number, body: string): void {
  const failure = lines.find(({ message }) => message === 'request failed');
  expect({ status: result.statusCode, proxyStatus: result.headers['proxy-status'], failure }).toEqual({ status });
  expect(bodyText(result)).toBe(body);
}
