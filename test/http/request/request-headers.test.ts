import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ProxyError } from '../../../src/failures.ts';
import { forwardableRequestHeaders } from '../../../src/http/request/request-headers.ts';
import type { HeaderFields } from '../../../src/types.ts';

const kept = (headers: HeaderFields, trustForwarded = false, only?: ReadonlySet<string>) =>
  Object.entries(forwardableRequestHeaders(headers, { trustForwarded, only }));

/** Kept apart from the code's own lists on purpose: what is missing there must be seen here. */
const hopByHop = ['connection', 'proxy-connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
const proxyOnly = ['proxy-authenticate', 'proxy-authorization', 'proxy-authentication-info', 'http2-settings', 'proxy'];
const paths = ['x-original-url', 'x-original-uri', 'x-rewrite-url', 'x-envoy-original-path', 'x-forwarded-path'];
const parts = ['x-forwarded-prefix', 'x-forwarded-uri', 'x-forwarded-method'];
const ours = ['host', 'content-length', 'expect', ...paths, ...parts];
const identity = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-host',
  'true-client-ip',
  'cf-connecting-ip',
];
const never = [...hopByHop, ...proxyOnly, ...ours];

describe('header fields of a request', () => {
  test.each(never)('%s is never forwarded, under an alias neither [H3 H4 H15 H16]', (name) => {
    for (const trusted of [true, false])
      expect(kept({ [name]: '1', [name.replaceAll('-', '_')]: '1' }, trusted)).toEqual([]);
  });

  test.each(identity)('%s is forwarded when it is trusted, under an alias never [H13 H15 H16]', (name) => {
    expect(kept({ [name]: '1' })).toEqual([]);
    expect(kept({ [name]: '1' }, true)).toEqual([[name, '1']]);
    const alias = name.replaceAll('-', '_');
    if (alias !== name) expect(kept({ [alias]: '1', 'x-a': '2' }, true)).toEqual([['x-a', '2']]);
  });

  test.each(['cdn-loop', 'max-forwards'])('%s is forwarded, under an alias never [H16]', (name) => {
    expect(kept({ [name]: '1', [name.replaceAll('-', '_')]: '2' })).toEqual([[name, '1']]);
  });

  test('that hold the secret of the proxy in front do not go on, under an alias neither [C5]', () => {
    const headers = { 'x-origin-verify': '1', x_origin_verify: '1', 'x-origin-verify-too': '2' };
    const without = forwardableRequestHeaders(headers, { trustForwarded: false, secret: 'x-origin-verify' });
    expect(Object.keys(without)).toEqual(['x-origin-verify-too']);
    expect(kept(headers)).toHaveLength(3);
  });

  test('that Connection names on any of its lines do not go on [H1]', () => {
    const headers = { connection: ['close, X-A', ' x-b'], 'x-a': '1', 'x-b': '2', 'x-ax-b': '3' };
    expect(kept(headers)).toEqual([['x-ax-b', '3']]);
  });

  test('go on although Connection names them, when the request needs them, and their like do not [H1]', () => {
    const needed = ['cookie', 'authorization', 'content-type', 'via', 'cdn-loop', 'forwarded', 'x-forwarded-proto'];
    const alike = ['x-cookie', 'cookie2', 'x-content-type', 'via-x', 'hosts', 'x-host', 'my-x-forwarded-for'];
    const headers = Object.fromEntries([...needed, ...alike].map((name) => [name, '1']));
    const names = kept({ ...headers, connection: Object.keys(headers).join(',') }, true).map(([name]) => name);
    expect(names).toEqual(needed);
  });

  test('of one proxy only when there are no others to keep [H40]', () => {
    expect(kept({ accept: '*/*', via: '1.1 a', 'x-a': '1' }, false, new Set(['via']))).toEqual([['via', '1.1 a']]);
  });

  test('called like members of every object are fields like any other [H30]', () => {
    const headers = JSON.parse('{"__proto__":"a","constructor":"b","hasownproperty":"c"}') as HeaderFields;
    expect(kept(headers)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['hasownproperty', 'c'],
    ]);
  });

  test('that are refused are so even when they would not be forwarded [H28 H29]', () => {
    for (const headers of [{ te: 'a\nb' }, { connection: '\0' }, { 'a b': '1' }, { '': '1' }]) {
      expect(() => kept(headers as HeaderFields)).toThrow(ProxyError);
    }
  });

  test('that are refused are named in the reason, long ones by their beginning [H28 H29]', () => {
    const long = 'x'.repeat(10_000);
    for (const [name, value] of [
      [`a b${long}`, '1'],
      [`x-a${long}`, 'a\nb'],
    ] as const) {
      expect(() => kept({ [name]: value })).toThrow(
        expect.objectContaining({ code: 'bad_request', reason: expect.stringContaining(name.slice(0, 60)) }),
      );
      expect(() => kept({ [name]: value })).not.toThrow(
        expect.objectContaining({ reason: expect.stringContaining(name.slice(0, 61)) }),
      );
    }
  });

  test('on several lines are each checked and each go on as they would alone [H28 H31]', () => {
    expect(kept({ a: ['1', '中'] })).toEqual([['a', ['1', 'ä¸\u00ad']]]);
    expect(() => kept({ a: ['1', '\0'] })).toThrow(ProxyError);
  });

  test('beyond Latin-1 go out as UTF-8, the others as they are [H31 H32]', () => {
    expect(kept({ a: '中', b: 'é', c: '' })).toEqual([
      ['a', 'ä¸\u00ad'],
      ['b', 'é'],
      ['c', ''],
    ]);
  });
});

describe('for any request', () => {
  const token = fc.stringMatching(/^[a-z!#$%&'*+.^_`|~-][a-z\d!#$%&'*+.^_`|~-]{0,12}$/);
  const anyName = fc.oneof(
    { weight: 3, arbitrary: token },
    { weight: 2, arbitrary: fc.constantFrom(...never, ...identity) },
  );
  const value = fc.stringMatching(/^[\t -~\u0080-\u00ff]{0,20}$/);
  const fields = fc.uniqueArray(fc.tuple(anyName, value), { maxLength: 12, selector: ([name]) => name });

  test('no hop-by-hop or owned field goes on; the others keep order and bytes [H1 H3 H15 H16 H31 H43]', () => {
    fc.assert(
      fc.property(fields, fc.subarray(['close', 'x-named', 'X-NAMED', 'te']), (list, connection) => {
        const headers: HeaderFields = Object.create(null);
        for (const [name, text] of list) if (name !== 'connection') headers[name] = text;
        headers['x-named'] = '1';
        headers['connection'] = connection.join(' ,');
        const isOurs = (name: string) =>
          [...never, ...identity].includes(name.replaceAll('_', '-')) || /^x[-_]forwarded[-_]/.test(name);
        const options = connection.map((option) => option.toLowerCase());
        const result = kept(headers);
        for (const [name] of result) expect([name, isOurs(name) || options.includes(name)]).toEqual([name, false]);
        const plain = Object.entries(headers).filter(([name]) => !isOurs(name) && !options.includes(name));
        const continuedAliases = /^(?:cdn_loop|max_forwards)$/;
        expect(result).toEqual(plain.filter(([name]) => !continuedAliases.test(name)));
      }),
    );
  });

  test('a control character or a name that is no token always ends it [H28 H29]', () => {
    const code = (ranges: readonly (readonly [number, number])[]) =>
      fc.oneof(...ranges.map(([min, max]) => fc.integer({ min, max }))).map((unit) => String.fromCharCode(unit));
    const control = code([
      [0, 8],
      [0x0a, 0x1f],
      [0x7f, 0x7f],
    ]);
    const noToken = fc.oneof(
      code([
        [0, 0x20],
        [0x7f, 0xff],
      ]),
      fc.constantFrom(...'"(),/:;<=>?@[\\]{}'),
    );
    const around = (bad: fc.Arbitrary<string>) =>
      fc
        .tuple(fc.stringMatching(/^[a-z]{0,3}$/), bad, fc.stringMatching(/^[a-z]{0,3}$/))
        .map((parts) => parts.join(''));
    const bad = fc.oneof(fc.tuple(token, around(control)), fc.tuple(around(noToken), value));
    fc.assert(
      fc.property(bad, ([name, text]) => {
        expect(() => kept({ [name]: text })).toThrow(ProxyError);
      }),
    );
  });
});
