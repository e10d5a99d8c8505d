import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { faultsOf, hostileEvent, suspiciousBackend } from '../helpers/hostile-events.ts';
import { handlerWith } from '../helpers/lambda.ts';

/**
 * Number of events; CI runs 100,000. A failure prints fast-check's seed and the smallest event that still fails.
 *
 * @example FUZZ_RUNS=100000 npm run test:fuzz
 */
const runs = Number(process.env['FUZZ_RUNS'] || '2000');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of heap in use once nothing is left to collect. */
function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

let backend: Awaited<ReturnType<typeof suspiciousBackend>>;
beforeAll(async () => {
  backend = await suspiciousBackend();
});
afterAll(() => backend.close());

test(
  'every event gets a well-formed answer that is no fault of the proxy, and nothing of it stays in memory [X10] [E27] [E31] [S8]',
  async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url });
    let warm: number | undefined;
    let count = 0;
    await fc.assert(
      fc.asyncProperty(hostileEvent, async (event) => {
        const faults = faultsOf(await handler(event));
        if (faults.length > 0) throw new Error(faults.join('; '));
        count += 1;
        if (count === Math.ceil(runs / 4)) warm = heapBytes();
      }),
      { numRuns: runs },
    );
    expect(backend.suspicions).toEqual([]);
    expect(warm).toBeDefined();
    expect(heapBytes() - (warm ?? 0)).toBeLessThan(20_000_000);
  },
  30_000 + runs * 10,
);
