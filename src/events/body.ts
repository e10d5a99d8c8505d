import { ProxyError } from '../failures.ts';

/** How every AWS event and response holds a body: as text, or as base64 under a flag. */
export interface BodyPart {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** RFC 4648 §4, to the letter: Buffer.from skips what it does not know, and would send another body than the client's. */
function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // The lengths agree only when no character was skipped or is missing; `-` and `_` are the other alphabet's.
  if (bytes.length === (text.length / 4) * 3 - padding && !/[-_]/.test(text)) return bytes;
  throw new ProxyError('bad_request', { reason: 'event part body is not valid base64' });
}

/**
 * The request's body bytes. The flag decides, never the content type: front doors disagree on what is binary.
 *
 * @throws {ProxyError} `bad_request` for a body that is flagged as base64 and is not
 */
export function bodyOf({
  body,
  isBase64Encoded,
}: {
  body?: string | null | undefined;
  isBase64Encoded?: boolean | null | undefined;
}): Buffer {
  if (!body) return Buffer.alloc(0);
  return isBase64Encoded === true ? fromBase64(body) : Buffer.from(body);
}

/**
 * A body as part of a response.
 *
 * @param body its bytes
 * @param isText as text, which loses nothing only when the bytes are valid UTF-8; else as base64
 */
export const bodyPart = (body: Buffer, isText: boolean): BodyPart =>
  isText
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };

/** Bytes that JSON needs for each byte of a text in UTF-8: `\"` has two, `\u0001` six. */
const jsonBytes = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 ? JSON.stringify(String.fromCharCode(byte)).length - 2 : 1,
);

/** Bytes that JSON needs for a text in UTF-8, quotes not counted. */
function jsonTextBytes(body: Buffer): number {
  let bytes = 0;
  for (let index = 0; index < body.length; index += 1) bytes += jsonBytes[body[index] as number] as number;
  return bytes;
}

/**
 * Size in bytes of a response as AWS measures it, on the JSON that the runtime posts, without making that JSON.
 *
 * @param envelope the response without its body
 * @param body the body's bytes
 * @param isText whether the body goes as text, as `bodyPart` is told
 */
export function responseSize(envelope: object, body: Buffer, isText: boolean): number {
  const shell = Buffer.byteLength(JSON.stringify({ ...envelope, body: '', isBase64Encoded: !isText }));
  return shell + (isText ? jsonTextBytes(body) : 4 * Math.ceil(body.length / 3));
}
