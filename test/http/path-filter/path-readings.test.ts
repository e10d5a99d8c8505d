import { describe, expect, test } from '@jest/globals';
import { pathFilter } from '../../../src/http/path-filter/path-filter.ts';
import { pathReadings } from '../../../src/http/path-filter/path-readings.ts';

const blocks = (entries: readonly string[], path: string) => pathFilter(entries)(pathReadings(path));

const isBlocked = (path: string) => blocks(['/foobar'], path);

/** Paths as a test lists them, one or many to a group. */
const each = (paths: readonly string[]) => paths.map((path) => [path] as const);

describe('with /foobar filtered', () => {
  test.each(each(['/foobar', '/foobar/', '/foobar/x', '/foobar/x/y?z', '/foobar//']))(
    '%s is blocked [F1, F2]',
    (path) => {
      expect(isBlocked(path)).toBe(true);
    },
  );

  test.each(
    each([
      ...['/', '', '/foobarx', '/x/foobar', '/foo/bar', '/foobar.html', '/fooba', '/fo', '/foobar-', '/xfoobar'],
      ...['/a/../x/foobar', '/a/./b', '/x/foobar/..', '/foobar%2Dx', '/FOOBARX', '/x%2Ffoobar', '/%78/foobar'],
      ...['/p=/foobar', '/x?p=/foobar', '/x%3Fp=/foobar', '/foo%20bar', '/foo+bar', '/fo/obar', 'foo/bar'],
    ]),
  )('%s is not blocked [F3]', (path) => {
    expect(isBlocked(path)).toBe(false);
  });

  test('a doubled slash that one hop merges and resolves before the next one decodes is blocked [F7 F11]', () => {
    expect(isBlocked('/x%2fy//../%2ffoobar')).toBe(true);
  });

  test('a full-width dot beside an escape that only lenient backends read is a dot [F15 F16]', () => {
    expect(blocks(['/foo.bar'], '/foo．%u0062ar')).toBe(true);
  });

  test('of combining marks on one letter the first thirty count, which no language needs [F15 F25]', () => {
    // A nukta, which is no accent that collations ignore.
    const marked = (times: number) => `/क${'\u093c\u0947'.repeat(times / 2)}`;
    expect(blocks([marked(30)], marked(100))).toBe(true);
    expect(blocks([marked(30)], marked(28))).toBe(false);
  });

  test.each(each(['/x%2fy/..\\%2ffoobar', '/x%2fy\\..\\%2ffoobar', '\\x%2fy\\..\\%66oobar']))(
    '%s, whose backslashes one hop resolves before the next one decodes, is blocked [F11 F12]',
    (path) => {
      expect(isBlocked(path)).toBe(true);
    },
  );

  test.each(each(['/%66oobar', '/%66%6f%6F%62%61%72', '/foo%62ar', '/%46oobar', '/foobar%2Fx', '/%66oobar/x']))(
    'letters as escapes are blocked: %s [F4]',
    (path) => {
      expect(isBlocked(path)).toBe(true);
    },
  );

  test('a letter that is escaped up to five times over is blocked [F5]', () => {
    for (const rounds of [1, 2, 3, 4, 5]) {
      const path = `/%${'25'.repeat(rounds - 1)}66oobar`;
      expect([path, isBlocked(path), pathReadings(path).bottomless]).toEqual([path, true, false]);
    }
  });

  test('a path that still changes after five rounds is bottomless, and an ordinary one is not [F5]', () => {
    expect(pathReadings(`/%${'25'.repeat(5)}66`).bottomless).toBe(true);
    expect(pathReadings(`/%${'25'.repeat(2000)}66`).bottomless).toBe(true);
    for (const path of ['/', '/%25', '/%2525', '/100%', '/a%2Fb;c=%3B?d#e', `/${'A%20;x=1/'.repeat(300)}`]) {
      expect([path, pathReadings(path).bottomless]).toEqual([path, false]);
    }
  });

  test.each(each(['/FOOBAR', '/FooBar', '/%46OOBAR', '/fooBAR/x']))(
    'another letter case is blocked: %s [F6]',
    (path) => {
      expect(isBlocked(path)).toBe(true);
    },
  );

  test.each(each(['//foobar', '///foobar', '/x//../foobar', '//foobar//x', '/%2Ffoobar', '/.//foobar']))(
    'doubled slashes are blocked: %s [F7]',
    (path) => {
      expect(isBlocked(path)).toBe(true);
    },
  );

  test.each(
    each([
      ...['/./foobar', '/x/../foobar', '/x/%2e%2e/foobar', '/x/.%2e/foobar', '/x/%2E./foobar', '/../foobar'],
      ...['/x/y/../../foobar', '/foobar/.', '/foobar/./x', '/x/%252e%252e/foobar', '/foobar/../x', '/foobar/x/../y'],
      ...['/x/../../../foobar', '/..//foobar', '/x/.../../../foobar'],
    ]),
  )('dot segments are blocked: %s [F8]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each([
    ['an empty segment that only some backends drop', '/q/../foobar//../z'],
    ['parameters that only some backends strip', '/q/../foobar/..;/../z'],
    ['a name of parameters alone', '/q/../foobar/;/../z'],
    ['a space that only some backends trim', '/q/../foobar/.%20/../z'],
    ['a name of spaces alone', '/q/../foobar/%20/../z'],
    ['a backslash that only some backends split at', '/q/../foobar/..\\../../z'],
    ['an escaped slash that only some backends split at', '/q/../foobar/..%2f../../z'],
    ['escaped dots that only some backends resolve', '/q/../foobar/%252e%252e/../z'],
    ['full-width dots that only some backends fold', '/q/../foobar/．．/../z'],
    ['a control character that only some backends drop', '/q/../foobar/.%09./../z'],
    ['an invisible character that only some backends drop', '/q/../foobar/.\u200b./../z'],
    ['a cut that only some backends make', '/q/../foobar/x%3f/../../../../z'],
  ])('a path that stays below it for those who do not resolve %s is blocked [F7, F8, F9]', (_, path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(
    each([
      ...['/foobar;a=b', '/;/foobar', '/..;/foobar', '/x/..;/foobar', '/x/..;a=b/foobar', '/foobar;', '/foobar;/x'],
      ...['/foobar%3Ba=b', '/x/%2e%2e;/foobar', '/x/..%3b/foobar', '/;a=b/x/../foobar', '/.;/foobar'],
    ]),
  )('path parameters are blocked: %s [F9]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(
    each(['/foobar%00', '/foobar%00.png', '/foobar%2500.png', '/foobar\u0000x', '/foo%00bar', '/foobar%00/../x']),
  )('NUL is blocked: %j [F10]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(
    each(['/x%2f..%2ffoobar', '/%2ffoobar', '/x%252f..%252ffoobar', '%2Ffoobar', '/%2F/foobar', '/foobar%2F..']),
  )('escaped slashes are blocked: %s [F11]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(
    each(['\\foobar', '/\\foobar', '/x\\..\\foobar', '/%5cfoobar', '/x%5c..%5cfoobar', '/x/..\\foobar', '/foobar\\x']),
  )('backslashes are blocked: %s [F12]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(
    each([
      ...['/foo\tbar', '/foo%09bar', '/foo%0abar', '/foo%0Dbar', '/foo%7Fbar', '/foobar%20', '/foobar ', '/foobar.'],
      ...['/foobar%2e', '/foobar...', '/foobar. .', '/foobar%20/x', '/foobar./x', '/%0dfoobar', '/x/.\t./foobar'],
      ...[
        '/x/..%20/foobar',
        '/x/..%20./foobar',
        '/foobar::$DATA',
        '/foobar:$I30:$INDEX_ALLOCATION',
        '/%6%096oobar',
        '/%6\n6oobar',
        '/%\t66oobar',
        '/%256%096oobar',
        '/%6%006oobar',
      ],
    ]),
  )('control characters, and spaces or dots at the end, are blocked: %j [F13]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(
    each(['/foobar#x', '/foobar%23', '/foobar%3f', '/foobar?', '/foobar%3fx/../../y', '/foobar%253f', '/foobar#/../y']),
  )('what cuts the path is blocked: %s [F14]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each([
    ['full-width letters', '/ｆｏｏｂａｒ'],
    ['full-width letters as escapes', '/%EF%BD%86oobar'],
    ['a full-width slash', '／foobar'],
    ['full-width slashes around dots', '/x／..／foobar'],
    ['full-width dots', '/x/．．/foobar'],
    ['a two-dot leader', '/x/‥/foobar'],
    ['full-width backslashes', '/x＼..＼foobar'],
    ['full-width backslashes as escapes', '/x%EF%BC%BC..%EF%BC%BCfoobar'],
    ['a full-width question mark', '/foobar？x'],
    ['a small question mark', '/foobar﹖x'],
    ['a full-width hash', '/foobar＃x'],
    ['a full-width semicolon', '/foobar；x'],
    ['a Greek question mark, which is a semicolon', '/foobar\u037ex'],
    ['a full-width percent sign', '/％66oobar'],
    ['a full-width percent sign as an escape', '/%EF%BC%8566oobar'],
    ['full-width hex digits', '/%６６oobar'],
    ['a full-width percent sign of a percent sign', '/％２５66oobar'],
    ['a zero-width joiner', '/foo\u200dbar'],
    ['a soft hyphen', '/foo\u00adbar'],
    ['a variation selector', '/foobar\ufe0f'],
    ['a byte order mark', '/\ufefffoobar'],
    ['a right-to-left mark', '/foo%E2%80%8Fbar'],
    ['an invisible character inside of an escape', '/%6\u200b6oobar'],
    ['a control character of C1', '/foo\u0085bar'],
    ['mathematical letters', '/𝐟𝐨𝐨𝐛𝐚𝐫'],
    ['letters in circles', '/ⓕⓞⓞⓑⓐⓡ'],
    ['a no-break space at the end', '/foobar\u00a0'],
    ['a full-width full stop at the end', '/foobar．'],
    ['a line separator at the end', '/foobar%E2%80%A8'],
  ])('%s make no difference [F15]', (_, path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each([
    ['ligatures', '/office', '/oﬃce'],
    ['ligatures in the entry', '/oﬃce', '/office'],
    ['the dotless i', '/admin', '/admın'],
    ['the dotted capital I', '/admin', '/ADMİN'],
    ['the dotted capital I as an escape', '/admin', '/adm%C4%B0n'],
    ['the long s', '/users', '/uſers'],
    ['sharp s and its capital', '/straße', '/STRASSE'],
    ['capital sharp s', '/strasse', '/ſtraẞe'],
    ['the final sigma', '/οδος', '/ΟΔΟΣ'],
    ['a sigma that is final before a dot', '/ας', '/ΑΣ.'],
    ['the Kelvin sign', '/key', '/\u212aey'],
    ['an accent apart from its letter', '/é', '/e\u0301'],
    ['an accent apart from an escaped letter', '/ǰx', '/%256a%CC%8Cx'],
  ])('%s: %s and %s compare equal [F15]', (_, entry, path) => {
    expect(blocks([entry], path)).toBe(true);
  });

  test.each([
    ['two bytes', '/x%c0%af..%c0%affoobar'],
    ['three bytes', '/x%e0%80%af..%e0%80%affoobar'],
    ['four bytes', '/x%f0%80%80%af..%f0%80%80%affoobar'],
    ['overlong dots', '/x/%c0%ae%c0%ae/foobar'],
    ['overlong letters', '/%c1%a6oobar'],
    ['overlong letters of three bytes', '/%e0%81%a6oobar'],
    ['overlong letters as %u', '/%u00c1%u00a6oobar'],
    ['an overlong percent sign', '/%c0%a566oobar'],
    ['%u escapes', '/%u0066oobar'],
    ['a full-width letter as %u', '/%uff46oobar'],
    ['%u slashes', '/x%u002f..%u002ffoobar'],
    ['an escaped %u', '/%25u0066oobar'],
    ['%u of a percent sign', '/%u002566oobar'],
    ['a broken byte that some decoders drop', '/foo%ffbar'],
    ['five bytes', '/x%f8%80%80%80%af..%f8%80%80%80%affoobar'],
    ['six bytes', '/x%fc%80%80%80%80%af..%fc%80%80%80%80%affoobar'],
    ['half a sequence that some decoders drop', '/foo%e4%b8bar'],
  ])('%s are read as lenient backends would [F16]', (_, path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test('an overlong slash beside good UTF-8 is still a slash [F16]', () => {
    expect(blocks(['/ü/x'], '/%C3%BC%c0%afx')).toBe(true);
  });

  test('a malformed escape is read literally, and as nothing by decoders that drop it [F17 F28]', () => {
    for (const path of ['/%zzfoobar', '/%', '/%u00', '/%%', '/%E0%A4']) {
      expect([path, isBlocked(path)]).toEqual([path, false]);
    }
    for (const path of ['/foobar%zz', '/foobar%', '/foobar%2', '/foobar%u12']) {
      expect([path, isBlocked(path), blocks([path], path), blocks([path], '/foobar')]).toEqual([
        path,
        true,
        true,
        false,
      ]);
    }
    for (const path of ['/foobar/%zz', '/foobar/%', '/%/../foobar', '/%zz/%2e%2e/foobar']) {
      expect([path, isBlocked(path)]).toEqual([path, true]);
    }
    expect(blocks(['/foobar%zz'], '/foobar%zz/x')).toBe(true);
  });

  test('what ends a path may be cut off between two rounds of decoding [F5, F14]', () => {
    expect(isBlocked('/a%25253fb/../fo%25256fbar%3fx')).toBe(true);
    expect(isBlocked('/a%252500b/../fo%25256fbar%2500x')).toBe(true);
  });

  test('lone surrogates and noncharacters crash nothing [F16, F17]', () => {
    for (const odd of ['\ud800', '\udc00', '\uffff', '\ufdd0', '\ufffe', '\u{10ffff}', '%ed%a0%80', '%ff%fe']) {
      expect(isBlocked(`/x${odd}/${odd}y`)).toBe(false);
      expect(isBlocked(`/${odd}x/../foobar`)).toBe(true);
    }
  });

  test.each(['/a/x/..;/b', '/a/x/;/..;/..;/b', '/a/..;/a/b'])(
    'with /a/b filtered, %s is blocked, where some keep the segments with parameters and some do not [F8, F9]',
    (path) => {
      expect(blocks(['/a/b'], path)).toBe(true);
      expect(blocks(['/a/b'], path.replace(/b$/, 'x/b'))).toBe(false);
    },
  );

  test('parameters are stripped before or after an escape is read [F9, F11]', () => {
    expect(blocks(['/admin/secret'], '/admin;%2fz/%73ecret')).toBe(true);
    expect(blocks(['/admin/secret'], '/q/%2e%2e/admin;%2fz/secret')).toBe(true);
    expect(isBlocked('/q/%2e%2e;%2fz/foobar')).toBe(true);
  });
});

describe('FILTERED_PATH', () => {
  test('with no entry blocks nothing, not even the root [F21]', () => {
    for (const path of ['/', '', '/x', '/..', '//', '/%00']) expect([path, blocks([], path)]).toEqual([path, false]);
  });

  test('of / is the root alone [F21]', () => {
    for (const path of ['/', '', '//', '/.', '/x/..', '/..', '/%2e', '/;x']) {
      expect([path, blocks(['/'], path)]).toEqual([path, true]);
    }
    for (const path of ['/x', '/x/', '/index.html']) expect([path, blocks(['/'], path)]).toEqual([path, false]);
  });

  test.each([
    ['/foobar/', '/foobar'],
    ['/FooBar', '/foobar/x'],
    ['/a%20b', '/a b'],
    ['/a b', '/a%20b/c'],
    ['/ü', '/%C3%BC'],
    ['/x/../foobar', '/foobar'],
    ['//foobar', '/foobar'],
    ['/foobar?x=1', '/foobar'],
    ['/a%2Fb', '/a/b'],
    ['/a\\b', '/a/b'],
    ['/x%2F..%2Ffoobar', '/foobar'],
    ['/foobar.', '/foobar'],
    ['/foobar;x', '/foobar'],
    ['/foobar;x::$DATA', '/foobar'],
  ])('of %s covers %s: entries are read as paths are [F21]', (entry, path) => {
    expect(blocks([entry], path)).toBe(true);
  });

  test.each([
    ['/;x', '/'],
    ['/.;x', '/.;y'],
    ['/..;x', '/..;y'],
  ])('of %s, whose parameters leave no name, covers itself and not %s [F21]', (entry, other) => {
    expect([blocks([entry], entry), blocks([entry], other)]).toEqual([true, false]);
  });

  test('is never a pattern [F21]', () => {
    for (const entry of ['/.*', '/f[o]+bar', '/(a+)+$', '/foo*', '/^foobar$', '/foo?bar', '/\\w+']) {
      expect([entry, isBlockedBy(entry, '/foobar'), isBlockedBy(entry, entry)]).toEqual([entry, false, true]);
    }
  });

  const isBlockedBy = (entry: string, path: string) => blocks([entry], path);

  test('with ten thousand entries blocks each and nothing between [F21]', () => {
    const filter = pathFilter(Array.from({ length: 10_000 }, (_, index) => `/e/${index}/x`));
    expect(filter(pathReadings('/e/9999/x/y'))).toBe(true);
    expect(filter(pathReadings('/e/0/%78'))).toBe(true);
    expect(filter(pathReadings('/e/10000/x'))).toBe(false);
    expect(filter(pathReadings('/e/9999'))).toBe(false);
  });

  test('of names that objects have of their own is as harmless as any other [F21]', () => {
    expect(blocks(['/a'], '/__proto__/constructor')).toBe(false);
    expect(blocks(['/__proto__'], '/__proto__/x')).toBe(true);
    expect(blocks(['/constructor'], '/a')).toBe(false);
  });
});

describe('climbing above the root', () => {
  test.each(
    each([
      ...['/..', '/../x', '/a/../../x', '/%2e%2e/x', '/..%2fx', '/..\\x', '/..;/x', '/..%20/x', '/.%00./x', '/．．/x'],
      ...['/a//../../x', '/a\\b/../../x', '/a／b/../../x', '/;/../x', '/%252e%252e/x', '/a/..%2f..%2fx', '/./../x'],
      ...['/a%2fb/../../x', '/a%3b/../..;/x', '/a/b\\..\\../../../x', '/.%0d./x', '/%c0%ae%c0%ae/x', '/../../..'],
    ]),
  )('is seen in %j [M7]', (path) => {
    expect(pathReadings(path).climbs).toBe(true);
  });

  test.each(
    each([
      '/',
      '',
      '/a/..',
      '/a/../b',
      '/a/b/../..',
      '/a/./b',
      '/a..',
      '/..a',
      '/.a/b',
      '/a/%2e%2e/b',
      '/a;x/../b',
      '/...a',
      '/a/b/%2e%2e/%2e%2e',
    ]),
  )('is not seen in %j [M7]', (path) => {
    expect(pathReadings(path).climbs).toBe(false);
  });
});
