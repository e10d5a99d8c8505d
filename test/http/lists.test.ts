import { describe, expect, test } from '@jest/globals';
import { append, lastMember, members } from '../../src/http/lists.ts';

describe('a comma-separated list', () => {
  test.each([
    [undefined, ['']],
    ['', ['']],
    ['a , b,c', ['a', 'b', 'c']],
    [
      ['a, b', 'c'],
      ['a', 'b', 'c'],
    ],
    [',a', ['', 'a']],
  ])('%j has the members %j, over however many fields', (list, expected) => {
    expect(members(list)).toEqual(expected);
    expect(lastMember(list)).toBe(expected.at(-1));
  });

  test.each([
    [undefined, 'z'],
    [' ', 'z'],
    ['a,b', 'a,b, z'],
    [['a', '', 'b'], 'a, b, z'],
  ])('%j goes on as %j, and nothing in it is written anew', (list, expected) => {
    expect(append(list, 'z')).toBe(expected);
  });
});
