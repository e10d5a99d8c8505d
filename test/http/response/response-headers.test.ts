import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { forwardableResponseHeaders } from '../../../src/http/response/response-headers.ts';

const kept = (lines: readonly (readonly [string, string])[]) =>
  Object.entries(forwardableResponseHeaders(lines.flat()));

/** Kept apart from the code's own lists on purpose: what is missing there must be seen here. */
const dropped = [
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'http2-settings',
  'content-length',
  'alt-svc',
  'x-amzn-remapped-date',
];

const single = [
  'age',
  'content-disposition',
  'content-location',
  'content-type',
  'content-range',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'refresh',
  'retry-after',
  'server',
  'strict-transport-security',
];

describe('header fields of a response', () => {
  test.each(dropped)('%s does not go on, in any case [R9 R10 R28 A10]', (name) => {
    expect(kept([[name, '1']])).toEqual([]);
    expect(kept([[name.toUpperCase(), '1']])).toEqual([]);
  });

  test('that Connection names do not go on, but for those that it may not name [R9]', () => {
    const lines = [
      ['Connection', 'X-Foo, close'],
      ['connection', ',X-Bar,Content-Type'],
      ['X-Foo', '1'],
    ] as const;
    expect(kept([...lines, ['x-bar', '2'], ['Content-Type', 'a/b']])).toEqual([['content-type', 'a/b']]);
  });

  test('Proxy-Status goes on without the name of this proxy, over however many lines [R44]', () => {
    const lines = [
      ['Proxy-Status', 'lambda-rproxy; error=dns_error'],
      ['proxy-status', 'cdn; error=x'],
    ] as const;
    expect(kept(lines)).toEqual([['proxy-status', 'cdn; error=x']]);
    expect(kept(lines.slice(0, 1))).toEqual([]);
    expect(kept(lines.slice(1))).toEqual([['proxy-status', 'cdn; error=x']]);
  });

  test.each(single)('%s holds one value, the first [R20 R27]', (name) => {
    expect(
      kept([
        [name, 'a'],
        ['X-A', '1'],
        [name.toUpperCase(), 'b'],
      ]),
    ).toEqual([
      [name, 'a'],
      ['x-a', '1'],
    ]);
  });

  test.each(['vary', 'link', 'www-authenticate', 'cache-control', 'x-anything'])(
    '%s is joined in order [R27]',
    (name) => {
      expect(
        kept([
          [name, 'a'],
          [name, ''],
          [name, 'b'],
        ]),
      ).toEqual([[name, 'a, , b']]);
    },
  );

  test('Set-Cookie is a list, whatever is in it [R12]', () => {
    expect(
      kept([
        ['Set-Cookie', 'a=1, b'],
        ['set-cookie', ''],
      ]),
    ).toEqual([['set-cookie', ['a=1, b', '']]]);
  });

  test('of a body in another coding than chunked end it [R23]', () => {
    for (const coding of ['gzip', 'gzip, chunked', 'chunked, chunked', 'identity', '']) {
      expect(() => kept([['Transfer-Encoding', coding]])).toThrow(
        expect.objectContaining({
          code: 'response_transfer_coding',
          reason: expect.stringContaining('Transfer-Encoding'),
        }),
      );
    }
    expect(kept([['Transfer-Encoding', ' Chunked ']])).toEqual([]);
  });

  test('called like members of every object are fields like any other [R40]', () => {
    expect(
      kept([
        ['__proto__', 'a'],
        ['constructor', 'b'],
        ['__proto__', 'c'],
      ]),
    ).toEqual([
      ['__proto__', 'a, c'],
      ['constructor', 'b'],
    ]);
  });
});

test('for any answer, none of these goes on, and the others keep order and bytes [R9 R10 R27 R46]', () => {
  const name = fc.oneof(
    fc.stringMatching(/^[A-Za-z][\w-]{0,10}$/),
    fc.constantFrom(...dropped, ...single, 'Set-Cookie'),
  );
  const value = fc.stringMatching(/^[\t -~\u0080-\u00ff]{0,20}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 15 }), (lines) => {
      const plain = lines.filter(([key]) => !/^(?:connection|transfer-encoding|x-amzn-remapped-.*)$/i.test(key));
      const expected = new Map<string, string[]>();
      for (const [key, text] of plain) {
        const lower = key.toLowerCase();
        if (dropped.includes(lower)) continue;
        expected.set(lower, [...(expected.get(lower) ?? []), text]);
      }
      const result = kept(plain);
      expect(result.map(([key]) => key)).toEqual([...expected.keys()]);
      for (const [key, shown] of result) {
        const all = expected.get(key) ?? [];
        const wanted = key === 'set-cookie' ? all : single.includes(key) ? all[0] : all.join(', ');
        expect([key, shown]).toEqual([key, wanted]);
      }
    }),
  );
});
