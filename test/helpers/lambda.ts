import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { buffered } from '../../src/delivery/buffered.ts';
import { createProxy } from '../../src/proxy.ts';

/** ARN of the function in tests; its account id must never show up anywhere. */
export const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:rproxy';

/** A Lambda context as the runtime makes it, with so many milliseconds left. */
export const lambdaContext = (remainingMs = 30_000, awsRequestId: string = randomUUID()): Context => {
  const deadline = Date.now() + remainingMs;
  return {
    awsRequestId,
    functionName: 'rproxy',
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/rproxy',
    logStreamName: '2026/11/22/[$LATEST]abcdef',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  } as Context;
};

/** What both sources of payload format 2.0 return. */
export interface Result {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The body's bytes, whichever way they were handed over. */
export const bodyBytes = ({ body, isBase64Encoded }: Result): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** The body as text. */
export const bodyText = (result: Result): string => bodyBytes(result).toString('utf8');

/** The real handler with settings of its own, as `src/index.ts` makes it. */
export function handlerWith(env: Record<string, string>): (event: unknown, context?: Context) => Promise<Result> {
  const handler = buffered(createProxy(env));
  return async (event, context = lambdaContext()) => (await handler(event, context)) as Result;
}
