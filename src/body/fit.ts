import { ProxyError } from '../failures.ts';
import type { Capacity, ProxyContext, ProxyResponse } from '../types.ts';
import { metered, tooLarge } from './meter.ts';
import { compression, isUntyped, readWhole, sniffing, type UnreadResponse } from './whole.ts';

/**
 * Bytes before compression for each byte that the endpoint carries. Text shrinks to a tenth at best; a body that shrinks
 * further is seldom one that anybody waits for, and one without an end would be read until the timeout.
 */
const compressionRatio = 16;

/** Refuses header fields that no front door could take: it would fail without a word. */
function checkPrelude({ statusCode, headers }: ProxyResponse, { maxPreludeBytes, measure }: Capacity): void {
  if (maxPreludeBytes === undefined) return;
  const size = measure({ statusCode, headers, body: '' });
  if (size <= maxPreludeBytes) return;
  const reason = `status and fields have ${size} bytes as JSON, and the endpoint carries ${maxPreludeBytes}`;
  throw new ProxyError('response_headers_too_large', { reason });
}

/** Returns the response with a body that ends with an error at the limit: its beginning is with the client by then. */
async function streamed(
  unread: UnreadResponse,
  limit: number,
  { capacity, exchange }: ProxyContext,
): Promise<ProxyResponse> {
  const needsType = capacity.needsType && isUntyped(unread) && exchange.backendReport?.declaredLength !== 0;
  const response = needsType ? await (await sniffing()).typedByFirstPiece(unread) : unread;
  const count = (bytes: number) => {
    exchange.responseBytes = bytes;
  };
  if (isUnread(response)) return { ...response, body: metered(response.body, limit, count) };
  count(0);
  return response;
}

const isUnread = (response: ProxyResponse): response is UnreadResponse =>
  typeof response.body !== 'string' && !Buffer.isBuffer(response.body);

/**
 * Fits a response into what may be sent and what the endpoint carries: the smaller of PAYLOAD_QUOTA, on the backend's
 * body, and the endpoint's limit, on the response as Lambda serialises it. A declared length over the limit is refused
 * before the body is read.
 *
 * A response that the endpoint cannot carry whole is compressed, where the client accepts a content coding and the type
 * shrinks. A streamed response is not read, but ends with an error as soon as it passes the limit.
 *
 * @param response the response; pages of the proxy itself pass as they are
 * @param acceptEncoding the client's Accept-Encoding
 * @param context whose `exchange` receives the size of the body
 * @returns the response with a body that is read, or a stream with a limit
 * @throws {ProxyError} `response_too_large`, `response_headers_too_large`; errors of the body as they are
 */
export async function fitResponse(
  response: ProxyResponse,
  acceptEncoding: string | string[] | undefined,
  context: ProxyContext,
): Promise<ProxyResponse> {
  const { capacity, config, exchange } = context;
  if (typeof response.body === 'string') return response;
  checkPrelude(response, capacity);
  if (!isUnread(response)) {
    exchange.responseBytes = (response.body as Buffer).length;
    return response;
  }
  const quota = config.payloadQuota ?? Number.POSITIVE_INFINITY;
  const limit = Math.min(quota, capacity.limit);
  const limitBeforeCoding = Math.min(quota, capacity.limit * compressionRatio);
  const coding = async () => (await compression()).codingFor(acceptEncoding, response);
  const declared = exchange.backendReport?.declaredLength ?? 0;
  if (declared > limitBeforeCoding || (declared > limit && (capacity.streams || (await coding()) === undefined))) {
    response.body.destroy();
    throw tooLarge(`the backend declares ${declared} bytes, and the limit is ${limit}`);
  }
  return await (capacity.streams
    ? streamed(response, limit, context)
    : readWhole(response, { limit, limitBeforeCoding, coding }, context));
}
