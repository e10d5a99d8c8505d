import { randomUUID } from 'node:crypto';
import { totalmem } from 'node:os';
import type { Context } from 'aws-lambda';
import { withoutSecrets } from '../config/remote-url.ts';
import { noTimeLimit } from './response.ts';

/**
 * Names this deployment in a chain of proxies. A chain in which two have the same backend is a loop; all instances of one
 * deployment share the name.
 */
function identityOf(remoteUrl = ''): string {
  const backend = withoutSecrets(remoteUrl);
  // With a wrong REMOTE_URL every request gets the 500 page.
  return backend === undefined ? 'lambda-rproxy' : `lambda-rproxy:${backend}`;
}

/**
 * Makes contexts with the parts of a Lambda context that a server has too.
 *
 * @param env the environment variables
 */
export function contextMaker(env: NodeJS.ProcessEnv): () => Context {
  const megabyte = 1_048_576;
  const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
  const shared = {
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'] || 'lambda-rproxy',
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'] || '$LATEST',
    invokedFunctionArn: identityOf(env['REMOTE_URL']),
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] || String(Math.round(memory / megabyte)),
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'] || 'stdout',
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'] || 'stdout',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => noTimeLimit,
  };
  return () => ({ ...shared, awsRequestId: randomUUID() }) as Partial<Context> as Context;
}
