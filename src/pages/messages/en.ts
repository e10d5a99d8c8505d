import { failures } from '../../failures.ts';
import type { Messages } from './messages.ts';

/** English; its failure texts are those of the failure table. */
export const en: Messages = {
  lang: 'en',
  dir: 'ltr',
  stop: '. ',
  defaults: { generalError: 'AWS Lambda Error', filteredUrlMessage: 'Filtered URL.' },
  way: 'The route of your request',
  you: 'You',
  proxy: 'Proxy',
  site: 'Site',
  works: 'works',
  notReached: 'not contacted',
  fails: { client: 'not accepted', proxy: 'problem here', backend: 'problem here' },
  side: {
    client: 'Your request reached the proxy, which did not forward it.',
    proxy: 'Your request arrived. The problem is in the proxy, not on your side.',
    backend: 'Your request arrived. The problem is in the site behind the proxy, not on your side.',
  },
  whatToDo: 'What you can do',
  tryAgain: 'Try again',
  notRepeated: 'What you sent may not have arrived. Go back and check before you send it again.',
  openTarget: 'Open this page on the site itself',
  links: { start: 'Go to the start page', status: 'See the state of the site', support: 'Get help' },
  copy: { button: 'Copy', done: 'Copied.' },
  maintenance: {
    text: 'This site is closed for maintenance.',
    side: 'Your request arrived. The people who run this site have closed it for a while.',
    site: 'closed for now',
  },
  toQuote: 'Quote this when you ask for help',
  failureCode: 'Failure code',
  requestId: 'Request id',
  time: 'Time (UTC)',
  waiting: {
    explained: 'This page checks by itself whether the site is back, and opens it then.',
    waking: 'The site is asleep. This page wakes it, and opens it as soon as it responds.',
    checking: 'Checking …',
    next: 'Next check in # s',
    pause: 'Pause',
    resume: 'Resume',
    paused: 'Checking is paused.',
    back: 'The site is back. Opening it now.',
  },
  failures,
};
