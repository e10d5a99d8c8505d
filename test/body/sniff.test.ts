import zlib from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { sniffedType } from '../../src/body/sniff.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const typeOf = (text: string) => sniffedType(bytes(text), '') ?? 'application/octet-stream';

/** A table of the MIME Sniffing Standard, and its type for each beginning. */
const standard: readonly [name: string, type: string, beginnings: readonly string[]][] = [
  [
    'HTML',
    'text/html',
    [
      '<!DOCTYPE HTML>',
      '<!doctype html >',
      '<HTML>',
      '<html lang="en">',
      '<HEAD>',
      '<script>',
      '<IFRAME src="/">',
      '<h1>',
      '<DIV >',
      '<font color="red">',
      '<table>',
      '<A href="/">',
      '<style>',
      '<TITLE>',
      '<b>',
      '<Body>',
      '<br>',
      '<p>',
      '<!-- a comment -->',
      '<!-->',
      '\t\n\f\r <p>',
      `${' '.repeat(1441)}<p>`,
    ],
  ],
  ['XML', 'text/xml', ['<?xml version="1.0"?>', '\n <?xml?>', '<?xmlfoo']],
  ['PDF', 'application/pdf', ['%PDF-1.7']],
  ['PostScript', 'application/postscript', ['%!PS-Adobe-3.0']],
  [
    'text behind a byte order mark',
    'text/plain',
    ['\xfe\xff\0<', '\xff\xfe<\0', '\xef\xbb\xbf\0', '\xef\xbb\xbf<html>', '\xff\xfe\0\0'],
  ],
  ['icons', 'image/x-icon', ['\0\0\x01\0\x01', '\0\0\x02\0']],
  ['BMP', 'image/bmp', ['BM\0\0']],
  ['GIF', 'image/gif', ['GIF87a', 'GIF89a\x01']],
  ['WebP', 'image/webp', ['RIFF\0\x01\x02\x03WEBPVP8 ', 'RIFF????WEBPVPx']],
  ['PNG', 'image/png', ['\x89PNG\r\n\x1a\n\0']],
  ['JPEG', 'image/jpeg', ['\xff\xd8\xff\xe0']],
  ['AIFF', 'audio/aiff', ['FORM\0\0\0\0AIFF']],
  ['MP3 with ID3', 'audio/mpeg', ['ID3\x03']],
  ['Ogg', 'application/ogg', ['OggS\0\x02']],
  ['MIDI', 'audio/midi', ['MThd\0\0\0\x06']],
  ['AVI', 'video/avi', ['RIFF\0\0\0\0AVI LIST']],
  ['WAVE', 'audio/wave', ['RIFF\0\0\0\0WAVEfmt ']],
  [
    'MP4',
    'video/mp4',
    [
      '\0\0\0\x14ftypmp42\0\0\0\0isom',
      '\0\0\0\x18ftypisom\0\0\x02\0isommp41',
      '\0\0\0\x1cftypM4V \0\0\0\0M4V mp42isom',
    ],
  ],
  [
    'WebM',
    'video/webm',
    [
      '\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87',
      '\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x88\0\0\0\0webm',
    ],
  ],
  ['gzip', 'application/x-gzip', ['\x1f\x8b\x08\0']],
  ['ZIP', 'application/zip', ['PK\x03\x04\x14']],
  ['RAR', 'application/x-rar-compressed', ['Rar!\x1a\x07\0']],
  [
    'text',
    'text/plain',
    [
      'plain',
      '{"a":1}',
      'a,b\r\n1,2\r\n',
      '\x1b[1mbold\x1b[0m',
      'caf\xe9',
      'caf\xc3\xa9',
      ' ',
      '\t\n\f\r',
      'body { color: red }',
      'alert("<p>")',
      '<svg xmlns="http://www.w3.org/2000/svg">',
      '<section>',
      '<p',
      '<p\n>',
      '<pre>',
      '<abbr>',
      '<html',
      '<html\t>',
      '<!DOCTYPE HTMLx>',
      '<!doctype\thtml>',
      '<!--',
      '<!--x',
      '<?XML?>',
      'x<p>',
      ' %PDF-1.7',
      '%!PS',
      'PK\xff',
      `${' '.repeat(1443)}<p>`,
      '\xef\xbb\xbf',
      '\xfe\xffx',
      'Rar!',
      'OggS',
    ],
  ],
  [
    'bytes that are no text and have no signature',
    'application/octet-stream',
    [
      '\0',
      'text and \0',
      '\x01\x02',
      'a\x0bb',
      'a\x0eb',
      'a\x1cb',
      '\0<html>',
      '\x1f\x8b\x09',
      'PK\x05\x06\0',
      'RIFF\0\0\0\0WEBP',
      '\0\0\x01',
      '\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf',
      '\0\0\0\x14ftypqt  \0\0\0\0qt  ',
      '\0\0\0\x18ftypmp42\0\0\0\0isom',
      '\0\0\0\x15ftypmp42\0\0\0\0isomx',
      '\0\x01\0\0\0\x0fOS/2',
      'wOF2\0\x01\0\0',
      'wOFF\0\x01\0\0',
      'OTTO\0\x09',
      '\x1aE\xdf\xa3\xa3B\x82\x88matroska',
      '\x7fELF\x02\x01',
      'MZ\x90\0',
      '\xcf\xfa\xed\xfe\x07',
    ],
  ],
];

describe.each(standard)('A body without a type that begins as %s', (_name, type, beginnings) => {
  test.each(beginnings)(`is ${type}: %j [R49]`, (beginning) => {
    expect(typeOf(beginning)).toBe(type);
  });
});

describe('A body without a type', () => {
  /** A frame of MPEG audio, layer III. */
  const frame = (header: string, size: number) => header + '\x55'.repeat(size - 4);

  test.each([
    ['version 1, 128 kbit/s, 44.1 kHz', frame('\xff\xfb\x90\0', 417)],
    ['version 1 with padding', frame('\xff\xfb\x92\0', 418)],
    ['version 1, 320 kbit/s, 32 kHz', frame('\xff\xfb\xe8\0', 1440)],
    ['version 2, 64 kbit/s, 22.05 kHz', frame('\xff\xf3\x80\0', 208)],
    ['version 2.5, 8 kbit/s, 8 kHz', frame('\xff\xe3\x18\0', 72)],
  ])('that begins with two frames of MP3 is audio/mpeg: %s [R49]', (_what, one) => {
    expect(typeOf(one + one)).toBe('audio/mpeg');
    expect(typeOf(one)).not.toBe('audio/mpeg');
    expect(typeOf(`${one}x${one}`)).not.toBe('audio/mpeg');
  });

  test.each(['\xff\xfb\xf0\0', '\xff\xfb\0\0', '\xff\xfb\x9c\0', '\xff\xfd\x90\0', '\xff\xeb\x90\0', '\xff\xfb'])(
    'that begins with no such frame is bytes: %j [R49]',
    (header) => {
      expect(typeOf(`${header}\0`.repeat(500))).toBe('application/octet-stream');
    },
  );

  test('counts no byte behind the first 1445 [R49]', () => {
    expect(typeOf(`${'a'.repeat(1445)}\0`)).toBe('text/plain');
    expect(typeOf(`${'a'.repeat(1444)}\0`)).toBe('application/octet-stream');
  });

  test('has none while nothing of it is there', () => {
    expect(sniffedType(Buffer.alloc(0), '')).toBeUndefined();
  });

  test.each([
    ['gzip', zlib.gzipSync],
    ['GZIP', zlib.gzipSync],
    ['x-gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['br', zlib.brotliCompressSync],
    ['identity', (content: Buffer) => content],
    [' ', (content: Buffer) => content],
  ])('in content coding %j has the type of what it decodes to, whole or in part [R49]', (coding, encode) => {
    const page = encode(bytes(`<!DOCTYPE html>${Array.from({ length: 3000 }, (_, index) => index).join(' ')}`));
    expect(page.length).toBeGreaterThan(1445);
    for (const part of [page, page.subarray(0, 600)]) expect(sniffedType(part, coding)).toBe('text/html');
    expect(sniffedType(encode(bytes('\x89PNG\r\n\x1a\n\0')), coding)).toBe('image/png');
  });

  test.each(['gzip', 'br', 'deflate', 'gzip, br', 'zstd', 'compress', 'constructor', '__proto__'])(
    'whose bytes cannot be decoded from %s has none [R49]',
    (coding) => {
      expect(sniffedType(bytes('<html>'), coding)).toBeUndefined();
    },
  );

  test('that decodes to very much more than it has is not decoded whole [R49]', () => {
    const bomb = zlib.brotliCompressSync(Buffer.alloc(200_000_000, 'a'));
    expect(bomb.length).toBeLessThan(1445);
    const before = process.memoryUsage().arrayBuffers;
    expect(sniffedType(bomb, 'br')).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });
});
