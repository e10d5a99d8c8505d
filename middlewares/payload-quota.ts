import type { Readable } from 'node:stream';
import type { MiddlewareObj, Request } from '@middy/core';
import { metered, tooLarge } from '../src/body/meter.ts';
import { joined, readUpTo } from '../src/body/read.ts';
import { mostBytes } from '../src/body/size.ts';
import { ProxyError } from '../src/failures.ts';
import type { Coding } from '../src/http/response/content-coding.ts';
import { withContentType } from '../src/http/response/response-headers.ts';
import type { Capacity, ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

type Step = Request<ProxyRequest, ProxyResponse, Error, ProxyContext>;

const compression = () => import('../src/body/compress.ts');

/** The answer of a backend, its body not read. */
interface Unread extends ProxyResponse {
  readonly body: Readable;
}

/** Fields that no front door could take are worth a page; it would fail without a word. */
function checkPrelude({ statusCode, headers }: ProxyResponse, { maxPreludeBytes, measure }: Capacity): void {
  if (maxPreludeBytes === undefined) return;
  const size = measure({ statusCode, headers, body: '' });
  if (size <= maxPreludeBytes) return;
  const reason = `status and fields have ${size} bytes as JSON, and the endpoint carries ${maxPreludeBytes}`;
  throw new ProxyError('response_headers_too_large', { reason });
}

/** The answer as it comes: what the client has got when it turns out to be too large cannot be taken back. */
function passedOn(response: Unread, limit: number, { capacity, exchange }: ProxyContext): ProxyResponse {
  const body = metered(response.body, limit, (bytes) => {
    exchange.responseBytes = bytes;
  });
  const isTyped = !capacity.needsType || exchange.backendReport?.declaredLength === 0;
  return { ...response, headers: isTyped ? response.headers : withContentType(response.headers, false), body };
}

interface Limits {
  /** Bytes of the backend's body that the operator allows. */
  readonly quota: number;
  /** The smaller of it and what the endpoint carries. */
  readonly limit: number;
  /** What an answer that does not fit may be put into. Asked only then: hardly any answer is so large. */
  coding(): Promise<Coding | undefined>;
}

/** The answer read whole; in a content coding when it fits in no other way and may go in one. */
async function readWhole(
  response: Unread,
  limits: Limits,
  { capacity, exchange }: ProxyContext,
): Promise<ProxyResponse> {
  const { quota, limit } = limits;
  const tooLargeOnceSerialised = (size: number, form = '') =>
    tooLarge(`the answer has ${size} bytes once serialised${form}, and the endpoint carries ${capacity.limit}`);
  /** Exactly where it counts, and an upper bound where that will do: counting takes a look at every byte. */
  const measured = (result: ProxyResponse & { body: Buffer }) => {
    exchange.responseBytes = result.body.length;
    const most = mostBytes(result);
    return { response: result, size: most <= capacity.limit ? most : capacity.measure(result) };
  };
  const beginning = await readUpTo(response.body, limit);
  const headers = withContentType(response.headers, beginning.size === 0);
  const plain = beginning.whole ? measured({ ...response, headers, body: joined(beginning) }) : undefined;
  if (plain !== undefined && plain.size <= capacity.limit) return plain.response;
  const bytes = plain && measured({ ...plain.response, asBytes: true });
  if (bytes !== undefined && bytes.size <= capacity.limit) return bytes.response;
  const coding = beginning.size > quota ? undefined : await limits.coding();
  if (coding === undefined) {
    response.body.destroy();
    throw plain === undefined ? tooLarge(`the body has more than ${limit} bytes`) : tooLargeOnceSerialised(plain.size);
  }
  const { compressed, inCoding } = await compression();
  const body = await compressed(beginning, response.body, coding, { quota, limit: capacity.limit });
  const packed = { ...response, headers: inCoding(headers, coding), body, contentLength: body.length };
  exchange.responseBytes = body.length;
  const size = capacity.measure(packed);
  if (size <= capacity.limit) return packed;
  throw tooLargeOnceSerialised(size, ` in content coding ${coding}`);
}

/**
 * Keeps an answer within what may be sent and what the endpoint can carry: the smaller of PAYLOAD_QUOTA, on the
 * backend's body, and the endpoint's limit, on the answer as Lambda will serialise it. A declared length over the
 * limit is refused before the body is read.
 *
 * An answer that the endpoint cannot carry whole as it is goes in a content coding, where the client accepts one and the
 * type shrinks. A streamed answer is not read at all, but ends with an error as soon as it passes the limit: its
 * beginning is with the client by then.
 */
export function payloadQuota(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const payloadQuotaAfter = async (request: Step) => {
    const { event, response, context } = request;
    const { capacity, config, exchange } = context;
    if (!response || typeof response.body === 'string') return;
    checkPrelude(response, capacity);
    if (Buffer.isBuffer(response.body)) {
      exchange.responseBytes = response.body.length;
      return;
    }
    const unread = { ...response, body: response.body };
    const quota = config.payloadQuota ?? Number.POSITIVE_INFINITY;
    const limit = Math.min(quota, capacity.limit);
    const coding = async () => (await compression()).codingFor(event.headers['accept-encoding'], response);
    const declared = exchange.backendReport?.declaredLength ?? 0;
    if (declared > quota || (declared > limit && (capacity.streams || (await coding()) === undefined))) {
      response.body.destroy();
      throw tooLarge(`the backend declares ${declared} bytes, and the limit is ${limit}`);
    }
    request.response = capacity.streams
      ? passedOn(unread, limit, context)
      : await readWhole(unread, { quota, limit, coding }, context);
  };
  return { after: payloadQuotaAfter };
}
