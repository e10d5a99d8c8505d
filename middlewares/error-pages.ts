import type { MiddlewareObj, Request } from '@middy/core';
import { refusedFingerprint } from '../src/backend/connections.ts';
import { type FailureCode, failureOf, ProxyError, toProxyError } from '../src/failures.ts';
import { wirePath } from '../src/http/request/target.ts';
import { failureFields } from '../src/http/response/own-fields.ts';
import { logger } from '../src/observability/logger.ts';
import type { Splash } from '../src/pages/splash.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

type Step = Request<ProxyRequest, ProxyResponse, Error, ProxyContext>;

/** Causes by name, code and message only: got's errors carry the whole request, credentials included. */
function causesOf(error: unknown): { name: string; code: string | undefined; message: string }[] {
  const causes = [];
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    causes.push({ name: cause.name, message: cause.message, code });
  }
  return causes;
}

/** What would let a refused certificate pass, for an operator who knows that it is the right one. */
function remedyFor(failure: ProxyError): string | undefined {
  if (failure.code !== 'tls_certificate') return failure.remedy;
  const fingerprint = refusedFingerprint(failure.cause);
  const pin = fingerprint === undefined ? '' : `REMOTE_TLS=sha256:${fingerprint} accepts this certificate alone, `;
  return `${pin}REMOTE_CA trusts its authority, REMOTE_TLS=insecure accepts any`;
}

function log(failure: ProxyError): void {
  const { cause, code, reason } = failure;
  const { status, fault } = failureOf(code);
  const isBug = code === 'internal_error' && cause instanceof Error;
  const details = {
    error: { type: code, ...(isBug ? { stack: cause.stack } : {}) },
    reason,
    remedy: remedyFor(failure),
    causes: causesOf(cause),
    proxy: { fault },
  };
  if (status >= 500) logger.error('request failed', details);
  else logger.warn('request refused', details);
}

/** Refusals that a link to the backend would lead around. */
const refusals: ReadonlySet<FailureCode> = new Set(['path_filtered', 'client_not_allowed', 'front_bypassed']);

/**
 * The same path on the backend, for an operator who wants it shown. None for a path that is no path, which could name
 * another host, and none where the link would lead around a refusal.
 */
function targetLink({ event, context: { config } }: Step, code: FailureCode): string | undefined {
  if (!config?.showTargetLink || !event.rawPath.startsWith('/') || refusals.has(code)) return undefined;
  const { protocol, authority, basePath } = config.remoteUrl;
  return `${protocol}//${authority}${basePath}${wirePath(event.rawPath)}`;
}

/** What a page may say: nothing that the client sent, and nothing of the backend unless the operator wants it. */
function splashOf(request: Step, { code }: ProxyError): Splash {
  const { config, awsRequestId } = request.context;
  return {
    code,
    method: request.event.method,
    requestId: awsRequestId,
    time: new Date(),
    appName: config?.appName,
    generalError: config?.generalError,
    filteredUrlMessage: config?.filteredUrlMessage,
    branding: config?.branding,
    targetLink: targetLink(request, code),
  };
}

/**
 * Makes the answer to a failure, or the error of which @middy/http-error-handler makes it. Pages and languages are loaded
 * now and not before: a function that never fails never pays for them.
 */
async function response(request: Step, failure: ProxyError): Promise<void> {
  const { failureResponse } = await import('../src/pages/lazy.ts');
  const { code, reason, statusCode } = failure;
  const { method, headers: received } = request.event;
  const { representation, contentType, body, fields } = await failureResponse(splashOf(request, failure), received);
  const headers = { ...failureFields(code, contentType), ...fields, ...failure.headers };
  const content = method === 'HEAD' ? '' : body;
  if (representation === 'text') request.error = new ProxyError(code, { reason, message: content, headers });
  else request.response = { statusCode, headers, body: content };
}

/**
 * Turns whatever was thrown into a log line and an answer: a page for those who prefer HTML, problem details
 * (RFC 9457) for those who prefer JSON. For anybody else it prepares the error and leaves the answer to
 * @middy/http-error-handler.
 */
export function errorPages(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const errorPagesOnError = async (request: Step) => {
    const failure = toProxyError(request.error);
    log(failure);
    const { exchange } = request.context;
    exchange.failure = failure.code;
    // Nothing of the backend's body goes out.
    exchange.responseBytes = 0;
    try {
      await response(request, failure);
    } catch (error) {
      // Middy would make the failure the cause of this error, and so it would pass for the failure.
      throw new ProxyError('internal_error', { reason: 'the answer to a failure could not be made', cause: error });
    }
  };
  return { onError: errorPagesOnError };
}
