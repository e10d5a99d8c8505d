import type { MiddlewareObj, Request } from '@middy/core';
import { debugQuery } from '../src/http/request/debug-query.ts';
import { debugsEverything, logger, switchToDebug } from '../src/observability/logger.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

type Step = Request<ProxyRequest, ProxyResponse, Error, ProxyContext>;
type DebugLog = typeof import('../src/observability/lazy.ts');

/**
 * The request as @middy/input-output-logger may see it: without bodies, because the package reads a streamed one into
 * memory whatever its options say.
 */
const withoutBodies = (request: Step, { shownRequest, shownResponse }: DebugLog): Request => ({
  ...request,
  event: shownRequest(request.event),
  response: request.response
    ? shownResponse(
        request.response,
        request.context.exchange.backendReport?.rawHeaders,
        request.context.config?.responseRules,
      )
    : undefined,
});

/**
 * `?trace_connection=y`: switches Powertools to debug for this one request and logs what came in, what was sent to the
 * backend, how long each phase took, and what was returned. The query is consumed.
 *
 * @middy/input-output-logger writes the first line and the last. Its hooks run for traced requests alone; why it is no
 * step of the chain itself, docs/design.md says.
 */
export function traceToggle(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  // Loaded with the first trace and not before: most requests have none.
  let debugLog: DebugLog | undefined;
  const load = async () => {
    debugLog ??= await import('../src/observability/lazy.ts');
    return debugLog;
  };

  const trace = async (request: Step, rest: string, active: boolean) => {
    request.event = { ...request.event, rawQuery: rest };
    const loaded = await load();
    const { exchange } = request.context;
    exchange.traced = true;
    // Not where the operator traces everything: the client need not be one who may see it.
    exchange.showsTiming = active;
    const { enabled, restore } = switchToDebug();
    exchange.cleanUp = restore;
    if (!enabled) {
      logger.warn('debug lines are suppressed', {
        reason: "Lambda's log-level control (AWS_LAMBDA_LOG_LEVEL) drops debug lines",
        remedy: "set the function's ApplicationLogLevel to DEBUG, and POWERTOOLS_LOG_LEVEL to INFO",
      });
    }
    // Stryker disable next-line OptionalChaining: the hook is always there, and only its type leaves that open.
    loaded.inputOutput.before?.(withoutBodies(request, loaded));
  };

  const traceToggleBefore = (request: Step) => {
    const { active, rest } = debugQuery(request.event.rawQuery, 'trace_connection', request.context.config);
    return active || debugsEverything() ? trace(request, rest, active) : undefined;
  };

  const traceToggleAfter = (request: Step) => {
    const { exchange, config } = request.context;
    if (!exchange.traced || debugLog === undefined) return;
    const loaded = debugLog;
    const { cleanUp } = exchange;
    // Time and size of a body that is still coming in are known at its end.
    exchange.cleanUp = () => {
      loaded.logBackend(exchange, config.remoteUrl.baseQuery);
      // Stryker disable next-line OptionalChaining: the hook is always there, and only its type leaves that open.
      loaded.inputOutput.after?.(withoutBodies(request, loaded));
      // Stryker disable next-line OptionalChaining: a traced request has a level to go back to.
      cleanUp?.();
    };
  };

  const traceToggleOnError = async ({ context: { exchange, config } }: Step) => {
    if (exchange.traced) (await load()).logBackend(exchange, config.remoteUrl.baseQuery);
  };
  return { before: traceToggleBefore, after: traceToggleAfter, onError: traceToggleOnError };
}
