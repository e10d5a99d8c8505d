/**
 * All pages, as one lazy chunk of the bundle: two chunks would share more code with the entry, which every cold start
 * reads.
 */
export { dumpResponse } from './dump-response.ts';
export { failureResponse } from './failure.ts';
export { logInPage, logOutPage } from './log-in-page.ts';
