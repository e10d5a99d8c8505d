import { describe, expect, test } from '@jest/globals';
import { Timeout, timeoutError } from '../../src/backend/timeout.ts';
import type { AttemptTimings } from '../../src/backend/timings.ts';
import { type FailureCode, failureOf } from '../../src/failures.ts';

/** Resolves to the limit that a timeout reports. */
const limitOf = (start: (onTimeout: (limitMs: number) => void) => void) => new Promise<number>(start);

describe('a timeout', () => {
  test('reports its limit when the time is up', async () => {
    expect(await limitOf((onTimeout) => new Timeout(Date.now(), 5, onTimeout))).toBe(5);
  });

  test('counts from the moment that it is given, which may be long past', async () => {
    expect(await limitOf((onTimeout) => new Timeout(Date.now() - 60_000, 50_000, onTimeout))).toBe(50_000);
  });

  test('whose limit becomes longer lets the first one pass', async () => {
    const limit = await limitOf((onTimeout) => {
      new Timeout(Date.now(), 5, onTimeout).limitMs = 40;
    });
    expect(limit).toBe(40);
  });

  test('whose limit becomes shorter does not wait for the first one', async () => {
    const limit = await limitOf((onTimeout) => {
      new Timeout(Date.now(), 3_600_000, onTimeout).limitMs = 5;
    });
    expect(limit).toBe(5);
  });

  test('that is cleared reports nothing, also when its limit changes afterwards', async () => {
    const reported: string[] = [];
    const cleared = new Timeout(Date.now(), 5, () => reported.push('cleared'));
    cleared.clear();
    cleared.limitMs = 1;
    await limitOf((onTimeout) => new Timeout(Date.now(), 20, onTimeout));
    expect(reported).toEqual([]);
  });
});

test.each([
  ['before the name is known', 'http://h.example', {}, 'dns_timeout'],
  ['before an address is reached', 'http://10.0.0.7', {}, 'connection_timeout'],
  ['before an IPv6 address is reached', 'https://[2001:db8::1]', {}, 'connection_timeout'],
  ['before a name is reached', 'http://h.example', { lookup: 1 }, 'connection_timeout'],
  ['before it is secure', 'https://h.example', { lookup: 1, connect: 1 }, 'tls_timeout'],
  ['before the response', 'https://h.example', { lookup: 1, connect: 1, secureConnect: 1 }, 'response_timeout'],
  ['before the response', 'http://h.example', { lookup: 1, connect: 1 }, 'response_timeout'],
  ['in the body', 'http://h.example', { lookup: 1, connect: 1, response: 1 }, 'response_stalled'],
  ['before the request is opened', 'http://h.example', undefined, 'response_timeout'],
] satisfies [string, string, object | undefined, FailureCode][])(
  'time that runs out %s: %s %j is %s, and the reason says how long the limit was',
  (_when, url, timings, code) => {
    const { reason } = failureOf(code);
    expect(timeoutError(timings as AttemptTimings | undefined, url, 11_000)).toMatchObject({
      code,
      reason: `${reason} (11000 ms)`,
    });
  },
);
