import { describe, expect, test } from '@jest/globals';
import { withContentType } from '../../../src/http/response/content-type.ts';

describe('withContentType', () => {
  test('a body without a type is application/octet-stream [R25]', () => {
    expect(withContentType({ etag: '"a"' }, false)).toEqual({
      etag: '"a"',
      'content-type': 'application/octet-stream',
    });
  });

  test('an empty body needs no type [R25]', () => {
    expect(withContentType({}, true)).toEqual({});
  });

  test("the backend's own type stays as it is, even an odd one [R25]", () => {
    expect(withContentType({ 'content-type': '' }, false)).toEqual({ 'content-type': '' });
  });
});
