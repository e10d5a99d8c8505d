/**
 * What few requests need of the log, as one lazy chunk of the bundle: several chunks would share more code with the
 * entry, which every cold start reads.
 */
export { logBackend, shownRequest, shownResponse } from './debug-log.ts';
export { logFailure } from './failure-log.ts';
export { inputOutput } from './input-output.ts';
export { withServerTiming } from './server-timing.ts';
export { warnOfTrouble } from './trouble.ts';
