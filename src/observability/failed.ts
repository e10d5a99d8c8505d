/** What the log needs of a request that failed, as one lazy chunk of the bundle. */
export { logFailedExchange } from './debug-log.ts';
export { explain } from './failure-words.ts';
