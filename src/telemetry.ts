import { Logger } from '@aws-lambda-powertools/logger';

/**
 * The one logger. Level, sampling and service name follow Powertools' environment variables.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
export const logger = new Logger({ serviceName: process.env['POWERTOOLS_SERVICE_NAME'] || 'lambda-rproxy' });

const debugLevel = 8;

/**
 * True when Powertools is at debug level by the operator's choice, so that every request is traced.
 *
 * Where Lambda's own log-level control says DEBUG, Powertools takes that over as its level, although the operator may
 * only have meant to let trace lines through; POWERTOOLS_LOG_LEVEL then tells what was meant.
 */
export const debugsEverything = (env: NodeJS.ProcessEnv = process.env): boolean =>
  logger.level <= debugLevel &&
  (!env['AWS_LAMBDA_LOG_LEVEL'] || /^(?:DEBUG|TRACE)$/i.test(env['POWERTOOLS_LOG_LEVEL'] || 'DEBUG'));

/**
 * Switches the logger to debug for the invocation at hand, and says whether that took effect: below the level of
 * Lambda's own log-level control (AWS_LAMBDA_LOG_LEVEL) neither Powertools nor Lambda lets a line through.
 *
 * @returns how to switch back
 */
export function switchToDebug(): { heard: boolean; restore: () => void } {
  const before = logger.getLevelName();
  logger.setLogLevel('DEBUG');
  return { heard: logger.level <= debugLevel, restore: () => logger.setLogLevel(before) };
}
