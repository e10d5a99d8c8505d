import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';
import { isMp3, isMp4, isWebm } from './media-signatures.ts';

/*
 * The type of a body that has none, as browsers choose it: https://mimesniff.spec.whatwg.org/, "identifying a resource
 * with an unknown MIME type". Fonts, AVIF and JSON have no row there: browsers recognise the first two where they are
 * used, and show JSON as text.
 */

/** Bytes that browsers look at. */
const resourceHeaderBytes = 1445;

/** Decoded bytes at most: a few bytes of Brotli can stand for gigabytes. */
const maxDecodedBytes = 1_048_576;

/** Whitespace and a tag of HTML, which a space or `>` ends. */
const html =
  /^[\t\n\f\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >]/i;
const xml = /^[\t\n\f\r ]*<\?xml/;

type Signature = readonly [bytes: string, type: string];

/** First bytes in the order in which they count, each as a character; `?` stands for any byte. */
const signatures: readonly Signature[] = [
  ['%PDF-', 'application/pdf'],
  ['%!PS-Adobe-', 'application/postscript'],
  ['\xfe\xff??', 'text/plain'],
  ['\xff\xfe??', 'text/plain'],
  ['\xef\xbb\xbf?', 'text/plain'],
  ['\0\0\x01\0', 'image/x-icon'],
  ['\0\0\x02\0', 'image/x-icon'],
  ['BM', 'image/bmp'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['RIFF????WEBPVP', 'image/webp'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['FORM????AIFF', 'audio/aiff'],
  ['ID3', 'audio/mpeg'],
  ['OggS\0', 'application/ogg'],
  ['MThd\0\0\0\x06', 'audio/midi'],
  ['RIFF????AVI ', 'video/avi'],
  ['RIFF????WAVE', 'audio/wave'],
];

/** Those that count after audio and video. */
const archives: readonly Signature[] = [
  ['\x1f\x8b\x08', 'application/x-gzip'],
  ['PK\x03\x04', 'application/zip'],
  ['Rar!\x1a\x07\0', 'application/x-rar-compressed'],
];

const beginsWith = (text: string, signature: string) =>
  text.length >= signature.length && [...signature].every((byte, index) => byte === '?' || byte === text.charAt(index));

const typeIn = (rows: readonly Signature[], text: string) => rows.find(([bytes]) => beginsWith(text, bytes))?.[1];

/** Control characters that text does not have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is searched for
const binaryByte = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/** Each flushes what there is at the end of its input, instead of failing because the rest is missing. */
const decoders: Readonly<Record<string, (bytes: Buffer, maxOutputLength: number) => Buffer>> = {
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength }),
  deflate: (bytes, maxOutputLength) => inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength }),
  br: (bytes, maxOutputLength) =>
    brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength }),
};

/** Returns the beginning of the content; undefined for several codings, an unknown one, and bytes that are not in it. */
function decoded(bytes: Buffer, coding: string): Buffer | undefined {
  const name = coding.trim().toLowerCase().replace(/^x-/, '');
  if (name === '' || name === 'identity') return bytes;
  if (!Object.hasOwn(decoders, name)) return undefined;
  try {
    return decoders[name]?.(bytes, maxDecodedBytes);
  } catch {
    return undefined;
  }
}

/**
 * Returns the media type that a browser gives to a body without one.
 *
 * @param bytes the beginning of the body, as far as it has arrived
 * @param coding its Content-Encoding; a browser looks at the decoded bytes
 * @returns undefined for bytes that are no text and have no known signature
 * @example sniffedType(Buffer.from('<p>Hello'), '') // 'text/html'
 */
export function sniffedType(bytes: Buffer, coding: string): string | undefined {
  const header = decoded(bytes.subarray(0, resourceHeaderBytes), coding)?.subarray(0, resourceHeaderBytes);
  if (header === undefined || header.length === 0) return undefined;
  const text = header.toString('latin1');
  if (html.test(text)) return 'text/html';
  if (xml.test(text)) return 'text/xml';
  const known = typeIn(signatures, text);
  if (known !== undefined) return known;
  if (isMp4(header)) return 'video/mp4';
  if (isWebm(text)) return 'video/webm';
  if (isMp3(header)) return 'audio/mpeg';
  return typeIn(archives, text) ?? (binaryByte.test(text) ? undefined : 'text/plain');
}
