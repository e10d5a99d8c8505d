import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { percent, record } from './scores.ts';
import { testsOf } from './tests-of.ts';

/**
 * Mutation testing, file by file: each against the tests that mirror it, because a run of all tests for each of some
 * thousand mutants would take a day. What only other tests prove shows as a survivor. The scores go to
 * docs/mutation.md; the command fails when any file stays below the threshold.
 *
 * @example npm run mutate -- src/http/request/target.ts
 */
const rooms = [
  'src/http/**/*.ts',
  'src/events/*.ts',
  'src/failure*.ts',
  'src/config/loader.ts',
  'src/observability/failure-log.ts',
  'src/pages/failure.ts',
  'middlewares/*.ts',
];

/** The least share of its mutants that a file's tests must notice. */
const threshold = 0.9;

const reportFile = 'test/mutation/report.json';

interface Mutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}

/** A mutant that never ends, or with which nothing starts, has been noticed as well. */
const noticed = new Set(['Killed', 'Timeout', 'RuntimeError', 'CompileError']);

async function mutantsOf(file: string): Promise<readonly Mutant[]> {
  await rm(reportFile, { force: true });
  const stryker = 'node_modules/@stryker-mutator/core/bin/stryker.js';
  const { status, stdout } = spawnSync(
    process.execPath,
    [stryker, 'run', 'test/mutation/stryker.config.json', '--mutate', file],
    { env: { ...process.env, MUTATION_TESTS: testsOf(file).join(',') }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status !== 0) throw new Error(`Stryker failed on ${file}:\n${stdout}`);
  const report: Report = JSON.parse(await readFile(reportFile, 'utf8'));
  return Object.values(report.files)
    .flatMap(({ mutants }) => mutants)
    .filter((mutant) => mutant.status !== 'Ignored');
}

const columns = (...cells: (string | number)[]) => cells.map((cell) => String(cell).padStart(9)).join('');

const files = process.argv.length > 2 ? process.argv.slice(2) : globSync(rooms).sort();
const all = { mutants: 0, killed: 0 };
console.log(`${columns('mutants', 'killed', 'survived', 'score')}  file`);
for (const file of files) {
  const mutants = await mutantsOf(file);
  const survivors = mutants.filter(({ status }) => !noticed.has(status));
  const score = { mutants: mutants.length, killed: mutants.length - survivors.length };
  all.mutants += score.mutants;
  all.killed += score.killed;
  if (score.killed < score.mutants * threshold) process.exitCode = 1;
  await record(file, score);
  if (score.mutants === 0) continue;
  console.log(`${columns(score.mutants, score.killed, survivors.length, percent(score))}  ${file}`);
  for (const { location, replacement = '' } of survivors) {
    const { line, column } = location.start;
    console.log(`${columns('', '', '', '')}  ${basename(file)}:${line}:${column} ${replacement.replace(/\s+/g, ' ')}`);
  }
}
if (files.length > 1) {
  console.log(`${columns(all.mutants, all.killed, all.mutants - all.killed, percent(all))}  all`);
}
if (process.exitCode === 1) console.error(`A score is below ${threshold * 100} %.`);
