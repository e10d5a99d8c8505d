import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ProxyResponse } from '../types.ts';
import type { Upload } from './upload.ts';

/** How much is read of content that nobody needs, so that its sender reads the response. */
export interface DrainLimits {
  readonly bytes: number;
  /** Milliseconds in all. */
  readonly durationMs: number;
  /** Milliseconds without a byte. */
  readonly silenceMs: number;
}

/** More than ordinary uploads have, and longer than they take. */
export const drainLimits = { bytes: 104_857_600, durationMs: 120_000 } as const;

/** Bytes of a response that are kept while its request comes in: a page, and a backend that closes loses nothing of it. */
const keptBytes = 1_048_576;

/**
 * Reads a request to its end: as long as somebody takes the content, at the pace of that; then within limits, and drops
 * it. Resolves also when the client goes away or a limit is reached; `message.complete` tells.
 *
 * @param message the request
 * @param upload its content, unless it was not understood
 * @param limits how much is dropped
 * @param isUnwanted resolves when nobody needs the content any more
 */
export function readToEnd(
  message: IncomingMessage,
  upload: Upload | undefined,
  { bytes: mostBytes, durationMs, silenceMs }: DrainLimits,
  isUnwanted: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  return new Promise((resolve) => {
    let dropping = false;
    let dropped = 0;
    let total: NodeJS.Timeout | undefined;
    // A backend that takes nothing for so long while it responds does not want the rest.
    const silence = setTimeout(
      () => (dropping || message.complete || upload?.destroyed ? finish() : drop()),
      silenceMs,
    );
    const take = (chunk: Buffer) => {
      silence.refresh();
      if (!dropping) return;
      dropped += chunk.length;
      if (dropped > mostBytes) finish();
    };
    const finish = () => {
      clearTimeout(silence);
      clearTimeout(total);
      message.off('data', take).off('end', finish).off('close', finish);
      resolve();
    };
    const drop = () => {
      if (dropping) return;
      dropping = true;
      if (message.complete) {
        finish();
        return;
      }
      total = setTimeout(finish, durationMs);
      silence.refresh();
      upload?.discard();
      message.resume();
    };
    message.on('data', take).once('end', finish).once('close', finish);
    void isUnwanted.then(drop);
  });
}

/** Reads a body ahead, so that it is at hand when it may be sent; `whole` resolves at its end, also when it breaks off. */
function readAhead(body: Readable): { ahead: PassThrough; whole: Promise<void> } {
  const ahead = new PassThrough({ highWaterMark: keptBytes });
  ahead.on('error', () => undefined);
  const whole = pipeline(body, ahead).catch(() => undefined);
  return { ahead, whole };
}

/**
 * Holds a response back until its request is read, for a front door that reads no byte of the response before. A backend
 * that responds early gets the rest of the upload as long as it takes it and has not said all.
 *
 * @param response the response
 * @param message the request
 * @param upload its content, unless it was not understood
 * @param limits how much is dropped of content that nobody needs
 * @returns the response to send now
 * @throws {Error} of a body that broke off meanwhile
 */
export async function afterRequest(
  response: ProxyResponse,
  message: IncomingMessage,
  upload: Upload | undefined,
  limits: DrainLimits,
): Promise<ProxyResponse> {
  if (message.complete) return response;
  if (!(response.body instanceof Readable)) {
    await readToEnd(message, upload, limits);
    return response;
  }
  const { ahead, whole } = readAhead(response.body);
  await readToEnd(message, upload, limits, whole);
  if (ahead.errored) throw ahead.errored;
  return { ...response, body: ahead };
}
