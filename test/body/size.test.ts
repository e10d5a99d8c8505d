import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mostBytes } from '../../src/body/size.ts';
import { eventSources } from '../../src/events/index.ts';

describe('the bytes that a response has at most', () => {
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }));
  const responses = fc.record({
    statusCode: fc.integer({ min: 200, max: 599 }),
    headers: fc.dictionary(fc.string({ minLength: 1, unit: 'binary' }), value),
    body: fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: 'binary-ascii' }).map((text) => Buffer.from(text)),
    ),
  });

  test.each(eventSources)('are never fewer than those for $title', (source) => {
    fc.assert(
      fc.property(responses, (response) => {
        expect(mostBytes(response)).toBeGreaterThanOrEqual(source.size(response));
      }),
    );
  });

  test('are within six times the body and a little', () => {
    expect(mostBytes({ statusCode: 200, headers: { etag: '"1"' }, body: Buffer.alloc(1000) })).toBeLessThan(6500);
  });
});
