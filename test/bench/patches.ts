import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { standIns } from '../../build/stand-ins.ts';
import { startBackend } from './backend-process.ts';
import { type Build, coldStart, noteColdStarts, noteRequests, perRequest } from './cost.ts';
import { leaveItsProcessor } from './process-clock.ts';
import { machine, writeBetweenMarks } from './report.ts';
import { Samples } from './samples.ts';

/**
 * What each step of build/ saves: builds the function without it, one step at a time, and compares size, cold start and
 * request with the whole build in the same run. `npm run bench:patches -- --write` puts the table into docs/performance.md.
 */
const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, rounds: { type: 'string', default: '41' } },
});
const rounds = Number(values.rounds);

/** A row of the table: its steps are left out together. */
const rows: readonly { readonly title: string; readonly without: readonly string[] }[] = [
  { title: 'built-in modules by `getBuiltinModule`', without: ['built-ins'] },
  { title: "got's request is a Readable", without: ['got-stream'] },
  { title: '`Intl.ListFormat` on first use', without: ['lazy-list-format'] },
  { title: 'one file for the start', without: ['one-entry'] },
  ...standIns.map(({ module }) => ({ title: `stand-in for \`${module}\``, without: [module] })),
];

const folder = await mkdtemp(join(tmpdir(), 'rproxy-patches-'));
const run = promisify(execFile);

interface SizedBuild extends Build {
  readonly bytes: number;
}

async function built(name: string, without: readonly string[]): Promise<SizedBuild> {
  const taskRoot = join(folder, name);
  const words = without.map((step) => `--without=${step}`);
  await run(process.execPath, ['esbuild.config.ts', `--outdir=${taskRoot}`, ...words]);
  return { name, taskRoot, bytes: (await stat(join(taskRoot, 'index.mjs'))).size };
}

const whole = await built('whole', []);
const builds: SizedBuild[] = [];
for (const [index, { without }] of rows.entries()) builds.push(await built(`row-${index}`, without));

leaveItsProcessor();
await using backend = await startBackend();
const bench = { backend, client: undefined };
const samples = new Samples();
await noteColdStarts(bench, [whole, ...builds], rounds, samples);
const effort = { rounds, requests: 60, warmUp: 800 };
await noteRequests(bench, [whole, ...builds], { '1 KB': '/ascii/1024' }, effort, samples);
await rm(folder, { recursive: true });

const saved = (figure: string, name: string, unit: number, digits: number) => {
  const part = samples.pairedRatio(figure, name, whole.name) - 1;
  return `${((part * samples.median(figure, whole.name)) / unit).toFixed(digits)} (${(part * 100).toFixed(0)} %)`;
};
const lines = rows.map(({ title }, index) => {
  const { name, bytes } = builds[index] as SizedBuild;
  const kilobytes = ((bytes - whole.bytes) / 1000).toFixed(1);
  return `| ${[title, kilobytes, saved(coldStart, name, 1000, 1), saved(perRequest('1 KB'), name, 1, 0)].join(' | ')} |`;
});
const table = [
  '| step | entry, KB | cold start, ms of CPU | request of 1 KB, µs of CPU |',
  '| --- | ---: | ---: | ---: |',
  ...lines,
].join('\n');
console.log(table);
if (values.write) {
  const where = `${machine()}; ${new Date().toISOString().slice(0, 10)}. Medians of ${rounds} rounds, in each of which all take turns.`;
  await writeBetweenMarks('docs/performance.md', 'patches', `${where}\n\n${table}`);
}
