import { pathFilter } from '../../src/http/path-filter/path-filter.ts';
import { pathReadings } from '../../src/http/path-filter/path-readings.ts';
import { bombs } from '../helpers/path-bombs.ts';

const isEntry = pathFilter([...Array.from({ length: 10_000 }, (_, index) => `/e/${index}/x`), '/e.*', '/é/x']);

/** Milliseconds; the shortest of several runs, because whatever else the machine does only makes a run longer. */
function cost(path: string): number {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    isEntry(pathReadings(path));
    return performance.now() - start;
  });
  return Math.min(...times);
}

const sizes = [8192, 32_768, 131_072];

// Four times the length each: linear is 4, quadratic is 16.
console.log('| path | 8 KB, ms | 32 KB, ms | 128 KB, ms | ratios |\n| --- | --- | --- | --- | --- |');
for (const [name, bomb] of Object.entries(bombs)) {
  const costs = sizes.map((size) => cost(bomb(size)));
  const ratios = costs.slice(1).map((each, index) => (each / (costs[index] ?? each)).toFixed(1));
  console.log(`| ${[name, ...costs.map((each) => each.toFixed(2)), ratios.join(', ')].join(' | ')} |`);
}
