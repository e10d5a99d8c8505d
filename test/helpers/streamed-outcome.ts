import { expect } from '@jest/globals';
import type { TestRequest } from './events.ts';
import type { Outcome } from './failures.ts';
import { logsOf } from './logs.ts';
import { startStream, type streamHandlerWith } from './streams.ts';
import { streamedResult } from './ways.ts';

/** What a client got as a stream, and what the log says of it. */
export interface StreamedOutcome extends Outcome {
  /** What the handler threw. */
  readonly thrown: unknown;
}

/** Invokes the streaming handler as a browser would, and keeps its log. Needs `awslambda` in the global scope. */
export async function invokeStreamed(
  handler: ReturnType<typeof streamHandlerWith>,
  request: TestRequest = {},
): Promise<StreamedOutcome> {
  const startedAt = performance.now();
  const { value, lines } = await logsOf(async () => {
    const { out, over } = startStream(handler, { ...request, headers: { accept: 'text/html', ...request.headers } });
    const thrown = await over;
    expect(out.killed).toBe(false);
    return { result: streamedResult(out), thrown };
  });
  return { ...value, lines, took: performance.now() - startedAt };
}
