import { Logger, LogLevelThreshold } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';

/** The id of the trace in Lambda's environment variable: `Root`, or all of it where it has no parts. */
function xRayTraceId(): string | undefined {
  const trace = process.env['_X_AMZN_TRACE_ID']?.trim();
  return trace?.includes('=') ? /(?:^|;)Root=([^;=]*)/.exec(trace)?.[1] : trace;
}

/** False where a line depends on more than the invocation under way: on which of several it is of, or on a time zone. */
const isSimple = ({ AWS_LAMBDA_MAX_CONCURRENCY: concurrency, TZ: zone }: NodeJS.ProcessEnv) =>
  !concurrency && (!zone || zone.includes('UTC'));

/** Powertools' logger, with a faster way to write the line that every request has. */
export class ProxyLogger extends Logger {
  #context: Context | undefined;
  #isColdStart = false;
  /** Whether there was a key other than the id of a request. */
  #hasKeys = false;

  protected override getColdStart(): boolean {
    this.#isColdStart = super.getColdStart();
    return this.#isColdStart;
  }

  override addContext(context: Context): void {
    super.addContext(context);
    this.#context = context;
  }

  override appendKeys(attributes: Parameters<Logger['appendKeys']>[0]): void {
    super.appendKeys(attributes);
    this.#hasKeys ||= !('correlation_id' in attributes);
  }

  /**
   * Writes what `info` would write, at a fraction of the cost. For plain data alone, which needs no copy, no replacer for
   * errors and cycles, and no Console to format it.
   *
   * @param message the line's message
   * @param attributes at least one, what JSON can hold, under names that Powertools has not reserved
   */
  plain(message: string, attributes: Record<string, unknown>): void {
    const context = this.#hasKeys || !isSimple(process.env) ? undefined : this.#context;
    const start = context ? this.#start(message, context) : this.#startByPowertools(message);
    process.stdout.write(`${start},${JSON.stringify(attributes).slice(1)}\n`);
  }

  #startByPowertools(message: string): string {
    const item = this.createAndPopulateLogItem(LogLevelThreshold.INFO, message, []);
    item.prepareForPrint();
    return JSON.stringify(item.getAttributes()).slice(0, -1);
  }

  #start(message: string, context: Context): string {
    const { serviceName, sampleRateValue } = this['powertoolsLogData'];
    // As Powertools, JSON leaves out what is undefined, but not what is empty.
    const known = JSON.stringify({
      service: serviceName,
      cold_start: this.#isColdStart,
      function_arn: context.invokedFunctionArn || undefined,
      function_memory_size: context.memoryLimitInMB || undefined,
      function_name: context.functionName || undefined,
      function_request_id: context.awsRequestId || undefined,
      sampling_rate: sampleRateValue,
      xray_trace_id: xRayTraceId() || undefined,
      tenant_id: context.tenantId || undefined,
      correlation_id: this.getCorrelationId(),
    });
    const timestamp = new Date().toISOString();
    return `{"level":"INFO","message":${JSON.stringify(message)},"timestamp":"${timestamp}",${known.slice(1, -1)}`;
  }
}
