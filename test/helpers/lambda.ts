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

/** An answer of any source, in the shape of payload format 2.0. */
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

interface AnyResponse extends Omit<Result, 'headers' | 'cookies'> {
  readonly headers?: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly cookies?: string[];
}

/** What a source returned, brought into one shape, so that a test may hold for every source. */
export function resultOf(response: unknown): Result {
  const { statusCode, headers = {}, multiValueHeaders, cookies, body, isBase64Encoded } = response as AnyResponse;
  if (cookies !== undefined) return response as Result;
  const lists = multiValueHeaders ?? headers;
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(lists)) fields[name] = [value].flat().join(', ');
  const { 'set-cookie': setCookie, ...others } = fields;
  const setCookies = setCookie === undefined ? [] : [lists['set-cookie'] ?? []].flat();
  return { statusCode, headers: others, cookies: setCookies, body, isBase64Encoded };
}

type HandlerOf<BackendResponse> = (event: unknown, context?: Context) => Promise<BackendResponse>;

/** The real handler with settings of its own, as `src/index.ts` makes it, and exactly what it returns. */
export function rawHandlerWith(env: Record<string, string>): HandlerOf<unknown> {
  const handler = buffered(createProxy(env));
  return (event, context = lambdaContext()) => handler(event, context);
}

/** The real handler with settings of its own, its answers in one shape. */
export function handlerWith(env: Record<string, string>): HandlerOf<Result> {
  const handler = rawHandlerWith(env);
  return async (event, context) => resultOf(await handler(event, context));
}
