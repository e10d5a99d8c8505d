import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { record } from './scores.ts';
import { testsOf } from './tests-of.ts';

/**
 * Mutation testing, file by file: each against the tests that mirror it, because a run of all tests for each of some
 * thousand mutants would take a day. What only other tests prove shows as a survivor. The scores go to
 * docs/mutation.md; the exit code says whether every file that ran reached the threshold.
 *
 * @example npm run mutate -- src/http/target.ts
 */
const files = process.argv.length > 2 ? process.argv.slice(2) : mutated();

/** The least share of mutants that a file's tests must notice. */
const threshold = 0.9;

function mutated(): string[] {
  return globSync(['src/http/*.ts', 'src/events/*.ts', 'src/errors.ts', 'middlewares/*.ts']).sort();
}

const reportFile = 'test/mutation/report.json';

interface Mutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}

/** A mutant that never ends or never starts has been noticed as well. */
const noticed = new Set(['Killed', 'Timeout', 'RuntimeError', 'CompileError']);

async function mutantsOf(file: string): Promise<readonly Mutant[]> {
  const tests = testsOf(file);
  if (tests.length === 0) throw new Error(`${file} has no tests: name them in test/mutation/tests-of.ts`);
  await rm(reportFile, { force: true });
  const stryker = 'node_modules/@stryker-mutator/core/bin/stryker.js';
  const { status } = spawnSync(
    process.execPath,
    [stryker, 'run', 'test/mutation/stryker.config.json', '--mutate', file],
    { env: { ...process.env, MUTATION_TESTS: tests.join(',') }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) throw new Error(`Stryker failed on ${file}; \`npx stryker run --mutate ${file}\` shows why`);
  const report: Report = JSON.parse(await readFile(reportFile, 'utf8'));
  return Object.values(report.files).flatMap(({ mutants }) => mutants);
}

const columns = (...cells: (string | number)[]) => cells.map((cell) => String(cell).padStart(9)).join('');

console.log(`${columns('mutants', 'killed', 'survived', 'score')}  file`);
let [allMutants, allKilled] = [0, 0];
for (const file of files) {
  const mutants = (await mutantsOf(file)).filter(({ status }) => status !== 'Ignored');
  const survivors = mutants.filter(({ status }) => !noticed.has(status));
  const killed = mutants.length - survivors.length;
  allMutants += mutants.length;
  allKilled += killed;
  if (killed < mutants.length * threshold) process.exitCode = 1;
  const percent = mutants.length === 0 ? '' : `${((killed / mutants.length) * 100).toFixed(0)} %`;
  console.log(`${columns(mutants.length, killed, survivors.length, percent)}  ${file}`);
  for (const { location, replacement = '' } of survivors) {
    const { line, column } = location.start;
    console.log(`${' '.repeat(38)}${basename(file)}:${line}:${column} → ${replacement.replace(/\s+/g, ' ')}`);
  }
  await record({ file, mutants: mutants.length, killed });
}
console.log(`${columns(allMutants, allKilled, allMutants - allKilled)}           all`);
