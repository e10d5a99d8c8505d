import { COMPRESSIBLE_CONTENT_TYPE_REGEX } from 'hono/utils/compress';
import Negotiator from 'negotiator';
import type { HeaderFields, ProxyResponse } from '../../types.ts';
import { append, members } from '../lists.ts';

/** A content coding that the proxy can apply (RFC 9110 §8.4.1, RFC 7932). */
export type Coding = 'br' | 'gzip';

/** Smaller first: an answer that has to fit had better be small. */
const codings: readonly Coding[] = ['br', 'gzip'];

/** Fields that were true of the bytes as the backend sent them (RFC 9530, RFC 9110 §14.3). */
const ofTheBytes = ['accept-ranges', 'content-md5', 'digest', 'content-digest', 'repr-digest'];

// Stryker disable next-line StringLiteral: what a missing field reads as need only be no directive and no type
const lines = (value: string | string[] | undefined) => [value ?? ''].flat();

const text = (value: string | string[] | undefined) => lines(value).join(', ');

/**
 * In which content coding an answer may go to this client instead of as it is.
 *
 * @param acceptEncoding the request's Accept-Encoding (RFC 9110 §12.5.3)
 * @param response the answer; a part of a representation, one that is in a coding already, one of a type that does not
 *   shrink, and one whose sender forbids it (`no-transform`, RFC 9111 §5.2.2.6) stay as they are
 * @returns undefined when there is none
 */
export function codingFor(
  acceptEncoding: string | string[] | undefined,
  { statusCode, headers }: Pick<ProxyResponse, 'statusCode' | 'headers'>,
): Coding | undefined {
  const isCoded = members(headers['content-encoding']).some((coding) => !/^(?:identity)?$/i.test(coding));
  const isPart = statusCode === 206 || headers['content-range'] !== undefined;
  if (isCoded || isPart) return undefined;
  if (/(?:^|[\s,])no-transform(?=[\s,]|$)/i.test(text(headers['cache-control']))) return undefined;
  if (!COMPRESSIBLE_CONTENT_TYPE_REGEX.test(text(headers['content-type']))) return undefined;
  const accepted = new Negotiator({ headers: { 'accept-encoding': text(acceptEncoding) } }).encodings([...codings]);
  return codings.find((coding) => accepted.includes(coding));
}

/** RFC 9110 §8.8.1: another coding is another representation, and only a weak validator holds for both. */
const weak = (etag: string) => (/^W\//.test(etag) ? etag : `W/${etag}`);

/**
 * The fields of an answer whose body has been put into a content coding.
 *
 * @param headers its fields before
 * @param coding the coding
 */
export function inCoding(headers: HeaderFields, coding: Coding): HeaderFields {
  const { etag, vary } = headers;
  const coded: HeaderFields = { ...headers, 'content-encoding': coding };
  const varies = members(vary).some((member) => /^(?:\*|accept-encoding)$/i.test(member));
  if (!varies) coded['vary'] = append(vary, 'Accept-Encoding');
  if (typeof etag === 'string') coded['etag'] = weak(etag);
  for (const name of ofTheBytes) delete coded[name];
  return coded;
}
