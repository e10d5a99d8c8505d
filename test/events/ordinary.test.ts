import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { isOrdinaryV2 } from '../../src/events/ordinary.ts';
import { payloadV2Schema } from '../../src/events/payload-v2.ts';

const url = {
  version: '2.0',
  rawPath: '/a',
  rawQueryString: 'b=1',
  queryStringParameters: { b: '1' },
  cookies: ['c=1'],
  headers: { host: 'h.example' },
  body: 'text',
  isBase64Encoded: false,
  requestContext: { domainName: 'h.example', stage: '$default', http: { method: 'GET', sourceIp: '192.0.2.1' } },
};

/** Every part, named by the path to it. */
const paths = [
  ...Object.keys(url).filter((name) => name !== 'version'),
  ...['domainName', 'stage', 'http', 'http.method', 'http.sourceIp'].map((name) => `requestContext.${name}`),
];

/** The event with another value for one of its parts; undefined removes it. */
function changed(event: object, path: string, value: unknown): Record<string, unknown> {
  const [name = '', ...rest] = path.split('.');
  const copy: Record<string, unknown> = { ...event };
  const next = rest.length > 0 ? changed((copy[name] ?? {}) as object, rest.join('.'), value) : value;
  if (next === undefined) delete copy[name];
  else copy[name] = next;
  return copy;
}

const odd = fc.oneof(
  fc.constantFrom(undefined, null, '', 0, 1, true, 'get', 'GET', [], ['a'], [1], {}, { a: 'b' }, { a: 1 }, { a: null }),
  fc.string(),
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())),
);

describe('an ordinary event in payload format 2.0', () => {
  test('is what AWS sends', () => {
    expect(isOrdinaryV2(url)).toBe(true);
    const { cookies: _cookies, queryStringParameters: _query, body: _body, ...least } = url;
    expect(isOrdinaryV2(least)).toBe(true);
  });

  test('is one that the schema accepts and leaves as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), odd), { maxLength: 3 }), (changes) => {
        const event = changes.reduce((each, [path, value]) => changed(each, path, value), url as object);
        if (!isOrdinaryV2(event as Record<string, unknown>)) return;
        const result = v.safeParse(payloadV2Schema, event);
        expect([result.success, event]).toEqual([true, expect.objectContaining(result.output as object)]);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(paths.filter((path) => !['cookies', 'queryStringParameters', 'body', 'isBase64Encoded'].includes(path)))(
    'has its part %s',
    (path) => {
      expect(isOrdinaryV2(changed(url, path, undefined))).toBe(false);
      expect(isOrdinaryV2(changed(url, path, 1))).toBe(false);
    },
  );

  test.each([
    ['requestContext.http.method', 'get'],
    ['headers', { a: 1 }],
    ['headers', ['a']],
    ['cookies', 'a=1'],
    ['cookies', [1]],
    ['queryStringParameters', { a: 1 }],
    ['queryStringParameters', null],
    ['body', 1],
    ['isBase64Encoded', 'true'],
  ])('leaves %s = %j to the schema', (path, value) => {
    expect(isOrdinaryV2(changed(url, path, value))).toBe(false);
  });
});
