import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvokeStore, InvokeStoreBase } from '@aws/lambda-invoke-store';
import { BrokenOff, serve } from '../delivery/serve.ts';
import type { ProxyChain, RequestBody } from '../types.ts';
import { contextMaker } from './context.ts';
import { afterRequest, type DrainLimits, drainLimits } from './half-duplex.ts';
import { requestOf } from './request.ts';
import { httpCapacity, sendResponse } from './response.ts';
import { readUploadLimits } from './settings.ts';
import { Upload } from './upload.ts';
import { frontDoorOf } from './web-function.ts';

/** Responds to a request. Never rejects; resolves when the response is sent and its log line written. */
export type Listener = (message: IncomingMessage, out: ServerResponse) => Promise<void>;

/** Milliseconds for which what the client still sends is read and dropped, so that it can read the response. */
const lingerMs = 5000;

/** Drops the rest of the content. RFC 9112 §9.6: a connection that is closed before may take the response with it. */
function lingerUntilSent(message: IncomingMessage, body: RequestBody | undefined): void {
  if (message.complete) return;
  if (body !== undefined && !Buffer.isBuffer(body) && body.readableFlowing !== true) body.destroy();
  message.resume();
  const cut = setTimeout(() => message.destroy(), lingerMs).unref();
  message.once('close', () => clearTimeout(cut));
}

/** Aborted when the client closes its connection before it has its response, and not when the response breaks off. */
function clientGone(out: ServerResponse): AbortSignal {
  const controller = new AbortController();
  out.once('close', () => {
    if (!out.writableFinished && !out.errored) controller.abort();
  });
  return controller.signal;
}

/**
 * Makes a listener for Node's HTTP server. Each request is one run of the chain, with its own request id, log keys and
 * log level, however many are under way.
 *
 * @param proxy the chain
 * @param env the environment variables
 * @param drain how much is dropped of content that nobody needs, before the response to it
 */
export async function proxyListener(
  proxy: ProxyChain,
  env: NodeJS.ProcessEnv,
  drain: Omit<DrainLimits, 'silenceMs'> = drainLimits,
): Promise<Listener> {
  const store = await InvokeStore.getInstanceAsync(true);
  const frontDoor = frontDoorOf(env);
  const newContext = contextMaker(env, frontDoor);
  const limits = readUploadLimits(env);
  const dropped: DrainLimits = { ...drain, silenceMs: limits.silenceMs };

  return async (message, out) => {
    const gone = clientGone(out);
    const context = Object.assign(newContext(message), { clientGone: gone });
    let body: RequestBody | undefined;
    out.once('finish', () => lingerUntilSent(message, body));
    // A backend request whose content was dropped gets no end by itself.
    if (frontDoor.isHalfDuplex) out.once('close', () => body instanceof Upload && body.destroy());
    try {
      await store.run({ [InvokeStoreBase.PROTECTED_KEYS.REQUEST_ID]: context.awsRequestId }, () =>
        serve(proxy, context, {
          receive() {
            const request = requestOf(message, frontDoor, limits);
            body = request.body;
            return { request, capacity: httpCapacity };
          },
          async deliver(response) {
            const ready = frontDoor.isHalfDuplex
              ? await afterRequest(response, message, body instanceof Upload ? body : undefined, dropped)
              : response;
            // What follows a request that was not understood may be a part of it, and the rest of one that stalled would
            // be (RFC 9110 §15.5.9).
            if (body === undefined || response.statusCode === 408) out.shouldKeepAlive = false;
            return sendResponse(ready, out, gone);
          },
        }),
      );
    } catch (error) {
      out.destroy();
      // Logged by now; anything else is a bug, and an unhandled rejection would end every request there is.
      if (!(error instanceof BrokenOff)) console.error(error);
    }
  };
}
