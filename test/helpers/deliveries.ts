import { afterAll, beforeAll, expect } from '@jest/globals';
import { installAwsLambda } from './aws-lambda-global.ts';
import type { TestRequest } from './events.ts';
import { handlerFor, invoke, type Outcome } from './failures.ts';
import { invokeStreamed } from './streamed-outcome.ts';
import { streamHandlerWith } from './streams.ts';

/** Puts into the global scope what Lambda's runtime puts there, for all tests of a file. */
export function useAwsLambda(): void {
  let uninstall: () => void;
  beforeAll(() => {
    uninstall = installAwsLambda();
  });
  afterAll(() => uninstall());
}

/** Sends a request through a handler. */
export type Send = (request?: TestRequest) => Promise<Outcome>;

/** Both deliveries, each with a handler of its own. The streamed one expects its response to be complete. */
export const deliveries: Readonly<
  Record<'buffered' | 'streamed', (url: string, env?: Record<string, string>) => Send>
> = {
  buffered: (url, env = {}) => {
    const handler = handlerFor(url, env);
    return (request = {}) => invoke(handler, request);
  },
  streamed: (url, env = {}) => {
    const handler = streamHandlerWith({ REMOTE_URL: url, REQUEST_TIMEOUT: '2', ...env });
    return async (request = {}) => {
      const outcome = await invokeStreamed(handler, request);
      expect(outcome.thrown).toBeUndefined();
      return outcome;
    };
  },
};
