import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rewriteUrls } from '../../src/http/url-fields.ts';

const link = (field: string) => rewriteUrls('link', field, (url) => `[${url}]`);

describe('Link', () => {
  test.each([
    ['<a>; rel=x, <b>', '<[a]>; rel=x, <[b]>'],
    ['<a>; title="<b>, \\"<c>"; x, <d>', '<[a]>; title="<b>, \\"<c>"; x, <[d]>'],
    ['<<a>>', '<<[a]>>'],
    ['<a', '<a'],
    ['<>', '<[]>'],
    ['a>b', 'a>b'],
    ['"<a>', '"<a>'],
    ['"\\', '"\\'],
    ['', ''],
  ])('%s has the URLs outside of strings rewritten: %s [R21 H49]', (from, to) => {
    expect(link(from)).toBe(to);
  });

  test('of any kind is rewritten as the grammar reads it (RFC 8288 §3) [R21 H49]', () => {
    const piece = fc.constantFrom('<', '>', '"', 'a', ',', ';', '\\"', ' ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const field = pieces.join('');
        const expected = field.replace(/"(?:[^"\\]|\\.)*(?:"|$)|<([^<>]*)>/gs, (part, url?: string) =>
          url === undefined ? part : `<[${url}]>`,
        );
        expect(link(field)).toBe(expected);
      }),
    );
  });
});
