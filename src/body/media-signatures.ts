/*
 * Signatures of audio and video that are more than a fixed text: https://mimesniff.spec.whatwg.org/, §6.2.1 to §6.2.3.
 */

const isBrand = (bytes: Buffer, at: number) => bytes.toString('latin1', at, at + 3) === 'mp4';

/** Returns whether bytes begin as MP4: a whole `ftyp` box that names a brand `mp4…`. */
export function isMp4(bytes: Buffer): boolean {
  if (bytes.length < 12 || bytes.toString('latin1', 4, 8) !== 'ftyp') return false;
  const boxSize = bytes.readUInt32BE(0);
  if (bytes.length < boxSize || boxSize % 4 !== 0) return false;
  if (isBrand(bytes, 8)) return true;
  // The four bytes at 12 are the version of the major brand.
  for (let at = 16; at < boxSize; at += 4) if (isBrand(bytes, at)) return true;
  return false;
}

/**
 * Returns whether bytes, each as a character, begin as WebM: an EBML header whose DocType (0x4282) is `webm`. The length
 * of the element is a number of one to eight bytes, and zeros may precede the text.
 */
export const isWebm = (text: string): boolean =>
  text.startsWith('\x1aE\xdf\xa3') && /^.{0,34}?B\x82.{1,8}?webm/s.test(text.slice(4).replaceAll('\0', ''));

const bitrates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const bitratesOfVersion2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const sampleRates = [44_100, 48_000, 32_000];

/** Returns the size in bytes of an MPEG audio frame of layer III, or undefined where none begins. */
function frameSize(bytes: Buffer, at: number): number | undefined {
  if (bytes.length < at + 4) return undefined;
  const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
  // Eleven bits of synchronisation, and layer III.
  if (first !== 0xff || (second & 0xe6) !== 0xe2) return undefined;
  const version = (second >> 3) & 3;
  const isVersion1 = version === 3;
  const bitrate = (isVersion1 ? bitrates : bitratesOfVersion2)[third >> 4];
  const sampleRate = sampleRates[(third >> 2) & 3];
  if (version === 1 || !bitrate || sampleRate === undefined) return undefined;
  // Version 2 halves the sample rate, and version 2.5 halves it again.
  const [scale, divisor] = isVersion1 ? [144, 1] : [72, version === 2 ? 2 : 4];
  return Math.floor((scale * bitrate * 1000 * divisor) / sampleRate) + ((third >> 1) & 1);
}

/** Returns whether bytes begin with two MP3 frames, which have no signature in front (ID3). */
export function isMp3(bytes: Buffer): boolean {
  const size = frameSize(bytes, 0);
  return size !== undefined && frameSize(bytes, size) !== undefined;
}
