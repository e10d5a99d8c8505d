import inputOutputLogger from '@middy/input-output-logger';
import { logger } from './logger.ts';

/** The hooks that write the first line of a trace and the last, each with the time at which it happened. */
export const inputOutput = inputOutputLogger({
  logger: (entry) => {
    const part = entry as Record<string, unknown>;
    const message = 'event' in part ? 'trace: request received' : 'trace: response returned';
    logger.debug(message, { at: new Date().toISOString(), ...part });
  },
});
