import type { Readable } from 'node:stream';
import type { Coding } from '../http/response/content-coding.ts';
import type { ProxyContext, ProxyResponse } from '../types.ts';
import { tooLarge } from './meter.ts';
import { joined, readUpTo } from './read.ts';
import { mostBytes } from './size.ts';

/** Loads the compression, for the first response that is too large as it is. */
export const compression = () => import('./compress.ts');

let loading: Promise<typeof import('./content-type.ts')> | undefined;

/** Loads what names the type of a body, for the first response without Content-Type: hardly any backend sends one. */
export function sniffing(): Promise<typeof import('./content-type.ts')> {
  loading ??= import('./content-type.ts');
  return loading;
}

/** Returns whether a response has no Content-Type. */
export const isUntyped = ({ headers }: ProxyResponse): boolean => headers['content-type'] === undefined;

/** The response of a backend, its body not read. */
export interface UnreadResponse extends ProxyResponse {
  readonly body: Readable;
}

interface Limits {
  /** Bytes of a body that is sent as it is. */
  readonly limit: number;
  /** Bytes of a body that is compressed, before that. */
  readonly limitBeforeCoding: number;
  /** Chooses a content coding for a response that does not fit. Called only then: hardly any response is so large. */
  coding(): Promise<Coding | undefined>;
}

/**
 * Reads a response whole, and compresses it when it fits in no other way and the client accepts that.
 *
 * @param response the response
 * @param limits how large it may be
 * @param context whose `exchange` receives the size of the body
 * @throws {ProxyError} `response_too_large`; errors of the body as they are
 */
export async function readWhole(
  response: UnreadResponse,
  { limit, limitBeforeCoding, coding: chooseCoding }: Limits,
  { capacity, exchange }: ProxyContext,
): Promise<ProxyResponse> {
  const tooLargeOnceSerialised = (size: number, form = '') =>
    tooLarge(`the response has ${size} bytes once serialised${form}, and the endpoint carries ${capacity.limit}`);
  /** Measures exactly where it counts; an upper bound is enough elsewhere, since measuring looks at every byte. */
  const measured = (result: ProxyResponse & { body: Buffer }) => {
    exchange.responseBytes = result.body.length;
    const most = mostBytes(result);
    return { response: result, size: most <= capacity.limit ? most : capacity.measure(result) };
  };
  const beginning = await readUpTo(response.body, limit);
  const headers = isUntyped(response)
    ? (await sniffing()).withContentType(response.headers, beginning)
    : response.headers;
  const plain = beginning.whole ? measured({ ...response, headers, body: joined(beginning) }) : undefined;
  if (plain !== undefined && plain.size <= capacity.limit) return plain.response;
  const bytes = plain && measured({ ...plain.response, asBytes: true });
  if (bytes !== undefined && bytes.size <= capacity.limit) return bytes.response;
  const coding = beginning.size > limitBeforeCoding ? undefined : await chooseCoding();
  if (coding === undefined) {
    response.body.destroy();
    throw plain === undefined ? tooLarge(`the body has more than ${limit} bytes`) : tooLargeOnceSerialised(plain.size);
  }
  const { compressed, inCoding } = await compression();
  const body = await compressed(beginning, response.body, coding, { limitBeforeCoding, limit: capacity.limit });
  const packed = { ...response, headers: inCoding(headers, coding), body, contentLength: body.length };
  exchange.responseBytes = body.length;
  const size = capacity.measure(packed);
  if (size <= capacity.limit) return packed;
  throw tooLargeOnceSerialised(size, ` in content coding ${coding}`);
}
