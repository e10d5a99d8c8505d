import { failures } from '../../failures.ts';
import type { Messages } from './messages.ts';

/** English, whose failure texts are the failure table's own. */
export const en: Messages = {
  lang: 'en',
  dir: 'ltr',
  stop: '. ',
  defaults: { generalError: 'AWS Lambda Error', filteredUrlMessage: 'Filtered URL.' },
  way: 'The way of your request',
  you: 'You',
  proxy: 'Proxy',
  site: 'Site',
  works: 'works',
  notReached: 'not asked',
  fails: { client: 'not accepted', proxy: 'problem here', backend: 'problem here' },
  side: {
    client: 'Your request reached the proxy, which did not pass it on.',
    proxy: 'Your request arrived. The trouble is with the proxy, not with you.',
    backend: 'Your request arrived. The trouble is with the site behind the proxy, not with you.',
  },
  whatToDo: 'What you can do',
  tryAgain: 'Try again',
  notRepeated: 'What you sent may not have arrived. Go back and check before you send it again.',
  openTarget: 'Open this page on the target system',
  toQuote: 'When you ask for help, quote this',
  failureCode: 'Failure code',
  requestId: 'Request id',
  time: 'Time (UTC)',
  waiting: {
    explained: 'This page checks by itself whether the site is back, and opens it then.',
    checking: 'Checking …',
    next: 'Next check in # s',
    pause: 'Pause',
    resume: 'Resume',
    paused: 'Checking is paused.',
    back: 'The site answers. Opening it now.',
  },
  failures,
};
