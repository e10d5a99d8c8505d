import { randomUUID } from 'node:crypto';
import { InvokeStore, InvokeStoreBase } from '@aws/lambda-invoke-store';
import type { Context } from 'aws-lambda';
import type { Invoke } from './invocation.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** The function's timeout in milliseconds. */
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
 * Returns a function that runs invocations in this process as Lambda Managed Instances do: many at once, each in its
 * own async context, so that log keys and log level of one invocation never affect the lines of another. Set
 * AWS_LAMBDA_MAX_CONCURRENCY before the handler is loaded.
 */
export async function withContext(): Promise<<Result>(run: (context: Context) => Promise<Result>) => Promise<Result>> {
  const store = await InvokeStore.getInstanceAsync(true);
  return (run) => {
    const requestId = randomUUID();
    return store.run({ [InvokeStoreBase.PROTECTED_KEYS.REQUEST_ID]: requestId }, () => run(contextFor(requestId)));
  };
}

/**
 * Returns a function that invokes a handler in this process.
 *
 * @param handler the function's entry
 */
export async function localInvoke(handler: Handler): Promise<Invoke> {
  const invoke = await withContext();
  return (event) => invoke((context) => handler(event, context));
}
