import { pipeline, type Readable, Transform } from 'node:stream';
import type { MiddlewareObj, Request } from '@middy/core';
import { ProxyError } from '../src/errors.ts';
import { withContentType } from '../src/http/content-type.ts';
import type { Exchange, ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

const tooLarge = (reason: string) =>
  new ProxyError('response_too_large', {
    reason,
    remedy: 'raise PAYLOAD_QUOTA if it is set below what the endpoint can carry, or have the backend answer in parts',
  });

/** Reads a body whole, and no further than the limit: what comes in is never more than one chunk past it. */
function readWithin(body: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (error: Error) => {
      body.destroy();
      reject(error);
    };
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) fail(tooLarge(`the body has more than ${limit} bytes`));
      else chunks.push(chunk);
    });
    body.once('end', () => resolve(Buffer.concat(chunks, size)));
    body.once('error', fail);
    const brokenOff = () =>
      fail(
        new ProxyError('response_incomplete', { reason: 'the body was closed before its end', cause: body.errored }),
      );
    body.once('close', brokenOff);
    // It may have ended badly between the header section and now, and would not say so again.
    if (body.errored) fail(body.errored);
    else if (body.destroyed) brokenOff();
  });
}

/**
 * Lets a body pass and counts its bytes, up to the limit; beyond it the body ends with `response_too_large`. It takes
 * no more from its source than its reader takes from it.
 */
function meter(source: Readable, limit: number, exchange: Exchange): Readable {
  let size = 0;
  const metered = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > limit) return done(tooLarge(`the body has more than ${limit} bytes`));
      exchange.responseBytes = size;
      done(null, chunk);
    },
    flush(done) {
      exchange.responseBytes = size;
      done();
    },
  });
  // Whoever reads it learns of a failure; one that comes before anybody reads must not end the process.
  metered.on('error', () => undefined);
  pipeline(source, metered, () => undefined);
  return metered;
}

/**
 * Keeps an answer within what may be sent and what the endpoint can carry: the smaller of PAYLOAD_QUOTA, on the
 * backend's body, and the endpoint's limit, on the answer as Lambda will serialise it. A declared length over the
 * limit is refused before the body is read. A streamed answer is not read at all, but ends with an error as soon as it
 * passes the limit: its beginning is with the client by then.
 */
export function payloadQuota(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const payloadQuotaAfter = async (request: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { response, context } = request;
    const { capacity, config, exchange } = context;
    if (!response || typeof response.body === 'string') return;
    if (Buffer.isBuffer(response.body)) {
      exchange.responseBytes = response.body.length;
      return;
    }
    const limit = Math.min(config.payloadQuota ?? Number.POSITIVE_INFINITY, capacity.limit);
    const declared = exchange.upstream?.declaredLength;
    if (declared !== undefined && declared > limit) {
      response.body.destroy();
      throw tooLarge(`the backend declares ${declared} bytes, and the limit is ${limit}`);
    }
    if (capacity.streams) {
      const body = meter(response.body, limit, exchange);
      request.response = { ...response, headers: withContentType(response.headers, declared === 0), body };
      return;
    }
    const body = await readWithin(response.body, limit);
    exchange.responseBytes = body.length;
    request.response = { ...response, headers: withContentType(response.headers, body.length === 0), body };
    const size = capacity.measure(request.response);
    if (size > capacity.limit) {
      throw tooLarge(`the answer has ${size} bytes once serialised, and the endpoint carries ${capacity.limit}`);
    }
  };
  return { after: payloadQuotaAfter };
}
