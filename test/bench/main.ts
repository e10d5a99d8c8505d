import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from './backend-process.ts';
import { measureCold } from './cold.ts';
import { base, contenders as build, product, withCodeCache } from './contenders.ts';
import { gate } from './gate.ts';
import { measureEndurance, measureGrowth } from './growth.ts';
import { measureMemory } from './memory.ts';
import { runtimeClient } from './native-client.ts';
import { plans } from './plan.ts';
import { leaveItsProcessor } from './process-clock.ts';
import { drawGrowth, machine, writeBetweenMarks, writeJson } from './report.ts';
import { Samples } from './samples.ts';
import { measureStreams } from './streaming.ts';
import { table } from './table.ts';
import { standing } from './targets.ts';
import { measureWarm } from './warm.ts';

/**
 * The benchmark: `npm run bench` for a look, `npm run bench -- --full` for the numbers of docs/performance.md, which it
 * writes, with the curves and everything measured as JSON beside it.
 */
const { values } = parseArgs({ options: { full: { type: 'boolean', default: false } } });
const plan = plans[values.full ? 'full' : 'quick'];
const started = performance.now();
const say = (what: string) =>
  console.error(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${what}`);

say(`a ${plan.name} run takes about ${plan.minutes} minutes`);
const { client, title: clientTitle } = await runtimeClient();
leaveItsProcessor();
const folder = await mkdtemp(join(tmpdir(), 'rproxy-bench-'));
await using backend = await startBackend();
const bench = { backend, client };
const samples = new Samples();

const contenders = await build(folder, join(process.cwd(), 'dist'));
const [bare, ours] = [base, product].map((name) => contenders.find((each) => each.name === name));
if (bare === undefined || ours === undefined) throw new Error('bare and the product are always in the run');

say('checking that every contender forwards');
await gate(bench, contenders);
say('cold starts');
await measureCold(bench, plan, [...contenders, await withCodeCache(folder)], samples);
say('warm requests');
await measureWarm(bench, plan, contenders, samples);
say('memory');
await measureMemory(bench, plan, contenders, samples);
say('streams');
await measureStreams(bench, plan, contenders, samples);

const figures = table(contenders, samples);
const aims = standing(contenders, samples);
console.log(`${machine()}, ${clientTitle}\n\n${figures}\n\n${aims}`);
const result = { date: new Date().toISOString(), machine: machine(), client: clientTitle, plan, samples };

if (values.full) {
  say('growth');
  const growth = await measureGrowth(bench, plan, { bare, product: ours });
  say('endurance');
  const endurance = await measureEndurance(bench, plan, ours);
  const document = 'docs/performance.md';
  const where = `${machine()}, ${clientTitle}; ${result.date.slice(0, 10)}.`;
  await writeBetweenMarks(document, 'bench', `${where}\n\n${figures}\n\n${aims}`);
  await writeBetweenMarks(document, 'growth', await drawGrowth(growth, endurance));
  await writeJson('docs/performance/bench.json', { ...result, growth, endurance });
} else {
  await writeJson(join(tmpdir(), 'lambda-rproxy-bench.json'), result);
}
await rm(folder, { recursive: true });
say('done');
