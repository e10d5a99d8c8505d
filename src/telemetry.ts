import { Logger } from '@aws-lambda-powertools/logger';

/**
 * The one logger. Level, sampling and service name follow Powertools' environment variables.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
export const logger = new Logger({ serviceName: process.env['POWERTOOLS_SERVICE_NAME'] || 'lambda-rproxy' });

/** Levels as Powertools counts them. */
const levels = { DEBUG: 8, INFO: 12, ERROR: 20 } as const;

/** True when a line of this level is written, and so is worth making. */
export const isHeard = (level: keyof typeof levels): boolean => logger.level <= levels[level];

/**
 * True when Powertools is at debug level by the operator's choice, so that every request is traced.
 *
 * Where Lambda's own log-level control says DEBUG, Powertools takes that over as its level, although the operator may
 * only have meant to let trace lines through; POWERTOOLS_LOG_LEVEL then tells what was meant.
 */
export const debugsEverything = (env: NodeJS.ProcessEnv = process.env): boolean =>
  isHeard('DEBUG') &&
  (!env['AWS_LAMBDA_LOG_LEVEL'] || /^(?:DEBUG|TRACE)$/i.test(env['POWERTOOLS_LOG_LEVEL'] || 'DEBUG'));

/** False where Lambda's own log-level control drops what is below its level, whatever the logger does. */
export const debugMayBeHeard = ({ AWS_LAMBDA_LOG_LEVEL: level }: NodeJS.ProcessEnv = process.env): boolean =>
  !level || /^(?:DEBUG|TRACE)$/i.test(level);

/**
 * Switches the logger to debug for the invocation at hand, and says whether that took effect: below the level of
 * Lambda's own log-level control (AWS_LAMBDA_LOG_LEVEL) neither Powertools nor Lambda lets a line through.
 *
 * @returns how to switch back
 */
export function switchToDebug(): { heard: boolean; restore: () => void } {
  const before = logger.getLevelName();
  logger.setLogLevel('DEBUG');
  return { heard: isHeard('DEBUG'), restore: () => logger.setLogLevel(before) };
}

/**
 * Puts the id that its caller gave a request on every further line of the invocation, under Powertools' own key. Without
 * one it takes away what the invocation before may have left there.
 */
export function correlate(requestId: string | undefined): void {
  if (requestId === undefined) logger.removeKeys(['correlation_id']);
  else logger.setCorrelationId(requestId);
}
