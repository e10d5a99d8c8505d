import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { totalmem } from 'node:os';
import type { Context } from 'aws-lambda';
import { withoutSecrets } from '../config/remote-url.ts';
import type { FrontDoor } from './front-door.ts';
import { noTimeLimit } from './response.ts';

/**
 * Names this deployment in a chain of proxies. A chain in which two have the same backend is a loop; all instances of one
 * deployment share the name.
 */
function identityOf(remoteUrl = ''): string {
  const backend = withoutSecrets(remoteUrl);
  return backend === undefined ? 'lambda-rproxy' : `lambda-rproxy:${backend}`;
}

/**
 * Makes contexts with the parts of a Lambda context that a server has too.
 *
 * @param env the environment variables
 * @param frontDoor may name the function and the request
 */
export function contextMaker(env: NodeJS.ProcessEnv, frontDoor: FrontDoor): (message: IncomingMessage) => Context {
  const megabyte = 1_048_576;
  const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
  const shared = {
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'] || '$LATEST',
    invokedFunctionArn: identityOf(env['REMOTE_URL']),
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] || String(Math.round(memory / megabyte)),
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'] || 'stdout',
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'] || 'stdout',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => noTimeLimit,
  };
  const ownName = env['AWS_LAMBDA_FUNCTION_NAME'] || 'lambda-rproxy';
  return (message) =>
    ({
      ...shared,
      functionName: frontDoor.functionNameOf(message) ?? ownName,
      awsRequestId: frontDoor.requestIdOf(message) ?? randomUUID(),
    }) as Partial<Context> as Context;
}
