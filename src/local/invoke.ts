import { randomUUID } from 'node:crypto';
import { InvokeStore, InvokeStoreBase } from '@aws/lambda-invoke-store';
import type { Context } from 'aws-lambda';
import type { Invoke } from './server.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** Time in milliseconds that the function may take, as if configured so in Lambda. */
const timeoutMs = 40_000;

const contextFor = (awsRequestId: string): Context =>
  ({
    awsRequestId,
    functionName: 'lambda-rproxy-local',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:lambda-rproxy-local',
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/lambda-rproxy-local',
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: (
      (deadline) => () =>
        Math.max(0, deadline - Date.now())
    )(Date.now() + timeoutMs),
  }) as Partial<Context> as Context;

/**
 * Runs invocations in this process as Lambda Managed Instances do: many at once, each in an async context of its own, so
 * that log keys and log level of one never show on the lines of another. Set AWS_LAMBDA_MAX_CONCURRENCY before the
 * handler is loaded.
 */
export async function withContext(): Promise<<Result>(run: (context: Context) => Promise<Result>) => Promise<Result>> {
  const store = await InvokeStore.getInstanceAsync(true);
  return (run) => {
    const requestId = randomUUID();
    return store.run({ [InvokeStoreBase.PROTECTED_KEYS.REQUEST_ID]: requestId }, () => run(contextFor(requestId)));
  };
}

/**
 * Invokes a handler in this process.
 *
 * @param handler the function's entry
 */
export async function localInvoke(handler: Handler): Promise<Invoke> {
  const invoke = await withContext();
  return (event) => invoke((context) => handler(event, context));
}
