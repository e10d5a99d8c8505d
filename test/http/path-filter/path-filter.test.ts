import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pathFilter } from '../../../src/http/path-filter/path-filter.ts';
import { pathReadings } from '../../../src/http/path-filter/path-readings.ts';

const filter = pathFilter(['/foobar']);
const isBlocked = (path: string) => filter(pathReadings(path));

const percent = (byte: number) => `%${byte.toString(16).padStart(2, '0')}`;

/** Replaces one letter that stands outside of any escape; `at` chooses which. */
function onLetter(path: string, at: number, change: (letter: string) => string): string {
  const letters = [...path.matchAll(/%(?:u[\da-f]{4}|[\da-f]{2})|([a-z])/gi)].filter(([, letter]) => letter);
  const chosen = letters[at % Math.max(letters.length, 1)];
  if (chosen === undefined) return path;
  const { index } = chosen;
  return `${path.slice(0, index)}${change(path[index] ?? '')}${path.slice(index + 1)}`;
}

const fullWidth = (letter: string) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0);

/** What an attacker does to a path without changing what some backend makes of it. */
const transformations: Readonly<Record<string, (path: string, at: number) => string>> = {
  'a letter as an escape': (path, at) => onLetter(path, at, (letter) => percent(letter.charCodeAt(0))),
  'every letter as an escape': (path) => path.replace(/[g-z]/gi, (letter) => percent(letter.charCodeAt(0))),
  'the escapes escaped': (path) => path.replaceAll('%', '%25'),
  'another letter case': (path, at) => onLetter(path, at, (letter) => letter.toUpperCase()),
  'a doubled slash': (path) => `/${path}`,
  'a dot segment': (path) => `/.${path}`,
  'a step down and up': (path) => `/x/..${path}`,
  'an escaped step down and up': (path) => `/x/%2e%2E${path}`,
  'a step up at the root': (path) => `/..${path}`,
  'a step with parameters': (path) => `/x/..;a=b${path}`,
  'a step behind an empty name': (path) => `/x//..${path}`,
  // Not beside another backslash: nobody takes one for a slash and the next for a letter.
  'a step out of a name with a backslash': (path) => (path.includes('\\') ? path : `/x\\y/../.${path}`),
  'a step out of a name with an escaped slash': (path) => `/x%2fy/..${path}`,
  parameters: (path) => `${path};a=b`,
  'a slash at the end': (path) => `${path}/`,
  'something below': (path) => `${path}/x`,
  'a backslash for the first slash': (path) => (path.includes('\\') ? path : path.replace('/', '\\')),
  'an escaped slash': (path) => path.replace('/', '/%2f'),
  'a dot at the end': (path) => `${path}.`,
  'a space at the end': (path) => `${path}%20`,
  'NUL and an extension': (path) => `${path}%00.png`,
  'an escaped hash': (path) => `${path}%23x`,
  'an escaped question mark': (path) => `${path}%3fx`,
  'a tab inside': (path, at) => onLetter(path, at, (letter) => `\t${letter}`),
  'an escaped line break inside': (path, at) => onLetter(path, at, (letter) => `${letter}%0a`),
  'a soft hyphen inside': (path, at) => onLetter(path, at, (letter) => `\u00ad${letter}`),
  'a full-width letter': (path, at) => onLetter(path, at, fullWidth),
  'an overlong letter': (path, at) =>
    onLetter(
      path,
      at,
      (letter) => `${percent(0xc0 | (letter.charCodeAt(0) >> 6))}${percent(0x80 | (letter.charCodeAt(0) & 0x3f))}`,
    ),
  'a host before the path': (path) => `//x${path}`,
  'a script before the path': (path) => `/index.php${path}`,
  'a folder of scripts before the path': (path) => `/cgi-bin/x${path}`,
  'a session before the path': (path) => `/(012345678901234567890123)${path}`,
  'a truncated escape': (path) => `${path}%6`,
  'a stream': (path) => `${path}::$DATA`,
  // Not before a session, which begins with its parenthesis.
  'a space at the start': (path) => (path.startsWith('/(') ? path : path.replace(/^[/\\]/, '$&%20')),
  'an accent': (path, at) => onLetter(path, at, (letter) => `${letter}\u0301`),
  'a letter as %u': (path, at) => onLetter(path, at, (letter) => `%u00${letter.charCodeAt(0).toString(16)}`),
};

describe('for any composition of up to three transformations', () => {
  const names = Object.keys(transformations);
  const step = fc.tuple(fc.constantFrom(...names), fc.nat(5));
  const steps = fc.array(step, { minLength: 1, maxLength: 3 });
  const applied = (path: string, list: readonly (readonly [string, number])[]) =>
    list.reduce((before, [name, at]) => transformations[name]?.(before, at) ?? before, path);

  test('of a filtered path, it is blocked [F4 F5 F6 F7 F8 F9 F10 F11 F12 F13 F14 F15 F16 F27 F28 F29 F30 F31 F32]', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const path = applied('/foobar', list);
        expect([path, isBlocked(path)]).toEqual([path, true]);
      }),
      { numRuns: 3000 },
    );
  });

  test('each pair of them, in both orders, it is blocked [F4 F5 F6 F7 F8 F9 F10 F11 F12 F13 F14 F15 F16 F27 F28 F29 F30 F31 F32]', () => {
    for (const first of names) {
      for (const second of names) {
        const path = applied('/foobar', [
          [first, 1],
          [second, 2],
        ]);
        expect([first, second, path, isBlocked(path)]).toEqual([first, second, path, true]);
      }
    }
  });

  test.each(['/foobarx', '/foo', '/q/x/foobar', '/foobar-x', '/p/foobar'])(
    'of %s, it is not blocked [F3]',
    (target) => {
      // Some transformations may leave the filtered name alone: they cut the path, step up,
      // are dropped as broken, or may hold a script of any name.
      const changing = /step|NUL|hash|question|overlong|folder/;
      // Two slashes or a script make the rest of the path a path of its own.
      const leading = /doubled slash|escaped slash|host|script/;
      const harmless = names.filter((name) => !changing.test(name) && !(target === '/p/foobar' && leading.test(name)));
      const harmlessStep = fc.tuple(fc.constantFrom(...harmless), fc.nat(5));
      fc.assert(
        fc.property(fc.array(harmlessStep, { maxLength: 3 }), (list) => {
          const path = applied(target, list);
          expect([path, isBlocked(path)]).toEqual([path, false]);
        }),
        { numRuns: 500 },
      );
    },
  );
});

const decode = (path: string) =>
  path.replace(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));

/** RFC 3986 §5.2.4, which keeps empty segments. */
const resolved = (path: string) => {
  const out: string[] = [];
  for (const segment of path.replace(/^\//, '').split('/')) {
    if (segment === '..') out.pop();
    else if (segment !== '.') out.push(segment);
  }
  return `/${out.join('/')}`;
};
const merged = (path: string) => path.replace(/\/{2,}/g, '/');
const onWindows = (path: string) =>
  path
    .replaceAll('\\', '/')
    .split('/')
    .map((segment) => (/^\.\.?$/.test(segment) ? segment : segment.replace(/[. ]+$/, '')))
    .join('/');

/** How backends read a path before they decide who may have it. */
const backends: Readonly<Record<string, (path: string) => string>> = {
  'one that resolves nothing': (path) => path.split(/[?#]/, 1)[0] ?? '',
  'one with a WHATWG URL': (path) => new URL(`http://h${path}`).pathname,
  'one with a WHATWG URL that decodes then': (path) => decode(new URL(`http://h${path}`).pathname),
  nginx: (path) => resolved(merged(decode(path.split(/[?#]/, 1)[0] ?? ''))),
  Go: (path) => resolved(merged(decode(path.split('?', 1)[0] ?? ''))),
  'one that strips parameters, decodes and resolves': (path) =>
    resolved(merged(decode((path.split('?', 1)[0] ?? '').replace(/;[^/]*/g, '')))),
  'one that decodes, strips parameters and resolves': (path) =>
    resolved(merged(decode(path.split('?', 1)[0] ?? '').replace(/;[^/]*/g, ''))),
  IIS: (path) => resolved(merged(onWindows(decode(path.split('?', 1)[0] ?? '')))).toLowerCase(),
  'one in C': (path) => resolved(merged(decode(path).split('\0', 1)[0] ?? '')),
  'one behind a proxy that resolves': (path) => resolved(merged(decode(resolved(decode(path.split('?', 1)[0] ?? ''))))),
};

const isBelow = (path: string) => {
  const names = path.split('/').filter((segment) => segment !== '');
  return names[0] === 'foobar' && path.startsWith('/');
};

describe('for any path', () => {
  const pieces = ['/', '/', '/', 'foobar', 'foobar', 'x', '..', '..', '.', ';', ';a=b', '\\', ' ', '%20', '?', '#'];
  const escaped = ['%2f', '%5c', '%2e', '%2e%2e', '%252e', '%252f', '%00', '%3f', '%23', '%3b', '%66oobar', '%09'];
  const soup = fc.array(fc.constantFrom(...pieces, ...escaped), { maxLength: 14 }).map((parts) => `/${parts.join('')}`);

  test.each(Object.entries(backends))('that %s would serve from below /foobar, it is blocked [F3 F8]', (_, read) => {
    fc.assert(
      fc.property(soup, (path) => {
        if (isBelow(read(path))) expect([path, isBlocked(path)]).toEqual([path, true]);
      }),
      { numRuns: 4000 },
    );
  });

  test('without the filtered name, it is not blocked [F3]', () => {
    const other = soup.map((path) => path.replaceAll('foobar', 'fooba').replaceAll('%66oobar', 'fooba'));
    fc.assert(
      fc.property(other, (path) => {
        expect([path, isBlocked(path)]).toEqual([path, false]);
      }),
      { numRuns: 2000 },
    );
  });

  test('that all read alike, it is blocked when it lies below, and only then [F2 F3]', () => {
    const segment = fc.constantFrom('foobar', 'x', 'y', 'foobarx', '..', '.', '%66oobar', 'a%20b');
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), (segments) => {
        const path = `/${segments.join('/')}`;
        const unresolved = `/${segments.filter((each) => each !== '.').join('/')}`;
        const below = [unresolved, resolved(path)].some((each) => isBelow(decode(each)));
        expect([path, isBlocked(path)]).toEqual([path, below]);
      }),
      { numRuns: 2000 },
    );
  });

  test('entries of several names are found below each other and nowhere else [F2 F3]', () => {
    const deep = pathFilter(['/a/b/c', '/a/d', '/e']);
    const plain = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', '..', '.'), { maxLength: 8 });
    const covered = (path: string) => /^\/(?:a\/b\/c|a\/d|e)(?:\/|$)/.test(path);
    fc.assert(
      fc.property(plain, (segments) => {
        const path = `/${segments.join('/')}`;
        const unresolved = `/${segments.filter((segment) => segment !== '.').join('/')}`;
        expect([path, deep(pathReadings(path))]).toEqual([path, covered(resolved(path)) || covered(unresolved)]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a path made to cost time', () => {
  const bombs = [
    '%25',
    '25',
    '/..',
    '/../x',
    '%2e%2e%2f',
    '/..;',
    '\\',
    ';',
    '. ',
    '%00',
    '%u0025',
    '//',
    '%c0%ae',
    '?',
    '／',
  ];

  test.each(bombs)('of %j many times over is read in proportion to its length [F25]', (bomb) => {
    const work = (length: number) => {
      const { readings } = pathReadings(`/%${bomb.repeat(Math.ceil(length / bomb.length))}`);
      return readings.reduce((sum, { length: segments }) => sum + segments, 0);
    };
    expect(work(8000)).toBeLessThanOrEqual(9 * (work(1000) + 1));
  });

  test('has at most 64 readings, and one with more is not an honest one [F25]', () => {
    const { readings, bottomless } = pathReadings(
      '/a//../b/%2e%2e//c/%252e%252e//d/%25252e%25252e//e%c0%ae\\x%2fy%3fz%23'.repeat(50),
    );
    expect(readings.length).toBeLessThanOrEqual(64);
    expect(bottomless).toBe(true);
  });

  test('that leads to more than 128 places of the filter at once is blocked, and to fewer is not [F25]', () => {
    const isDeep = pathFilter([`${'/a'.repeat(200)}/z`]);
    const blocked = (times: number) => isDeep(pathReadings(`${'/a'.repeat(times)}/b`));
    expect([blocked(127), blocked(128)]).toEqual([false, true]);
  });

  test('is compared no longer for ten thousand entries than for one [F25]', () => {
    const entries = Array.from({ length: 10_000 }, (_, index) => `/a/${index}`);
    const readings = pathReadings(`/a${'/..;/a'.repeat(1000)}/10000`);
    const lookups: string[] = [];
    const counting = {
      readings: readings.readings.map((segments) =>
        segments.map((segment) => ({
          ...segment,
          get names() {
            lookups.push('');
            return segment.names;
          },
        })),
      ),
      climbs: false,
      bottomless: false,
    };
    pathFilter(['/a/0'])(counting);
    const forOne = lookups.splice(0).length;
    pathFilter(entries)(counting);
    expect(lookups.length).toBeLessThanOrEqual(2 * forOne);
  });
});
