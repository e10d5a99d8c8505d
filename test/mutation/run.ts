import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

/**
 * Mutation testing, file by file: each against the tests that mirror it, because a run of all tests for each of some
 * thousand mutants would take a day. What only other tests prove shows as a survivor.
 *
 * @example npm run mutate -- src/http/target.ts
 */
const rooms = ['src/http/*.ts', 'src/events/*.ts', 'src/errors.ts', 'middlewares/*.ts'];

const pathTests = ['test/http/path-readings', 'test/http/path-filter'];
const eventTests = ['payload-v1', 'payload-v2', 'function-url', 'http-api', 'rest-api', 'alb'];

/** Tests of files that have no mirror of their own name, as beginnings of paths. */
const testsElsewhere: Readonly<Record<string, readonly string[]>> = {
  'src/http/hop-by-hop.ts': ['test/http/request-headers', 'test/http/response-headers'],
  'src/http/lists.ts': ['test/http/outgoing', 'test/http/forwarded', 'test/http/max-forwards'],
  'src/http/loops.ts': ['test/http/outgoing'],
  'src/http/reference.ts': ['test/http/location', 'test/http/destination'],
  'src/http/set-cookie.ts': ['test/http/location'],
  'src/http/url-fields.ts': ['test/http/location', 'test/http/redaction'],
  'src/http/secret-names.ts': ['test/http/redaction'],
  'src/http/path-decoding.ts': pathTests,
  'src/http/path-segments.ts': pathTests,
  'src/http/path-readings.ts': pathTests,
  'src/events/body.ts': eventTests.map((name) => `test/events/${name}`),
  'src/events/fields.ts': eventTests.map((name) => `test/events/${name}`),
  'src/events/parts.ts': eventTests.map((name) => `test/events/${name}`),
  'src/events/http-api-v1.ts': ['test/events/rest-api', 'test/events/payload-v1', 'test/events/http-api'],
};

const mirrorOf = (file: string) => [
  file
    .replace(/^src\//, '')
    .replace(/^/, 'test/')
    .replace(/\.ts$/, ''),
];

interface Report {
  readonly files: Record<
    string,
    { mutants: { status: string; mutatorName: string; location: { start: { line: number } } }[] }
  >;
}

const killedBy = new Set(['Killed', 'Timeout', 'RuntimeError', 'CompileError']);

async function mutate(file: string): Promise<{ killed: number; total: number }> {
  const tests = (testsElsewhere[file] ?? mirrorOf(file)).flatMap((start) =>
    globSync([`${start}.test.ts`, `${start}.*.test.ts`]),
  );
  if (tests.length === 0) return { killed: 0, total: 0 };
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', 'test/mutation/stryker.config.json', '--mutate', file],
    { env: { ...process.env, MUTATION_TESTS: tests.join(',') }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) throw new Error(`Stryker failed on ${file}: run it alone to see why`);
  const report: Report = JSON.parse(await readFile('test/mutation/report.json', 'utf8'));
  const mutants = Object.values(report.files)
    .flatMap((row) => row.mutants)
    .filter((mutant) => mutant.status !== 'Ignored');
  const alive = mutants.filter((mutant) => !killedBy.has(mutant.status));
  const killed = mutants.length - alive.length;
  const percent = mutants.length === 0 ? 100 : (killed / mutants.length) * 100;
  console.log(
    `${percent.toFixed(0).padStart(4)} %  ${String(killed).padStart(4)} of ${String(mutants.length).padStart(4)}  ${file}`,
  );
  for (const { status: fate, mutatorName, location } of alive) {
    console.log(`          ${basename(file)}:${location.start.line} ${mutatorName} ${fate}`);
  }
  return { killed, total: mutants.length };
}

const files = process.argv.length > 2 ? process.argv.slice(2) : globSync(rooms).sort();
let sum = { killed: 0, total: 0 };
for (const file of files) {
  const { killed, total } = await mutate(file);
  sum = { killed: sum.killed + killed, total: sum.total + total };
}
console.log(`${((sum.killed / sum.total) * 100).toFixed(1)} % of ${sum.total} mutants killed`);
if (sum.killed / sum.total < 0.9) process.exitCode = 1;
