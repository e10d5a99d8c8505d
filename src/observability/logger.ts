import { Logger } from '@aws-lambda-powertools/logger';

/** Levels as Powertools counts them. */
const levels = { DEBUG: 8, INFO: 12, ERROR: 20 } as const;

/** Powertools' logger, with a shorter way for the line that every request writes. */
class ProxyLogger extends Logger {
  /**
   * Writes what `info` would write. It is for plain data alone, which needs no copy, no replacer for errors and cycles,
   * and no Console to format it: a third of what the line costs.
   *
   * @param message the line's message
   * @param attributes what JSON can hold, under names that Powertools has not reserved
   */
  plain(message: string, attributes: Record<string, unknown>): void {
    const item = this.createAndPopulateLogItem(levels.INFO, message, []);
    item.prepareForPrint();
    process.stdout.write(`${JSON.stringify({ ...item.getAttributes(), ...attributes })}\n`);
  }
}

/**
 * The one logger. Level, sampling and service name follow Powertools' environment variables.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
export const logger = new ProxyLogger({ serviceName: process.env['POWERTOOLS_SERVICE_NAME'] || 'lambda-rproxy' });

// A Console would do so for its own lines: a log that nobody reads any more must not end the process.
process.stdout.on('error', () => undefined);

/** True when a line of this level is written, and so is worth making. */
export const isEnabled = (level: keyof typeof levels): boolean => logger.level <= levels[level];

/**
 * True when Powertools is at debug level by the operator's choice, so that every request is traced.
 *
 * Where Lambda's own log-level control says DEBUG, Powertools takes that over as its level, although the operator may
 * only have meant to let trace lines through; POWERTOOLS_LOG_LEVEL then tells what was meant.
 */
export const debugsEverything = (env: NodeJS.ProcessEnv = process.env): boolean =>
  isEnabled('DEBUG') &&
  (!env['AWS_LAMBDA_LOG_LEVEL'] || /^(?:DEBUG|TRACE)$/i.test(env['POWERTOOLS_LOG_LEVEL'] || 'DEBUG'));

/** False where Lambda's own log-level control drops what is below its level, whatever the logger does. */
export const debugMayBeEnabled = ({ AWS_LAMBDA_LOG_LEVEL: level }: NodeJS.ProcessEnv = process.env): boolean =>
  !level || /^(?:DEBUG|TRACE)$/i.test(level);

/**
 * Switches the logger to debug for the invocation at hand, and says whether that took effect: below the level of
 * Lambda's own log-level control (AWS_LAMBDA_LOG_LEVEL) neither Powertools nor Lambda lets a line through.
 *
 * @returns how to switch back
 */
export function switchToDebug(): { enabled: boolean; restore: () => void } {
  const before = logger.getLevelName();
  logger.setLogLevel('DEBUG');
  return { enabled: isEnabled('DEBUG'), restore: () => logger.setLogLevel(before) };
}

/** Whether any invocation has left an id. With several at a time each keeps its own, and taking none away is no harm. */
let hasCorrelated = false;

/**
 * Puts the id that its caller gave a request on every further line of the invocation, under Powertools' own key. Without
 * one it takes away what the invocation before may have left there.
 */
export function correlate(requestId: string | undefined): void {
  if (requestId !== undefined) logger.setCorrelationId(requestId);
  else if (hasCorrelated) logger.removeKeys(['correlation_id']);
  hasCorrelated ||= requestId !== undefined;
}
