import { describe, expect, test } from '@jest/globals';
import { traceIdOf } from '../../src/http/trace-context.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

describe('The trace id of a request', () => {
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
