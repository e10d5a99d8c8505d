import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseChallenges } from '../../../src/http/response/challenges.ts';

const schemesOf = (field: string | string[] | undefined) => parseChallenges(field).map(({ scheme }) => scheme);
const realmsOf = (field: string) => parseChallenges(field).map(({ parameters }) => parameters['realm']);

describe('challenges', () => {
  test.each([
    ['Basic realm="Garden"', ['basic'], ['Garden']],
    ['BASIC REALM="Garden"', ['basic'], ['Garden']],
    ['Basic realm=Garden', ['basic'], ['Garden']],
    ['Basic realm = "Garden" , charset = "UTF-8"', ['basic'], ['Garden']],
    ['Basic charset="UTF-8", realm="a, Basic realm=b"', ['basic'], ['a, Basic realm=b']],
    ['Basic realm="a \\"quoted\\" \\\\ one"', ['basic'], ['a "quoted" \\ one']],
    ['Basic', ['basic'], [undefined]],
    ['Basic realm=""', ['basic'], ['']],
    ['Basic realm="a", realm="b"', ['basic'], ['a']],
    ['Negotiate, NTLM, Basic realm="x"', ['negotiate', 'ntlm', 'basic'], [undefined, undefined, 'x']],
    ['Negotiate oYG2MIGzoAMKAQ==, Basic realm="x"', ['negotiate', 'basic'], [undefined, 'x']],
    ['Digest realm="d", nonce="1", qop="auth,auth-int", Basic realm="x"', ['digest', 'basic'], ['d', 'x']],
    [
      'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
      ['newauth', 'basic'],
      ['apps', 'simple'],
    ],
    [',, Basic realm="x",,', ['basic'], ['x']],
    ['Basic realm="open', ['basic'], ['open']],
    ['Bearer error="Basic realm=x"', ['bearer'], [undefined]],
    ['realm="nobody", Basic realm="x"', ['basic'], ['x']],
    ['"Basic", ?, Basic realm="x"', ['basic', 'basic'], [undefined, 'x']],
    ['Basic realm="a" charset="UTF-8"', ['basic'], ['a']],
  ])('%s', (field, schemes, realms) => {
    expect([schemesOf(field), realmsOf(field)]).toEqual([schemes, realms]);
  });

  test('of several fields follow one another, and a missing field has none', () => {
    expect(schemesOf(['NTLM', 'Basic realm="x"'])).toEqual(['ntlm', 'basic']);
    expect(schemesOf(undefined)).toEqual([]);
    expect(schemesOf('')).toEqual([]);
  });

  test('behind the 32nd are not read', () => {
    const many = 'Basic realm="x", '.repeat(40);
    expect(parseChallenges(many)).toEqual(Array(32).fill({ scheme: 'basic', parameters: { realm: 'x' } }));
  });

  test('of any text are found without an error, and those behind a legal challenge too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseChallenges(text);
        expect(schemesOf(`Basic realm="${text.replace(/["\\]/g, '')}", Digest realm="d"`)).toEqual(['basic', 'digest']);
      }),
    );
  });
});
