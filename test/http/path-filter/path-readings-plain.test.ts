import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pathReadings, readingsOfAny } from '../../../src/http/path-filter/path-readings.ts';

/** Readings in an order of their own, and names as a set: what a filter makes of them. */
const comparable = ({ readings, ...rest }: ReturnType<typeof pathReadings>) => ({
  ...rest,
  readings: readings.map((segments) =>
    segments.map(({ names, ...segment }) => ({ ...segment, names: new Set(names) })),
  ),
});

describe('the short way for plain paths', () => {
  const characters = fc.constantFrom(...'aZ09-_./', '%', '%2e', '%2F', ';', '\\', ' ', 'é', '..', '//', ':', '\u0000');

  test('comes to the same as the way for all', () => {
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 12 }), (parts) => {
        const path = `/${parts.join('')}`;
        expect(comparable(pathReadings(path))).toEqual(comparable(readingsOfAny(path)));
      }),
    );
  });

  test.each(['/', '/a', '/a/B.min.js', '/a.', '/.a', '/a..b', '/a//b', '/a/', '/A_b-1/2'])('so too for %s', (path) => {
    expect(comparable(pathReadings(path))).toEqual(comparable(readingsOfAny(path)));
  });
});
