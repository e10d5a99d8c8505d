import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from './backend-process.ts';
import { base, contenders } from './contenders.ts';
import { type Build, coldStart, noteColdStarts, noteRequests, perRequest } from './cost.ts';
import { leaveItsProcessor } from './process-clock.ts';
import { Samples } from './samples.ts';

/**
 * Compares builds side by side, to tell whether a change pays: CPU of cold starts and of requests in turns, as ratios to
 * `bare` in the same run. On a busy machine only a difference that more rounds confirm says something.
 *
 * @example npm run build && cp -r dist /tmp/before; git switch a-change; npm run build; npm run bench:compare -- /tmp/before dist
 */
const { values, positionals: folders } = parseArgs({
  options: { rounds: { type: 'string', default: '20' } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const sizes = { '1 KB': '/ascii/1024', '100 KB': '/ascii/102400' };

leaveItsProcessor();
const [first = 'dist'] = folders;
const folder = await mkdtemp(join(tmpdir(), 'rproxy-compare-'));
await using backend = await startBackend();
const bench = { backend, client: undefined };
const built = await contenders(folder, resolve(first), [base]);
const builds: Build[] = [
  ...built.filter(({ name }) => name === base),
  ...folders.map((name) => ({ name, taskRoot: resolve(name) })),
];
const samples = new Samples();
await noteColdStarts(bench, builds, rounds, samples);
await noteRequests(bench, builds, sizes, { rounds, requests: 100, warmUp: 1500 }, samples);
await rm(folder, { recursive: true });

for (const figure of [coldStart, ...Object.keys(sizes).map(perRequest)]) {
  const ratios = folders.map((name) => `${samples.ratio(figure, name, base).toFixed(2)} ${name}`);
  console.log(`${figure.padEnd(28)}${ratios.join('   ')}`);
}
