import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Measurements } from '../types.ts';

/**
 * CloudWatch's embedded metric format, JSON lines on stdout: no network call, no agent, no waiting.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * Every combination of dimension values is a metric of its own and is billed as one. The dimensions are the service
 * and, for errors of the backend, a code from a closed list; never a value that a client or a backend can choose.
 */
const metrics = new Metrics({
  namespace: process.env['POWERTOOLS_METRICS_NAMESPACE'] || 'lambda-rproxy',
  serviceName: process.env['POWERTOOLS_SERVICE_NAME'] || 'lambda-rproxy',
});

/**
 * Writes the metrics of one invocation. It is synchronous, so that no other invocation of the environment can
 * interleave.
 *
 * @param measurements what it adds
 * @param functionName dimension of the cold starts, as Powertools has it
 */
export function publish(measurements: Measurements, functionName: string): void {
  const { requestId, backendLatencyMs, backendError, rejected, tooLarge, retries } = measurements;
  metrics.captureColdStartMetric(functionName);
  if (backendError !== undefined) {
    metrics
      .singleMetric()
      .addMetadata('request_id', requestId)
      // The total, for an alarm, and by code.
      .addDimensions({})
      .addDimensions({ error_type: backendError })
      .addMetric('BackendErrors', MetricUnit.Count, 1);
  }
  if (backendLatencyMs !== undefined) metrics.addMetric('BackendLatency', MetricUnit.Milliseconds, backendLatencyMs);
  if (rejected) metrics.addMetric('Rejected', MetricUnit.Count, 1);
  if (tooLarge) metrics.addMetric('TooLarge', MetricUnit.Count, 1);
  if (retries > 0) metrics.addMetric('Retries', MetricUnit.Count, retries);
  if (!metrics.hasStoredMetrics()) return;
  metrics.addMetadata('request_id', requestId);
  metrics.publishStoredMetrics();
}
