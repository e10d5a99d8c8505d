import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Context } from 'aws-lambda';
import { streaming } from '../../src/delivery/streaming.ts';
import { createProxy } from '../../src/proxy.ts';
import type { ProxyChain } from '../../src/types.ts';
import { ResponseStream } from './aws-lambda-global.ts';
import { eventFor, type TestRequest } from './events.ts';
import { lambdaContext } from './lambda.ts';

/** A streamed answer that is under way. */
export interface Streamed {
  readonly out: ResponseStream;
  /** Resolves when the handler has returned, with what it threw, if anything. */
  readonly over: Promise<unknown>;
  /** Waits until the body so far ends with this text; fails when the handler returns before. */
  until(text: string): Promise<void>;
}

/** The streaming handler with settings of its own. Needs `awslambda` in the global scope. */
export const streamHandlerWith = (env: Record<string, string>): ReturnType<typeof streaming> =>
  streaming(createProxy(env));

/** The streaming handler around a chain that is given. */
export const streamHandlerOf = (chain: ProxyChain): ReturnType<typeof streaming> => streaming(chain);

/** Invokes a streaming handler and does not wait for the end of its answer. */
export function startStream(
  handler: ReturnType<typeof streaming>,
  request: TestRequest = {},
  context: Context = lambdaContext(),
): Streamed {
  const out = new ResponseStream();
  let returned = false;
  const over = handler(eventFor(request), out as unknown as Writable, context)
    .then(
      () => undefined,
      (error: unknown) => error,
    )
    .finally(() => {
      returned = true;
      out.emit('written');
    });
  return {
    out,
    over,
    async until(text) {
      while (!out.response.body.toString('latin1').endsWith(text)) {
        if (returned) throw new Error(`the answer is over, and "${text}" is not there`);
        await once(out, 'written');
      }
    },
  };
}
