import { describe, expect, test } from '@jest/globals';
import { givenRequestId, withRequestId } from '../../src/http/request-id.ts';
import { traceIdOf } from '../../src/http/trace-context.ts';

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

describe('a trace id', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';

  test.each([`00-${id}-00f067aa0ba902b7-01`, `00-${id}-00f067aa0ba902b7-00`, `cc-${id}-00f067aa0ba902b7-01-more`])(
    'is read from %s',
    (traceparent) => {
      expect(traceIdOf({ traceparent })).toBe(id);
    },
  );

  test.each([
    '',
    id,
    `ff-${id}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${id}-${'0'.repeat(16)}-01`,
    `00-${id.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${id}-00f067aa0ba902b7-01x`,
    `00-${id}-00f067aa0ba902b7`,
    `x00-${id}-00f067aa0ba902b7-01`,
  ])('is not read from %j', (traceparent) => {
    expect(traceIdOf({ traceparent })).toBeUndefined();
  });

  test('is none where there is no such field, or a list of them', () => {
    expect(traceIdOf({})).toBeUndefined();
    expect(traceIdOf({ traceparent: ['a', 'b'] })).toBeUndefined();
  });
});
