import type { MiddlewareObj, Request } from '@middy/core';
import inputOutputLogger from '@middy/input-output-logger';
import { toProxyError } from '../src/failures.ts';
import { debugQuery } from '../src/http/request/debug-query.ts';
import { debugsEverything, logger, switchToDebug } from '../src/observability/logger.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

type Step = Request<ProxyRequest, ProxyResponse, Error, ProxyContext>;
type DebugLog = typeof import('../src/observability/debug-log.ts');

const inputOutput = inputOutputLogger({
  logger: (entry) => {
    const part = entry as Record<string, unknown>;
    logger.debug('event' in part ? 'trace: request received' : 'trace: response returned', part);
  },
});

/** @middy/input-output-logger reads a streamed body into memory, so it is shown a request without one. */
const shown = (request: Step, { shownRequest, shownResponse }: DebugLog) => ({
  ...request,
  event: shownRequest(request.event),
  response: request.response ? shownResponse(request.response) : undefined,
});

/**
 * `?trace_connection=y`: switches Powertools to debug for this one request and logs what came in, what went out, how
 * long each phase with the backend took, and what went back. The query is consumed. The same, as far as it came, for a
 * request that fails by no fault of its client.
 */
export function traceToggle(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  // Loaded with the first trace and not before: most requests have none.
  let debugLog: DebugLog | undefined;
  const load = async () => {
    debugLog ??= await import('../src/observability/debug-log.ts');
    return debugLog;
  };

  const traceToggleBefore = async (request: Step) => {
    const { active, rest } = debugQuery(request.event.rawQuery, 'trace_connection', request.context.config);
    if (!active && !debugsEverything()) return;
    request.event = { ...request.event, rawQuery: rest };
    const loaded = await load();
    request.context.exchange.traced = true;
    const { enabled, restore } = switchToDebug();
    request.context.exchange.cleanUp = restore;
    if (!enabled) {
      logger.warn('trace cannot be heard', {
        reason: "Lambda's log-level control (AWS_LAMBDA_LOG_LEVEL) drops debug lines",
        remedy: "set the function's ApplicationLogLevel to DEBUG, and POWERTOOLS_LOG_LEVEL to INFO",
      });
    }
    // Stryker disable next-line OptionalChaining: the hook is always there, and only its type leaves that open.
    inputOutput.before?.(shown(request, loaded) as never);
  };

  const traceToggleAfter = (request: Step) => {
    const { exchange, config } = request.context;
    if (!exchange.traced || debugLog === undefined) return;
    const loaded = debugLog;
    const { cleanUp } = exchange;
    // Of a body that is still coming in, time and size are known at its end.
    exchange.cleanUp = () => {
      loaded.logBackend(exchange, config.remoteUrl.baseQuery);
      // Stryker disable next-line OptionalChaining: the hook is always there, and only its type leaves that open.
      inputOutput.after?.(shown(request, loaded) as never);
      // Stryker disable next-line OptionalChaining: whoever is traced has a level to go back to.
      cleanUp?.();
    };
  };

  const traceToggleOnError = async (request: Step) => {
    const { exchange, config } = request.context;
    if (exchange.traced) (await load()).logBackend(exchange, config.remoteUrl.baseQuery);
    else if (toProxyError(request.error).statusCode >= 500) (await load()).logFailedExchange(exchange);
  };
  return { before: traceToggleBefore, after: traceToggleAfter, onError: traceToggleOnError };
}
