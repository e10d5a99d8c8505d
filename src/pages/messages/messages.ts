import type { FailureCode, Fault } from '../../failures.ts';

/** Every text of the failure pages in one language. A language without one of them does not compile. */
export interface Messages {
  /** BCP 47 tag of the language. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  /** Ends a title that is followed by another sentence. */
  readonly stop: string;
  /** GENERAL_ERROR and FILTERED_URL_MSG where the operator has not set them. */
  readonly defaults: { readonly generalError: string; readonly filteredUrlMessage: string };
  /** Label of the route picture, for screen readers. */
  readonly way: string;
  readonly you: string;
  readonly proxy: string;
  readonly site: string;
  readonly works: string;
  readonly notReached: string;
  /** Text at the station where the request failed. */
  readonly fails: Readonly<Record<Fault, string>>;
  /** Says which side the problem is on. */
  readonly side: Readonly<Record<Fault, string>>;
  readonly whatToDo: string;
  readonly tryAgain: string;
  /** Replaces `tryAgain` after a request that may have changed something. */
  readonly notRepeated: string;
  readonly openTarget: string;
  /** Labels of the links to the start page, to STATUS_URL and to SUPPORT_URL. */
  readonly links: { readonly start: string; readonly status: string; readonly support: string };
  /** Button that copies what to quote, and the word when that is done. */
  readonly copy: { readonly button: string; readonly done: string };
  /** MAINTENANCE without a text, the side that replaces `side`, and the text at the site's station. */
  readonly maintenance: { readonly text: string; readonly side: string; readonly site: string };
  readonly toQuote: string;
  readonly failureCode: string;
  readonly requestId: string;
  readonly time: string;
  readonly waiting: {
    readonly explained: string;
    /** Replaces `explained` where the page wakes the backend. */
    readonly waking: string;
    readonly checking: string;
    /** `#` stands for the seconds. */
    readonly next: string;
    readonly pause: string;
    readonly resume: string;
    readonly paused: string;
    readonly back: string;
  };
  readonly failures: Readonly<Record<FailureCode, { readonly title: string; readonly advice: string }>>;
}
