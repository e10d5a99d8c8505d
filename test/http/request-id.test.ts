import { describe, expect, test } from '@jest/globals';
import { givenRequestId, traceIdOf, withRequestId } from '../../src/http/request-id.ts';

describe('a request id', () => {
  test.each([
    '4f1c2d3e-0000-4000-8000-00000000abcd',
    '0af7651916cd43dd8448eb211c80319c',
    '01JD3Z8Q6M9V2K4T7W5X0Y1B2C',
    'ZGVmYXVsdA==',
    'AbC-_~.+/9',
    'a',
    'a'.repeat(128),
  ])('that is well-formed is honoured: %s', (id) => {
    expect(givenRequestId({ 'x-request-id': id })).toBe(id);
  });

  test.each([
    '',
    '=',
    '=a',
    'a=b',
    'a b',
    'one, two',
    'a\nb',
    'a"b',
    '<b>',
    '%{x}',
    'Root=1-5759e988',
    'ü',
    'a'.repeat(129),
    `${'a'.repeat(128)}=`,
  ])('that is not is as good as none: %j', (id) => {
    expect(givenRequestId({ 'x-request-id': id })).toBeUndefined();
  });

  test('that is missing or a list is none', () => {
    expect(givenRequestId({})).toBeUndefined();
    expect(givenRequestId({ 'x-request-id': ['a', 'b'] })).toBeUndefined();
  });

  test('is put on an answer that has none, and the answer itself stays what it was', () => {
    const response = Object.freeze({ statusCode: 200, headers: Object.freeze({ a: '1' }), body: '' });
    expect(withRequestId(response, 'id')).toEqual({ ...response, headers: { a: '1', 'x-request-id': 'id' } });
    const named = { ...response, headers: { 'x-request-id': 'its own' } };
    expect(withRequestId(named, 'id')).toBe(named);
  });
});

const id = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

describe('the trace id of a request', () => {
  test.each([`00-${id}-${parent}-01`, `00-${id}-${parent}-00`, `cc-${id}-${parent}-01-what-the-future-adds`])(
    'is the second part of a well-formed traceparent: %s',
    (traceparent) => {
      expect(traceIdOf({ traceparent })).toBe(id);
    },
  );

  test('keeps zeros that are not all of it', () => {
    const zeros = `${'0'.repeat(31)}1`;
    expect(traceIdOf({ traceparent: `00-${zeros}-${'0'.repeat(15)}1-01` })).toBe(zeros);
  });

  test.each([
    ['no field', undefined],
    ['an empty one', ''],
    ['a version that is forbidden', `ff-${id}-${parent}-01`],
    ['a version of one digit', `0-${id}-${parent}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${parent}-01`],
    ['a parent of zeros', `00-${id}-${'0'.repeat(16)}-01`],
    ['a trace that is too short', `00-${id.slice(1)}-${parent}-01`],
    ['a parent that is too short', `00-${id}-${parent.slice(1)}-01`],
    ['capital letters', `00-${id.toUpperCase()}-${parent}-01`],
    ['letters that are no digits', `00-${id.replace('f', 'g')}-${parent}-01`],
    ['flags that are none', `00-${id}-${parent}-0g`],
    ['flags of one digit', `00-${id}-${parent}-1`],
    ['more behind it without a dash', `00-${id}-${parent}-01x`],
    ['something before it', `x00-${id}-${parent}-01`],
    ['two of them', [`00-${id}-${parent}-01`, `00-${id}-${parent}-01`]],
  ])('is none for %s', (_, traceparent) => {
    expect(traceIdOf(traceparent === undefined ? {} : { traceparent })).toBeUndefined();
  });
});
