import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pathFilter } from '../../../src/http/path-filter/path-filter.ts';
import { pathReadings } from '../../../src/http/path-filter/path-readings.ts';
import { bombs } from '../../helpers/path-bombs.ts';

const isFoobar = pathFilter(['/foobar']);
const isBlocked = (path: string) => isFoobar(pathReadings(path));

/** A disguise that some backend looks through. `at` chooses where, from 0 up to but without 1. */
type Disguise = (path: string, at: number) => string;

const pick = (path: string, at: number, wanted: RegExp) => {
  const places = [...path.matchAll(wanted)].map(({ index }) => index);
  return places[Math.floor(at * places.length)];
};

/** Replaces one character of those wanted. */
const one =
  (wanted: RegExp, replace: (character: string) => string): Disguise =>
  (path, at) => {
    const place = pick(path, at, wanted);
    if (place === undefined) return path;
    return `${path.slice(0, place)}${replace(path.charAt(place))}${path.slice(place + 1)}`;
  };

const hex = (character: string) => character.charCodeAt(0).toString(16).padStart(2, '0');

/** Behind the filtered name itself, whatever it has become: at the end of the path. */
const behind =
  (...suffixes: string[]): Disguise =>
  (path, at) =>
    `${path}${suffixes[Math.floor(at * suffixes.length)]}`;

const before =
  (...prefixes: string[]): Disguise =>
  (path, at) =>
    `${prefixes[Math.floor(at * prefixes.length)]}${path}`;

const disguises: Readonly<Record<string, Disguise>> = {
  'a character as an escape [F4]': one(/[\u0020-\u007e]/g, (character) => `%${hex(character)}`),
  'every percent sign as an escape [F5]': (path) => path.replaceAll('%', '%25'),
  'another letter case [F6]': one(/[A-Za-z]/g, (letter) =>
    /[a-z]/.test(letter) ? letter.toUpperCase() : letter.toLowerCase(),
  ),
  'a doubled slash [F7]': one(/\//g, () => '//'),
  'dot segments in front [F8]': before('/.', '/x/..', '/..', '/x/y/../..', '/x/%2e%2e', '//..'),
  'parameters in front [F9]': before('/;', '/..;', '/x/..;a=b', '/.;x'),
  'parameters behind [F9]': behind(';', ';a=b', ';a=b;c', ';/x'),
  'NUL behind [F10]': behind('%00', '\u0000', '%00.png', '%00/../x'),
  'a slash as an escape [F11]': one(/\//g, () => '%2f'),
  'dot segments between escaped slashes [F11]': one(/\//g, () => '%2fx%2f..%2f'),
  'a slash as a backslash [F12]': one(/\//g, () => '\\'),
  'a tab or a line break inside [F13]': one(/[a-z]/gi, (letter) => `\t${letter}\n`),
  'spaces and dots behind [F13]': behind('.', ' ', '%20', '...', '. .'),
  'what cuts the path behind [F14]': behind('#x', '?', '%23', '%3fx=/../y', '?/..'),
  'a character in full width [F15]': one(/[!-~]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) + 0xfee0),
  ),
  'an invisible character [F15]': one(/[a-z]/gi, (letter) => `\u200d${letter}\u00ad`),
  'overlong UTF-8 [F16]': one(/[!-~]/g, (character) => {
    const code = character.charCodeAt(0);
    return `%${(0xc0 | (code >> 6)).toString(16)}%${(0x80 | (code & 0x3f)).toString(16)}`;
  }),
  'a character as %u [F16]': one(/[!-~]/g, (character) => `%u00${hex(character)}`),
  'a host in front [F27]': before('//x', '//x@y:1', '/\\x', '/%5cx', '///x'),
  'a truncated or malformed escape behind [F28]': behind('%', '%6', '%u00', '%/x'),
  'white space at the start of a name [F29]': one(/[/\\](?![(/\\])/g, (slash) => `${slash}%20`),
  // Not on the digits of an escape: no decoder takes an accented letter for one.
  'an accent [F30]': one(/[g-tv-z]/gi, (letter) => `${letter}\u0301`),
  'a script in front [F31]': before('/index.php', '/a/b.cgi', '/cgi-bin/a', '/INDEX.PHP/x/..'),
  'a session in front [F32]': before('/(012345678901234567890123)', '/x/../(012345678901234567890123)'),
  'a stream behind [F34]': behind('::$DATA', ':$I30:$INDEX_ALLOCATION'),
  'something below [F2]': behind('/', '/x', '/x/../y', '/%zz'),
};

describe('a filtered path', () => {
  const names = Object.keys(disguises);

  test.each(names)('is blocked behind %s', (name) => {
    for (const start of ['/foobar', '/FooBar/x']) {
      for (let step = 0; step < 16; step += 1) {
        const path = disguises[name]?.(start, step / 16) ?? '';
        expect([path, isBlocked(path)]).toEqual([path, true]);
      }
    }
  });

  test('is blocked behind any two disguises, one over the other [F4, F5, F8, F11, F15]', () => {
    for (const inner of names) {
      for (const outer of names) {
        for (const [first, second] of [
          [0.1, 0.3],
          [0.5, 0.7],
          [0, 0.95],
          [0.8, 0],
        ] as const) {
          const path = disguises[outer]?.(disguises[inner]?.('/foobar', first) ?? '', second) ?? '';
          expect([inner, outer, path, isBlocked(path)]).toEqual([inner, outer, path, true]);
        }
      }
    }
  });

  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const layers = fc.array(fc.tuple(fc.constantFrom(...names), place), { minLength: 1, maxLength: 3 });

  test('is blocked behind up to three disguises in any order and place [F4, F5, F6, F7, F8, F9, F13, F14, F15, F16, F27, F28, F29, F30, F31, F32]', () => {
    fc.assert(
      fc.property(fc.constantFrom('/foobar', '/FooBar', '/foobar/x.png'), layers, (start, list) => {
        const path = list.reduce<string>((text, [name, at]) => disguises[name]?.(text, at) ?? text, start);
        expect([path, isBlocked(path)]).toEqual([path, true]);
      }),
      { numRuns: 4000 },
    );
  });

  test('of several names is blocked behind up to three disguises too [F5, F8, F11, F15]', () => {
    const isSecret = pathFilter(['/x/ü', '/admin/secret']);
    fc.assert(
      fc.property(layers, (list) => {
        const path = list.reduce<string>((text, [name, at]) => disguises[name]?.(text, at) ?? text, '/admin/secret');
        expect([path, isSecret(pathReadings(path))]).toEqual([path, true]);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Every way of taking a plain path: empty names kept or dropped, dot segments resolved or not. */
function plainReadings(segments: readonly string[]): string[][] {
  const kept = segments.reduce<string[][]>(
    (lists, segment) => lists.flatMap((list) => (segment === '' ? [list, [...list, '']] : [[...list, segment]])),
    [[]],
  );
  const resolved = kept.map((list) => {
    const names: string[] = [];
    for (const segment of list) {
      if (segment === '..') names.pop();
      else if (segment !== '.') names.push(segment);
    }
    return names;
  });
  return [...kept, ...resolved].map((list) => list.filter((name) => name !== '' && name !== '.'));
}

describe('a path without disguise', () => {
  const segment = fc.constantFrom('foobar', 'x', 'foo', 'bar', 'foobarx', 'xfoobar', 'foobar.html', '..', '.');

  test('is blocked exactly when one of its readings begins with the filtered name [F2, F3, F8]', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 7 }), (segments) => {
        const path = `/${segments.join('/')}`;
        const expected = plainReadings(segments).some(([first]) => first === 'foobar');
        expect([path, isBlocked(path)]).toEqual([path, expected]);
      }),
      { numRuns: 2000 },
    );
  });

  test('and with empty names is blocked when one of its readings begins with it, never without the name [F3, F7]', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(segment, fc.constant('')), { maxLength: 7 }), (segments) => {
        const path = `/${segments.join('/')}`;
        if (plainReadings(segments).some(([first]) => first === 'foobar'))
          expect([path, isBlocked(path)]).toEqual([path, true]);
        if (!segments.includes('foobar')) expect([path, isBlocked(path)]).toEqual([path, false]);
      }),
      { numRuns: 2000 },
    );
  });

  test('is never blocked when no reading holds the name, whatever else it holds [F3]', () => {
    const part = fc.oneof(
      fc.constantFrom(...'abcdeoru0189-._~!$&\'()*+,;=:@|[]{}"\\ \t'),
      fc.constantFrom(
        '%20',
        '%2e',
        '%2F',
        '%5c',
        '%00',
        '%3b',
        '%c0%af',
        '%E4%B8%AD',
        '%25',
        '..',
        '/',
        '/../',
        'foobarx/',
        'xfoobar',
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const path = `/${parts.join('')}`;
        expect([path, isBlocked(path)]).toEqual([path, false]);
      }),
      { numRuns: 2000 },
    );
  });

  test('made of anything at all is read without a crash [F16, F17]', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        const { readings, climbs, bottomless } = pathReadings(`/${text}`);
        expect(readings.length).toBeGreaterThan(0);
        expect([typeof climbs, typeof bottomless]).toEqual(['boolean', 'boolean']);
        expect(typeof isBlocked(text)).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });

  test('climbs exactly when it has more .. than names at some point [M7]', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 9 }), (segments) => {
        let depth = 0;
        let climbs = false;
        for (const each of segments) {
          depth += each === '..' ? -1 : Number(each !== '.');
          climbs ||= depth < 0;
        }
        expect(pathReadings(`/${segments.join('/')}`).climbs).toBe(climbs);
      }),
    );
  });
});

describe('a path made to cost time', () => {
  // How long each takes is for the bench: test/bench/path-filter.ts.
  test.each(Object.entries(bombs))('has a bounded number of readings: %s [F25]', (_name, bomb) => {
    expect(pathReadings(bomb(8192)).readings.length).toBeLessThanOrEqual(64);
  });
});
