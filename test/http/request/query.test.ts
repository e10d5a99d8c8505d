import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseParameter, takeParameter } from '../../../src/http/request/query.ts';

describe('a parameter', () => {
  test.each([
    ['a=1', 'a', '1'],
    ['a', 'a', ''],
    ['a=', 'a', ''],
    ['=x', '', 'x'],
    ['', '', ''],
    ['a=b=c', 'a', 'b=c'],
    ['a+b=c+d', 'a b', 'c d'],
    ['%61=%2B%3D', 'a', '+='],
    ['%E4%B8%AD=%F0%9F%98%80', '中', '😀'],
    ['a%zz=%', 'a%zz', '%'],
    ['%ff=%ff+x', '%ff', '%ff x'],
    ['__proto__=1', '__proto__', '1'],
  ])('%j is %j with the value %j [M21]', (text, name, value) => {
    expect(parseParameter(text)).toEqual({ name, value });
  });
});

describe('taking a parameter out of a query', () => {
  test.each([
    ['d=y', ['y'], ''],
    ['a=%2F&d=y&b', ['y'], 'a=%2F&b'],
    ['d=1&a&d=2&&d', ['1', '2', ''], 'a&'],
    ['%64=y&x', ['y'], 'x'],
    ['d=a+b%20c', ['a b c'], ''],
    ['D=y&dd=y&d%00=y&[d]=y', [], 'D=y&dd=y&d%00=y&[d]=y'],
    ['&&a&&', [], '&&a&&'],
    ['', [], ''],
    ['x=d=y;d=y', [], 'x=d=y;d=y'],
  ])('%j gives %j and leaves %j [M21, M23]', (query, values, rest) => {
    expect(takeParameter(query, 'd')).toEqual({ values, rest });
  });

  test('leaves every other byte where it was [M21, M23]', () => {
    const other = fc
      .array(fc.constantFrom('a', 'b', '=', '+', '%', '%ff', '%2F', ';', '/', '?', '[', 'ü', '#'), { maxLength: 6 })
      .map((parts) => parts.join(''))
      .filter((part) => parseParameter(part).name !== 'd');
    const taken = fc.constantFrom('d=y', 'd', '%64=1', 'd=');
    fc.assert(
      fc.property(fc.array(fc.record({ text: other, mine: fc.option(taken) }), { maxLength: 8 }), (parts) => {
        const query = parts.flatMap(({ text, mine }) => [text, ...(mine === null ? [] : [mine])]).join('&');
        const { values, rest } = takeParameter(query, 'd');
        expect(values).toHaveLength(parts.filter(({ mine }) => mine !== null).length);
        expect(rest).toBe(parts.map(({ text }) => text).join('&'));
      }),
    );
  });
});
