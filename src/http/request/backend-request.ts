import type { Config } from '../../config/config.ts';
import { ProxyError } from '../../failures.ts';
import type { BackendRequest, Exchange, ProxyContext, ProxyRequest } from '../../types.ts';
import { newFields } from '../fields.ts';
import { isToken } from '../grammar.ts';
import { type HeaderSource, headerSteps } from './header-steps.ts';
import { pseudonym as pseudonymOf, refuseLoop } from './loops.ts';
import { allow } from './max-forwards.ts';
import { targetFor } from './target.ts';
import { refuseWebSocket } from './web-socket.ts';

/** Methods that are no use through a gateway: one echoes credentials, the other opens a tunnel (RFC 9110 §9.3.6, §9.3.8). */
const refusedMethods = new Set(['TRACE', 'CONNECT']);

function checkMethod(method: string): void {
  if (!isToken(method)) throw new ProxyError('bad_request', { reason: 'the method is not a token' });
  // Node writes every method in upper case.
  if (!refusedMethods.has(method.toUpperCase())) return;
  throw new ProxyError('method_not_allowed', { reason: `${method} is not passed on`, headers: { allow } });
}

/** A request for the backend, and what its header fields were made from, with which the dump page explains them. */
interface BuiltRequest {
  readonly backendRequest: BackendRequest;
  readonly headerSource: HeaderSource;
}

/**
 * Builds the request for the backend from a client's request. Pure, so that the dump page can show it without sending.
 *
 * @param request as decoded from the event
 * @param config the settings
 * @param pseudonym this deployment's name in Via and CDN-Loop
 * @param options.keepsCodings whether a content coding of the response reaches the client
 * @param options.requestId what the backend is told as X-Request-Id
 * @param options.logIn credentials of the log-in cookie (BASIC_LOGIN)
 * @throws {ProxyError} `bad_request` (illegal path, method or header), `method_not_allowed`, `loop_detected`,
 *   `websocket_unsupported`
 */
export function buildBackendRequest(
  request: ProxyRequest,
  config: Config,
  pseudonym: string,
  {
    keepsCodings = true,
    requestId,
    logIn,
  }: { keepsCodings?: boolean; requestId?: string; logIn?: Exchange['logIn'] } = {},
): BuiltRequest {
  const { method } = request;
  checkMethod(method);
  refuseWebSocket(request);
  refuseLoop(request.headers, pseudonym);
  // RFC 9110 §9.3.2: content in a HEAD request has no meaning, and got does not send any.
  const body = method === 'HEAD' ? Buffer.alloc(0) : request.body;
  const headers = newFields();
  const headerSource = { request, config, pseudonym, keepsCodings, requestId, logIn, body };
  for (const { write } of headerSteps) write(headers, headerSource);
  const target = targetFor(config.remoteUrl, request.rawPath, request.rawQuery);
  return { backendRequest: { method, target, headers, body }, headerSource };
}

/**
 * Builds the request for the backend as the core sends it and as the dump page shows it.
 *
 * @param request as decoded from the event
 * @param context of the invocation
 * @throws {ProxyError} as {@link buildBackendRequest} does
 */
export const backendRequestFor = (
  request: ProxyRequest,
  {
    config,
    capacity,
    exchange,
    invokedFunctionArn,
  }: Pick<ProxyContext, 'config' | 'capacity' | 'exchange' | 'invokedFunctionArn'>,
): BuiltRequest =>
  buildBackendRequest(request, config, pseudonymOf(invokedFunctionArn), {
    keepsCodings: capacity.keepsCodings,
    requestId: exchange.requestId,
    logIn: exchange.logIn,
  });
