import type { FailureCode, Fault } from '../../failures.ts';

/** Every word on the pages for failures, in one language. A language that lacks one does not compile. */
export interface Messages {
  /** BCP 47 tag of the language. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  /** What ends a title that another sentence follows. */
  readonly stop: string;
  /** What GENERAL_ERROR and FILTERED_URL_MSG say while the operator has said nothing. */
  readonly defaults: { readonly generalError: string; readonly filteredUrlMessage: string };
  /** What the picture of the way shows, for those who hear it. */
  readonly way: string;
  readonly you: string;
  readonly proxy: string;
  readonly site: string;
  readonly works: string;
  readonly notReached: string;
  /** The mark at the station where it fails. */
  readonly fails: Readonly<Record<Fault, string>>;
  /** Whose side it is on, in a sentence. */
  readonly side: Readonly<Record<Fault, string>>;
  readonly whatToDo: string;
  readonly tryAgain: string;
  /** In place of `tryAgain` behind a request that may have changed something. */
  readonly notRepeated: string;
  readonly openTarget: string;
  readonly toQuote: string;
  readonly failureCode: string;
  readonly requestId: string;
  readonly time: string;
  readonly waiting: {
    readonly explained: string;
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
