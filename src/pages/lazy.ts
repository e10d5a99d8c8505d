/**
 * Everything that makes a page, behind one door: what is imported dynamically from here is one chunk of the bundle, and
 * shares fewer small ones with what every cold start reads than two would.
 */
export { dumpResponse } from './dump-response.ts';
export { failureResponse } from './failure.ts';
