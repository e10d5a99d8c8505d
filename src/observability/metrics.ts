import { failureOf } from '../failures.ts';
import type { Exchange, Measurements } from '../types.ts';

let loading: Promise<typeof import('./emf.ts')> | undefined;

/** Statuses of a backend that are told apart; any other server error is `5xx`. */
const namedStatuses: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** What a failed exchange is counted under: the failure code, or the status of the backend's own response. */
function backendErrorOf({ failure, backendReport }: Exchange): string | undefined {
  if (failure !== undefined) return failureOf(failure).fault === 'backend' ? failure : undefined;
  const status = backendReport?.statusCode ?? 0;
  if (status < 500) return undefined;
  return namedStatuses.has(status) ? String(status) : '5xx';
}

/**
 * Measures what one invocation adds to the metrics.
 *
 * @param exchange the record of the request, its ending included
 */
export function measurementsOf(exchange: Exchange): Measurements {
  const { failure, backendReport, requestId } = exchange;
  const { fault, status } = failure === undefined ? {} : failureOf(failure);
  return {
    requestId,
    backendLatencyMs: exchange.backendReport?.timings?.phases.firstByte,
    backendError: backendErrorOf(exchange),
    rejected: fault === 'client',
    tooLarge: fault === 'backend' && status === 413,
    retries: (backendReport?.attempts ?? 1) - 1,
  };
}

/**
 * Publishes the metrics of one invocation to CloudWatch where METRICS is on. The first request that needs it loads what
 * writes them.
 *
 * @param exchange the record of the request, its ending included; without settings there are no metrics
 * @param functionName dimension of the cold starts
 */
export async function publishMetrics(exchange: Exchange, functionName: string): Promise<void> {
  if (!exchange.config?.metrics) return;
  loading ??= import('./emf.ts');
  const { publish } = await loading;
  publish(measurementsOf(exchange), functionName);
}
