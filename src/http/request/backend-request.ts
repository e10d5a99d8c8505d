import type { Config } from '../../config/config.ts';
import { ProxyError } from '../../failures.ts';
import type { BackendRequest, HeaderFields, ProxyRequest } from '../../types.ts';
import { isToken } from '../grammar.ts';
import { headerSteps } from './header-steps.ts';
import { refuseLoop } from './loops.ts';
import { allow } from './max-forwards.ts';
import { targetFor } from './target.ts';

/** Methods that are no use through a gateway: one echoes credentials, the other opens a tunnel (RFC 9110 §9.3.6, §9.3.8). */
const refusedMethods = new Set(['TRACE', 'CONNECT']);

function checkMethod(method: string): void {
  if (!isToken(method)) throw new ProxyError('bad_request', { reason: 'the method is not a token' });
  // Node writes every method in upper case.
  if (!refusedMethods.has(method.toUpperCase())) return;
  throw new ProxyError('method_not_allowed', { reason: `${method} is not passed on`, headers: { allow } });
}

/**
 * What a client's request becomes on its way to the backend. Pure, so that the dump page can show it without sending.
 *
 * @param request as decoded from the event
 * @param config the settings
 * @param pseudonym this deployment's name in Via and CDN-Loop
 * @param options.keepsCodings whether a content coding of the answer reaches the client
 * @param options.requestId what the backend is told as X-Request-Id
 * @throws {ProxyError} `bad_request` (illegal path, method or header), `method_not_allowed`, `loop_detected`
 */
export function buildBackendRequest(
  request: ProxyRequest,
  config: Config,
  pseudonym: string,
  { keepsCodings = true, requestId }: { keepsCodings?: boolean; requestId?: string } = {},
): BackendRequest {
  const { method } = request;
  checkMethod(method);
  refuseLoop(request.headers, pseudonym);
  // RFC 9110 §9.3.2: content in a HEAD request has no meaning, and got does not send any.
  const body = method === 'HEAD' ? Buffer.alloc(0) : request.body;
  const headers: HeaderFields = Object.create(null);
  const headerSource = { request, config, pseudonym, keepsCodings, requestId, body };
  for (const { write } of headerSteps) write(headers, headerSource);
  return { method, target: targetFor(config.remoteUrl, request.rawPath, request.rawQuery), headers, body };
}
