import { expect, test } from '@jest/globals';
import { maskTarget, maskValues } from '../../../src/http/redaction/redaction.ts';

test.each([
  ['/base/a?k=s3cret&q=1', 'k=s3cret', '/base/a?k=[redacted 6 chars]&q=1'],
  ['/?s3cret&q=1', 's3cret', '/?[redacted 6 chars]&q=1'],
  ['/?k=s3cret&l=s3cret', 'k=s3cret&l=s3cret', '/?k=[redacted 6 chars]&l=[redacted 6 chars]'],
  ['/?k=s3cret?x&token=s3cret', 'k=s3cret?x', '/?k=[redacted 8 chars]&token=[redacted 6 chars]'],
  ['/a;sid=s3cret?q=1', '', '/a;sid=[redacted 6 chars]?q=1'],
  ['/a', '', '/a'],
  ['/a?', '', '/a'],
])(
  'of the target %s with the query %j in REMOTE_URL the log and the dump show %s [D4 D6]',
  (target, baseQuery, shown) => {
    expect(maskTarget(target, baseQuery)).toBe(shown);
  },
);

test('a target shows no value of its query where nobody asked for it [D7]', () => {
  expect(maskTarget('/a?k=1&q=2', 'k=1', maskValues)).toBe('/a?k=[redacted 1 chars]&q=[redacted 1 chars]');
});
