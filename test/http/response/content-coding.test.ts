import { describe, expect, test } from '@jest/globals';
import { codingFor, inCoding } from '../../../src/http/response/content-coding.ts';
import type { HeaderFields } from '../../../src/types.ts';

const page = { statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } };
const withFields = (headers: HeaderFields, statusCode = 200) => ({
  statusCode,
  headers: { ...page.headers, ...headers },
});

describe('The coding of an answer that does not fit', () => {
  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['br;q=0.1, gzip', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['deflate, zstd', undefined],
    ['identity', undefined],
    ['gzip;q=0', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('is the smallest that the client accepts: %s gives %s', (accepted, coding) => {
    expect(codingFor(accepted, page)).toBe(coding);
  });

  test.each(['text/plain', 'application/json', 'application/vnd.api+json', 'image/svg+xml', 'application/javascript'])(
    'is used for a type that shrinks: %s',
    (type) => {
      expect(codingFor('br', withFields({ 'content-type': type }))).toBe('br');
    },
  );

  test.each(['image/png', 'application/octet-stream', 'application/zip', 'video/mp4', 'text/event-stream'])(
    'is not used for %s',
    (type) => {
      expect(codingFor('br', withFields({ 'content-type': type }))).toBeUndefined();
    },
  );

  test('is not used without a type', () => {
    expect(codingFor('br', { statusCode: 200, headers: {} })).toBeUndefined();
  });

  test.each(['gzip', 'br', 'x-own', 'gzip, br', 'identity, gzip'])('is not put on top of another: %s', (coding) => {
    expect(codingFor('br', withFields({ 'content-encoding': coding }))).toBeUndefined();
  });

  test('is used where the backend says that there is none', () => {
    expect(codingFor('br', withFields({ 'content-encoding': 'Identity' }))).toBe('br');
  });

  test.each([
    'no-transform',
    'public, No-Transform',
    'max-age=1,no-transform',
    'no-transform, public',
    'no-transform , public',
    ['public', 'no-transform'],
  ])('is not used where the backend forbids it: Cache-Control: %s [RFC 9111 §5.2.2.6]', (value) => {
    expect(codingFor('br', withFields({ 'cache-control': value }))).toBeUndefined();
  });

  test('is used where another directive only looks like it', () => {
    expect(codingFor('br', withFields({ 'cache-control': 'x-no-transformation' }))).toBe('br');
  });

  test('is not used for a part: its range counts the bytes of the whole as it is', () => {
    expect(codingFor('br', withFields({}, 206))).toBeUndefined();
    expect(codingFor('br', withFields({ 'content-range': 'bytes 0-1/9' }))).toBeUndefined();
  });
});

describe('The fields of an answer that was put into a coding', () => {
  test('name the coding and what it depends on', () => {
    expect(inCoding({ 'content-type': 'text/plain' }, 'br')).toEqual({
      'content-type': 'text/plain',
      'content-encoding': 'br',
      vary: 'Accept-Encoding',
    });
  });

  test.each([
    ['Origin', 'Origin, Accept-Encoding'],
    ['origin, accept-encoding', 'origin, accept-encoding'],
    ['*', '*'],
    ['X-Accept-Encoding', 'X-Accept-Encoding, Accept-Encoding'],
    ['Accept-Encoding-X', 'Accept-Encoding-X, Accept-Encoding'],
  ])('continue Vary: %s becomes %s', (vary, expected) => {
    expect(inCoding({ vary }, 'gzip')['vary']).toBe(expected);
  });

  test.each([
    ['"1"', 'W/"1"'],
    ['W/"1"', 'W/"1"'],
    ['"W/1"', 'W/"W/1"'],
  ])('have a validator that holds for both forms: %s becomes %s', (etag, expected) => {
    expect(inCoding({ etag }, 'gzip')['etag']).toBe(expected);
  });

  test('say nothing any more of the bytes that the backend sent', () => {
    const digests = { 'content-md5': 'x', digest: 'x', 'content-digest': 'x', 'repr-digest': 'x' };
    const coded = inCoding({ ...digests, 'accept-ranges': 'bytes', 'x-a': '1' }, 'gzip');
    expect(Object.keys(coded).sort()).toEqual(['content-encoding', 'vary', 'x-a']);
  });

  test('leave the fields before as they were', () => {
    const before = { etag: '"1"' };
    inCoding(before, 'br');
    expect(before).toEqual({ etag: '"1"' });
  });
});
