import { ProxyLogger } from './proxy-logger.ts';

/** Levels as Powertools counts them. */
const levels = { DEBUG: 8, INFO: 12, ERROR: 20 } as const;

/**
 * The one logger. Level, sampling and service name follow Powertools' environment variables.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
export const logger = new ProxyLogger({ serviceName: process.env['POWERTOOLS_SERVICE_NAME'] || 'lambda-rproxy' });

// As a Console does for its own lines: a log whose reader is gone must not end the process.
process.stdout.on('error', () => undefined);

/** True when a line of this level is written. */
export const isEnabled = (level: keyof typeof levels): boolean => logger.level <= levels[level];

/**
 * True when Powertools is at debug level by the operator's choice, so that every request is traced.
 *
 * Where Lambda's own log-level control says DEBUG, Powertools takes that as its level, although the operator may only
 * have meant to let debug lines through; POWERTOOLS_LOG_LEVEL then tells which.
 */
export const debugsEverything = (env: NodeJS.ProcessEnv = process.env): boolean =>
  isEnabled('DEBUG') &&
  (!env['AWS_LAMBDA_LOG_LEVEL'] || /^(?:DEBUG|TRACE)$/i.test(env['POWERTOOLS_LOG_LEVEL'] || 'DEBUG'));

/** False where Lambda's own log-level control drops debug lines, whatever the logger does. */
export const debugMayBeEnabled = ({ AWS_LAMBDA_LOG_LEVEL: level }: NodeJS.ProcessEnv = process.env): boolean =>
  !level || /^(?:DEBUG|TRACE)$/i.test(level);

/**
 * Switches the logger to debug for the current invocation, and says whether that took effect: below the level of
 * Lambda's own log-level control (AWS_LAMBDA_LOG_LEVEL) neither Powertools nor Lambda lets a line through.
 *
 * @returns whether debug lines are enabled, and a function that restores the level
 */
export function switchToDebug(): { enabled: boolean; restore: () => void } {
  const before = logger.getLevelName();
  logger.setLogLevel('DEBUG');
  return { enabled: isEnabled('DEBUG'), restore: () => logger.setLogLevel(before) };
}

/** Whether any invocation has set an id. With several at a time each has its own, and removing none is harmless. */
let hasCorrelated = false;

/**
 * Puts the id that a request came with on every further line of the invocation, under Powertools' own key. Without one,
 * removes what the previous invocation may have left there.
 */
export function correlate(requestId: string | undefined): void {
  if (requestId !== undefined) logger.setCorrelationId(requestId);
  else if (hasCorrelated) logger.removeKeys(['correlation_id']);
  hasCorrelated ||= requestId !== undefined;
}
