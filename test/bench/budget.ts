import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackend } from './backend-process.ts';
import { base, contenders as build, product } from './contenders.ts';
import { browserEvent } from './event.ts';
import { cpuMicros } from './process-clock.ts';
import { interleaved } from './rounds.ts';
import { Samples } from './samples.ts';
import { shoot, start } from './subject.ts';

/**
 * What a change may not cost: CPU per request and at a cold start, as ratios to `bare` in the same run. CPU and not time,
 * in turns and as medians, so that a busy machine changes both alike; and with room, because this is to notice what
 * doubles and not what adds a tenth. `npm run bench` tells more. Bytes have a budget in the build, and what is loaded and
 * how often TLS shakes hands are tests.
 */
const budgets = [
  { figure: 'CPU of a cold start', most: 1.9 },
  { figure: 'CPU per request, 1 KB', most: 4.2 },
  { figure: 'CPU per request, 100 KB', most: 2 },
];

const rounds = 7;
const requests = 150;
const events = { '1 KB': browserEvent('/ascii/1024'), '100 KB': browserEvent('/ascii/102400') };

const folder = await mkdtemp(join(tmpdir(), 'rproxy-budget-'));
await using backend = await startBackend();
// The tests' copy of the runtime client, which is there wherever they run.
const bench = { backend, client: undefined };
const subjects = await build(folder, join(process.cwd(), 'dist'), [base]);
const samples = new Samples();

await interleaved(rounds, subjects, async (subject) => {
  await using runtime = await start(bench, subject, 'http');
  await shoot(runtime, events['1 KB']);
  samples.note('CPU of a cold start', subject.name, cpuMicros(runtime.pid));
});
const runtimes = await Promise.all(
  subjects.map(async (subject) => ({ name: subject.name, runtime: await start(bench, subject, 'http') })),
);
for (const [size, event] of Object.entries(events)) {
  // The first round warms up.
  await interleaved(rounds + 1, runtimes, async ({ name, runtime }, round) => {
    const before = cpuMicros(runtime.pid);
    for (let count = 0; count < requests; count += 1) await shoot(runtime, event);
    if (round > 0) samples.note(`CPU per request, ${size}`, name, (cpuMicros(runtime.pid) - before) / requests);
  });
}
await Promise.all(runtimes.map(({ runtime }) => runtime.stop()));
await rm(folder, { recursive: true });

for (const { figure, most } of budgets) {
  const ratio = samples.ratio(figure, product, base);
  console.log(`${figure.padEnd(28)}${ratio.toFixed(2)} times bare, of at most ${most}`);
  if (ratio <= most) continue;
  console.error(`Too dear: ${figure}. Find what grew (node --cpu-prof), or argue for a larger budget.`);
  process.exitCode = 1;
}
