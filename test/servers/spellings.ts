/** Spellings of a filtered path that some backend reads as the path. */
export interface Spelling {
  /** How it was made. */
  readonly by: string;
  readonly path: string;
}

type Disguise = (path: string) => string;

const hex = (character: string) => character.charCodeAt(0).toString(16).padStart(2, '0');

const before = (prefix: string): [string, Disguise] => [`${prefix} before`, (path) => `${prefix}${path}`];

const behind = (suffix: string): [string, Disguise] => [`${suffix} behind`, (path) => `${path}${suffix}`];

/** Replaces the last character of the kind that stands in the path. */
const last = (name: string, wanted: RegExp, replace: (character: string) => string): [string, Disguise] => [
  name,
  (path) => {
    const at = [...path.matchAll(wanted)].at(-1)?.index;
    return at === undefined ? path : `${path.slice(0, at)}${replace(path.charAt(at))}${path.slice(at + 1)}`;
  },
];

const letter = /(?<!%[\da-f]?|%u[\da-f]{0,3})[a-z]/gi;
const slash = /[/\\]/g;

const disguises: readonly (readonly [string, Disguise])[] = [
  ...['//x', '//x@y', '//x:80', '///x', '/\\x', '/%5Cx', '/%2Fx', '/%09/x', '/.//x', 'http://x'].map(before),
  ...['/', '/.', '/..', '/x/..', '/x/%2e%2e', '/x%2f..', '/x\\..', '/%252e', '/x/.%2e', '/.%00', '/%2e%2e%2f..'].map(
    before,
  ),
  ...['/;', '/;a=b', '/..;', '/x/..;', '/.;x', '/%3b'].map(before),
  ...[
    '/index.php',
    '/INDEX.PHP',
    '/index',
    '/app.cgi',
    '/index.php/x/..',
    '/index.php%2F',
    '/x.php',
    '/cgi-bin/app',
  ].map(before),
  ...['/(012345678901234567890123)', '/(S(x))', '/(A(x)F(y))'].map(before),
  ...[
    '%',
    '%6',
    '%u00',
    '%zz',
    '/',
    '/x',
    '/.',
    '//',
    '/..;/x',
    '.',
    '%20',
    '%20/x',
    '+',
    '%09',
    '%0a',
    '%00',
    '%00.png',
  ].map(behind),
  ...[
    ';',
    ';a=b',
    ';/x',
    '?',
    '%3f',
    '%23',
    '#x',
    '%3fx=/../y',
    '::$DATA',
    '~1',
    '\\',
    '%5c',
    '%2f',
    '%2f..%2fadmin',
  ].map(behind),
  ...['.json', '.xml/x', '.'].map(behind),
  last('a letter as an escape', letter, (each) => `%${hex(each)}`),
  last('a letter escaped twice', letter, (each) => `%25${hex(each)}`),
  last('a letter as %u', letter, (each) => `%u00${hex(each)}`),
  last('a letter in upper case', letter, (each) => each.toUpperCase()),
  last('an accent', letter, (each) => `${each}\u0301`),
  last('an accented letter', letter, (each) => `${each}\u0308`.normalize('NFC')),
  last('a full-width letter', letter, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0)),
  last('a letter in a circle', letter, (each) => String.fromCharCode(each.toLowerCase().charCodeAt(0) + 0x246f)),
  last('an overlong letter', letter, (each) => `%c1%${(each.charCodeAt(0) ^ 0xc0).toString(16)}`),
  last('a soft hyphen inside', letter, (each) => `\u00ad${each}`),
  last('a line break inside', letter, (each) => `${each}%0a`),
  last('NUL inside', letter, (each) => `%00${each}`),
  last('a percent sign inside', letter, (each) => `%${each}`),
  last('a session inside', letter, (each) => `/(S(x))${each}`),
  last(
    'a special letter',
    /[sik]/gi,
    (each) => ({ s: '\u017f', i: '\u0131', k: '\u212a' })[each.toLowerCase()] ?? each,
  ),
  last('a space at the start', slash, (each) => `${each}%20`),
  last('a no-break space at the start', slash, (each) => `${each}%C2%A0`),
  last('a plus at the start', slash, (each) => `${each}+`),
  last('a doubled slash', slash, (each) => `${each}${each}`),
  last('a backslash', slash, () => '\\'),
  last('an escaped slash', slash, () => '%2f'),
  last('an escaped backslash', slash, () => '%5c'),
  last('a full-width slash', slash, () => '\uff0f'),
  last('an overlong slash', slash, () => '%c0%af'),
  ['every letter as an escape', (path) => path.replace(/[g-z]/gi, (each) => `%${hex(each)}`)],
  ['every percent sign escaped', (path) => path.replaceAll('%', '%25')],
];

/** A number that looks random and is the same in each run. */
function* numbers(): Generator<number, never> {
  for (let state = 20_261_127; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state >> 4;
  }
}

/** Paths that backends serve what is filtered for, when they stand there without a disguise. */
const starts = ['/admin', '/secret', '/admin/x'];

/**
 * Returns the spellings: every disguise alone, and so many of two and of three over each other, by chance.
 *
 * @param counts how many of two and of three
 */
export function spellings({ pairs, triples }: { readonly pairs: number; readonly triples: number }): Spelling[] {
  const all = new Map<string, string>();
  const add = (by: readonly string[], path: string) => {
    if (!all.has(path)) all.set(path, by.join(', then '));
  };
  for (const start of starts) {
    add(['plain'], start);
    for (const [name, disguise] of disguises) add([name], disguise(start));
  }
  const number = numbers();
  const any = <T>(list: readonly T[]) => list[number.next().value % list.length] as T;
  for (let made = 0; made < pairs + triples; made += 1) {
    const chosen = [any(disguises), any(disguises), ...(made < pairs ? [] : [any(disguises)])];
    const path = chosen.reduce((before, [, disguise]) => disguise(before), any(starts));
    add(
      chosen.map(([name]) => name),
      path,
    );
  }
  return Array.from(all, ([path, by]) => ({ by, path }));
}

/** Paths of open pages, which must pass. */
export const openPaths: readonly string[] = [
  ...[
    '/',
    '/administration',
    '/x/admin%20guide',
    '/index.php/shop',
    '/(draft)/page',
    '/100%25',
    '/caf%C3%A9',
    '/a+b',
    '/x/y/z',
  ],
  ...[
    '/admins',
    '/secretary',
    '/v1.0/admin',
    '/x/admin',
    '/~user/admin',
    '/a;v=1',
    '/img/a.png',
    '/a%20b',
    '/@user',
    '/a:b',
  ],
];
