import { expect, test } from '@jest/globals';
import { isSameSecret } from '../../src/http/same-secret.ts';

test('a value is the secret only when it is that text to the last character', () => {
  expect(isSameSecret('correct horse', 'correct horse')).toBe(true);
  for (const value of ['', 'correct hors', 'correct horse ', 'Correct horse', 'correct horsf', 'correct horse\0']) {
    expect(isSameSecret(value, 'correct horse')).toBe(false);
  }
});
