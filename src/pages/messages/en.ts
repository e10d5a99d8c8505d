import { type FailureCode, failures } from '../../errors.ts';

/** Every word on the proxy's pages, in one language. */
export interface Messages {
  /** BCP 47 tag of the language. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly you: string;
  readonly proxy: string;
  readonly backend: string;
  readonly works: string;
  readonly fails: string;
  readonly notReached: string;
  readonly tryAgain: string;
  readonly openTarget: string;
  readonly failureCode: string;
  readonly requestId: string;
  readonly time: string;
  readonly failures: Readonly<Record<FailureCode, { readonly title: string; readonly advice: string }>>;
}

/** English, whose failure texts are the failure table's own. */
export const en: Messages = {
  lang: 'en',
  dir: 'ltr',
  you: 'You',
  proxy: 'Gateway',
  backend: 'Site',
  works: 'works',
  fails: 'problem here',
  notReached: 'not reached',
  tryAgain: 'Try again',
  openTarget: 'Open this page on the target system',
  failureCode: 'Failure code',
  requestId: 'Request id',
  time: 'Time (UTC)',
  failures,
};
