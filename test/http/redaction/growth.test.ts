import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accessValues, pathMayHoldSecret } from '../../../src/http/redaction/access-values.ts';
import { maskHeaders, maskUnlistedHeaders } from '../../../src/http/redaction/headers.ts';
import { maskQuery, maskText, maskUrl, maskValues } from '../../../src/http/redaction/redaction.ts';
import { request } from '../../helpers/http-fixtures.ts';
import { secretPaths } from './secret-placements.ts';

/** Parts that lead a pattern into what it cannot match, again and again. */
const parts = [
  ...[
    '\\',
    '/',
    '@',
    ';',
    'a=;',
    '?',
    '&',
    '#',
    '/?a=',
    '%25',
    'a%3D',
    ' ',
    '"',
    '\\"',
    "'",
    '<',
    '<a',
    '<a>',
    ':',
    'a:',
    '=',
    ',',
  ],
  ...[
    'a',
    'A',
    '1',
    '-',
    '_',
    '.',
    'aA1',
    'bearer ',
    'basic ',
    'x-api-key',
    'a-api-key',
    'digest a',
    'eyJ',
    'eyJ.',
    'N-',
    'ST-1',
    '1:',
  ],
  ...[
    '-----',
    '-----BEGIN A-----',
    '-----BEGIN ',
    'key: ',
    'token="',
    'token=',
    'a="',
    '{"a":',
    '[',
    '{',
    '[1,',
    '(S(',
    '//a',
    '//a@',
  ],
  ...[
    'reset/',
    'token/',
    'a b ',
    'SG.',
    'v1.',
    '1//0',
    'sk-',
    'glpat-',
    'xox',
    '\n',
    '\t',
    'é',
    'пароль',
    '%2525',
    'a%253D',
    'a a: ',
  ],
];

/** Quadratic work on this much takes longer than a test may. */
const size = 64 * 1024;

describe('a value of 64 KB is masked in one pass', () => {
  test.each(parts)('made of %j', (part) => {
    const long = part.repeat(size / part.length);
    for (const text of [long, `/?a=${long}`]) {
      for (const name of ['link', 'www-authenticate', 'set-cookie', 'x-custom']) {
        expect(Object.keys(maskHeaders({ [name]: text }))).toEqual([name]);
      }
      expect([typeof maskQuery(text), typeof maskValues(text)]).toEqual(['string', 'string']);
      expect(Object.keys(maskUnlistedHeaders({ accept: text }))).toEqual(['accept']);
    }
  });

  test('as a name', () => {
    for (const part of parts) {
      const name = part.repeat(size / part.length);
      expect(Object.keys(maskHeaders({ [name]: 'a' }))).toEqual([name]);
    }
  });
});

describe('the access line', () => {
  test('loads the rules for every path that they change [D6]', () => {
    for (const [path] of secretPaths) expect([path, pathMayHoldSecret(path)]).toEqual([path, true]);
    const segment = fc.constantFrom(
      'a',
      'reset',
      'token',
      'x;y',
      'bot1:x',
      '(S(x))',
      'key:v',
      '%3B',
      'AKIAIOSFODNN7EXAMPLE',
      '0a1b2c3d4e5f60718293',
    );
    const path = fc.array(fc.oneof(segment, fc.string({ maxLength: 20 }), fc.base64String({ maxLength: 40 })), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(path, (segments) => {
        const rawPath = `/${segments.join('/')}`;
        if (!pathMayHoldSecret(rawPath)) expect(maskUrl(rawPath)).toBe(rawPath);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['/caf%C3%A9/menu', undefined],
    [
      '/assets/index-BX3k29fa.js',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0',
    ],
  ])('keeps %s and %s', async (rawPath, userAgent) => {
    const headers = userAgent === undefined ? {} : { 'user-agent': userAgent };
    expect(await accessValues(request({ rawPath, headers }))).toEqual({ path: rawPath, userAgent });
  });

  test('masks a credential in the path and in the user agent [D6]', async () => {
    const headers = { 'user-agent': 'curl/8 (token=s3cret; key: s3cret)' };
    const shown = await accessValues(request({ rawPath: '/a;jsessionid=s3cret', headers }));
    expect(shown.path).toBe('/a;jsessionid=[redacted 6 chars]');
    expect(shown.userAgent).not.toContain('s3cret');
    for (const agent of [
      'Bearer s3cret',
      'bot https://ada:s3cret@h/',
      'x/1 ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    ]) {
      const { userAgent } = await accessValues(request({ headers: { 'user-agent': agent } }));
      expect([agent, userAgent]).toEqual([agent, expect.not.stringMatching(/s3cret|16C7e42F/)]);
    }
  });

  test('has neither for a request that could not be read', async () => {
    expect(await accessValues(undefined)).toEqual({ path: undefined, userAgent: undefined });
  });
});

test('what is masked stays as it is when it is masked again', () => {
  for (const text of ['Bearer s3cret', '/a;sid=s3cret?token=s3cret&b=1', 'password: s3cret', '{"token":"s3cret"}']) {
    const once = maskText(text);
    expect(once).not.toContain('s3cret');
    expect(maskText(once)).toBe(once);
  }
});
