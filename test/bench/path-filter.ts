import { pathFilter } from '../../src/http/path-filter/path-filter.ts';
import { pathReadings } from '../../src/http/path-filter/path-readings.ts';
import { bombs } from '../helpers/path-bombs.ts';

const isEntry = pathFilter(Array.from({ length: 10_000 }, (_, index) => `/e/${index}/x`));

/** Milliseconds; the shortest of several runs, because whatever else the machine does only makes a run longer. */
function cost(path: string): number {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    isEntry(pathReadings(path));
    return performance.now() - start;
  });
  return Math.min(...times);
}

// Eight times the length: linear is 8, quadratic is 64.
console.log('| path | 8 KB, ms | 64 KB, ms | ratio |\n| --- | --- | --- | --- |');
for (const [name, bomb] of Object.entries(bombs)) {
  const [short, long] = [cost(bomb(8192)), cost(bomb(65_536))];
  console.log(`| ${name} | ${short.toFixed(2)} | ${long.toFixed(2)} | ${(long / short).toFixed(1)} |`);
}
