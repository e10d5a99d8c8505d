import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from './backend-process.ts';
import { base, contenders as build, product } from './contenders.ts';
import { coldStart, noteColdStarts, noteRequests, perRequest } from './cost.ts';
import { leaveItsProcessor } from './process-clock.ts';
import { machine } from './report.ts';
import { Samples } from './samples.ts';

/**
 * What a change may not cost: CPU per request and at a cold start, as ratios to `bare` in the same run, at most 1.1 times
 * those in measured.json. `npm run bench:budget -- --record` measures and writes them, after a change that argues for
 * other ones.
 *
 * A ratio is the median of those of many short rounds, in which both take turns: what else runs on the machine slows both.
 * On a quiet one it varies by some 5 %; the ratio of the medians varies by 15 %, and that of the smallest values more. A
 * figure over its limit is measured again: it counts as too high only when it is so five times.
 *
 * Bytes have a budget in the build, and what is loaded and how often TLS shakes hands are tests.
 */
const allowance = 1.1;
const attempts = 5;
const recordedRuns = 3;
const coldRounds = 21;
const effort = { rounds: 40, requests: 40, warmUp: 1000 };
const sizes = { '1 KB': '/ascii/1024', '100 KB': '/ascii/102400' };

const file = join(import.meta.dirname, 'measured.json');

/** The ratios to `bare` that limits are made of, and where they come from. */
interface Measured {
  readonly date: string;
  readonly machine: string;
  readonly how: string;
  readonly ratios: Readonly<Record<string, number>>;
}

const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } });
leaveItsProcessor();
const folder = await mkdtemp(join(tmpdir(), 'rproxy-budget-'));
await using backend = await startBackend();
// The tests' copy of the runtime client, which is there wherever they run.
const bench = { backend, client: undefined };
const builds = await build(folder, join(process.cwd(), 'dist'), [base]);

/** The ratio to `bare` of each figure, of one attempt. */
async function ratios(): Promise<Record<string, number>> {
  const samples = new Samples();
  await noteColdStarts(bench, builds, coldRounds, samples);
  await noteRequests(bench, builds, sizes, effort, samples);
  const figures = [coldStart, ...Object.keys(sizes).map(perRequest)];
  return Object.fromEntries(figures.map((figure) => [figure, samples.pairedRatio(figure, product, base)]));
}

async function record(): Promise<void> {
  const runs: Record<string, number>[] = [];
  for (let run = 0; run < recordedRuns; run += 1) runs.push(await ratios());
  const middle = (figure: string) =>
    runs.map((run) => run[figure] ?? Number.NaN).sort((a, b) => a - b)[1] ?? Number.NaN;
  const measured: Measured = {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    how:
      `npm run bench:budget -- --record: the middle of ${recordedRuns} runs; in each, the median of the ratios to bare of ` +
      `${coldRounds} cold starts, and of ${effort.rounds} rounds of ${effort.requests} requests`,
    ratios: Object.fromEntries(Object.keys(runs[0] ?? {}).map((figure) => [figure, Number(middle(figure).toFixed(2))])),
  };
  await writeFile(file, `${JSON.stringify(measured, undefined, 2)}\n`);
  console.log(measured.ratios);
}

async function check(): Promise<void> {
  const { ratios: measured }: Measured = JSON.parse(await readFile(file, 'utf8'));
  let open = Object.entries(measured);
  for (let attempt = 1; attempt <= attempts && open.length > 0; attempt += 1) {
    const found = await ratios();
    open = open.filter(([figure, ratio]) => {
      const [value, most] = [found[figure] ?? Number.NaN, ratio * allowance];
      console.log(`${figure.padEnd(28)}${value.toFixed(2)} times bare, of at most ${most.toFixed(2)}`);
      return !(value <= most);
    });
  }
  for (const [figure] of open) {
    console.error(
      `Over budget ${attempts} times: ${figure}. Find what grew (node --cpu-prof), or record and argue for more.`,
    );
    process.exitCode = 1;
  }
}

await (values.record ? record() : check());
await rm(folder, { recursive: true });
