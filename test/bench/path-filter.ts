import { pathFilter } from '../../src/http/path-filter.ts';
import { pathReadings } from '../../src/http/path-readings.ts';

/** Paths made to cost time, by size in characters. */
const bombs: Readonly<Record<string, (size: number) => string>> = {
  'escapes of escapes': (size) => `/%${'25'.repeat(size / 2)}66`,
  'percent signs as escapes': (size) => '/%25'.repeat(size / 4),
  'dot segments': (size) => '/..'.repeat(size / 3),
  'names and dot segments': (size) => '/e/..'.repeat(size / 5),
  'names that may or may not be taken away': (size) =>
    Array.from({ length: size / 10 }, (_, index) => (index === 0 ? '/e' : `/${index % 9999}/..;`)).join(''),
  'dots with spaces between': (size) => `/${'. '.repeat(size / 2)}x`,
  semicolons: (size) => `/${';'.repeat(size)}`,
  'colons and dollars': (size) => `/${':$'.repeat(size / 2)}`,
  backslashes: (size) => '\\..'.repeat(size / 3),
  'control characters behind a percent sign': (size) => `/%${'\t'.repeat(size)}6`,
  'percent signs with control characters': (size) => `/${'%\t'.repeat(size / 2)}`,
  'overlong slashes': (size) => '%c0%af..'.repeat(size / 8),
  'question marks': (size) => `/${'?'.repeat(size)}`,
  'combining marks': (size) => `/e${'\u0301\u0323'.repeat(size / 2)}`,
  'ligatures that become eighteen letters': (size) => `/${'\ufdfa'.repeat(size)}`,
  'all kinds of separators': (size) => '/a%2f..%5c..;%3f%00\\%252e'.repeat(size / 24),
};

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
