import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { BrokenOff } from '../delivery/serve.ts';
import { ProxyError } from '../failures.ts';
import type { Capacity, ProxyResponse } from '../types.ts';

/** Longest delay in milliseconds that a timer of Node's takes: 24 days, which stand for no limit. */
export const noTimeLimit = 2_147_483_647;

const bytesOf = ({ body }: ProxyResponse) =>
  typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.byteLength(body) : 0;

/** HTTP carries any size; only PAYLOAD_QUOTA limits a response. */
export const httpCapacity: Capacity = {
  streams: true,
  keepsCodings: true,
  anyStatus: true,
  needsType: false,
  limit: Number.POSITIVE_INFINITY,
  maxDurationMs: noTimeLimit,
  measure: bytesOf,
};

/** RFC 9110 §8.6: there is no Content-Length in a 204, and a 205 has no content whatever its backend says. */
const mayHaveLength = (statusCode: number) => statusCode !== 204 && statusCode !== 205;

/** Sets status and fields, and drops those of a response that could not be sent. */
function setHead({ statusCode, headers, contentLength }: ProxyResponse, out: ServerResponse): void {
  for (const name of out.getHeaderNames()) out.removeHeader(name);
  out.statusCode = statusCode;
  for (const [name, value] of Object.entries(headers)) out.setHeader(name, value);
  // In a response to HEAD it is the length that the response to GET would have.
  if (contentLength !== undefined && mayHaveLength(statusCode)) out.setHeader('content-length', contentLength);
}

/**
 * Sends a response to a client over HTTP. A body is sent while it arrives.
 *
 * @param response the response
 * @param out Node's response; destroyed when the body breaks off, so that the client can tell (RFC 9112 §8)
 * @param clientGone aborted when the client has gone away
 * @throws {BrokenOff} when that happens after status and fields have left
 */
export async function sendResponse(
  response: ProxyResponse,
  out: ServerResponse,
  clientGone: AbortSignal,
): Promise<void> {
  const { body = '' } = response;
  setHead(response, out);
  // Node writes the header section in the encoding of what comes with it, so that a text would encode its bytes again.
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    out.end(typeof body === 'string' ? Buffer.from(body) : body);
    return;
  }
  out.write('', 'latin1');
  try {
    await pipeline(body, out);
  } catch (error) {
    const { toProxyError } = await import('../failure-mapping.ts');
    throw new BrokenOff(
      clientGone.aborted
        ? new ProxyError('request_incomplete', { reason: 'the client went away before the end of the response' })
        : toProxyError(error),
    );
  }
}
