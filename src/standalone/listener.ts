import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvokeStore, InvokeStoreBase } from '@aws/lambda-invoke-store';
import { BrokenOff, serve } from '../delivery/serve.ts';
import type { ProxyChain } from '../types.ts';
import { contextMaker } from './context.ts';
import { requestOf } from './request.ts';
import { httpCapacity, sendResponse } from './response.ts';

/** Answers a request. Never rejects; resolves when the answer is out and its log line written. */
export type Listener = (message: IncomingMessage, out: ServerResponse) => Promise<void>;

/** Milliseconds that a client may go on sending what nobody reads any more, so that it gets to read the answer. */
const lingerMs = 5000;

/** RFC 9112 §9.6: a connection that is cut while the client still sends may take the answer with it. */
function lingerUntilSent(message: IncomingMessage): void {
  if (message.complete) return;
  message.resume();
  const cut = setTimeout(() => message.destroy(), lingerMs).unref();
  message.once('close', () => clearTimeout(cut));
}

/** Aborted when the client closes its connection before it has its answer, and not when the answer breaks off. */
function clientGone(out: ServerResponse): AbortSignal {
  const controller = new AbortController();
  out.once('close', () => {
    if (!out.writableFinished && !out.errored) controller.abort();
  });
  return controller.signal;
}

/**
 * The proxy as a listener of Node's HTTP server: one request, one run of the chain, with request id, log keys and log
 * level of its own, however many are under way.
 *
 * @param proxy the chain
 * @param env the environment variables
 */
export async function proxyListener(proxy: ProxyChain, env: NodeJS.ProcessEnv): Promise<Listener> {
  const store = await InvokeStore.getInstanceAsync(true);
  const newContext = contextMaker(env);

  return async (message, out) => {
    const gone = clientGone(out);
    const context = Object.assign(newContext(), { clientGone: gone });
    out.once('finish', () => lingerUntilSent(message));
    try {
      await store.run({ [InvokeStoreBase.PROTECTED_KEYS.REQUEST_ID]: context.awsRequestId }, () =>
        serve(proxy, context, {
          receive: () => ({ request: requestOf(message), capacity: httpCapacity }),
          deliver: (response) => sendResponse(response, out, gone),
        }),
      );
    } catch (error) {
      out.destroy();
      // Logged by now; anything else is a bug, and an unhandled rejection would end every request there is.
      if (!(error instanceof BrokenOff)) console.error(error);
    }
  };
}
