import { failureOf } from '../failures.ts';
import type { Exchange, Measurements, ProxyContext } from '../types.ts';
import { firstByteMs } from './access-log.ts';

let loading: Promise<typeof import('./emf.ts')> | undefined;

/** Statuses of a backend that are told apart; any other server error is `5xx`. */
const namedStatuses: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** What a failed exchange is counted under: our failure code, or the status of the backend's own answer. */
function backendErrorOf({ failure, backendReport }: Exchange): string | undefined {
  if (failure !== undefined) return failureOf(failure).fault === 'backend' ? failure : undefined;
  const status = backendReport?.statusCode ?? 0;
  if (status < 500) return undefined;
  return namedStatuses.has(status) ? String(status) : '5xx';
}

/**
 * What one invocation adds to the metrics.
 *
 * @param exchange what it turned into, its ending included
 */
export function measurementsOf(exchange: Exchange): Measurements {
  const { failure, backendReport, requestId } = exchange;
  return {
    requestId,
    backendLatencyMs: firstByteMs(exchange),
    backendError: backendErrorOf(exchange),
    rejected: failure !== undefined && failureOf(failure).fault === 'client',
    tooLarge: failure === 'response_too_large',
    retries: (backendReport?.attempts ?? 1) - 1,
  };
}

/**
 * Publishes them to CloudWatch where METRICS is on. What writes them is loaded by the first request that needs it, and
 * where it is off never.
 *
 * @param exchange what the invocation turned into, its ending included
 * @param context without settings for an event that never reached them, and then there are no metrics
 */
export async function publishMetrics(
  exchange: Exchange,
  { config, functionName }: Pick<ProxyContext, 'functionName'> & Partial<Pick<ProxyContext, 'config'>>,
): Promise<void> {
  if (!config?.metrics) return;
  loading ??= import('./emf.ts');
  const { publish } = await loading;
  publish(measurementsOf(exchange), functionName);
}
