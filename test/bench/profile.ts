import { copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { startBackend } from './backend-process.ts';
import { base, type Contender, contenders, product, withCodeCache } from './contenders.ts';
import { browserEvent } from './event.ts';
import { runtimeClient } from './native-client.ts';
import { leaveItsProcessor } from './process-clock.ts';
import { millisecondsByRoom, nodeItself, rooms } from './profile-rows.ts';
import { machine, writeBetweenMarks } from './report.ts';
import { interleaved } from './rounds.ts';
import { Samples } from './samples.ts';
import { shoot, start } from './subject.ts';

/**
 * Where the time goes, module by module: V8's CPU profiles of loading the entry, of its first request and of later ones,
 * under the runtime client. `npm run bench:profile -- --write` puts the table into docs/performance.md.
 *
 * The profiler makes everything slower, and compiling most: the rows say what is large, and the benchmark how large it is.
 */
const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, rounds: { type: 'string', default: '21' } },
});
const coldRounds = Number(values.rounds);
const warmRounds = 3;
const requests = 4000;
/** The columns: milliseconds of what happens once, microseconds of what happens for every request. */
const phases = [
  { phase: 'loading', unit: 1 },
  { phase: 'firstRequest', unit: 1 },
  { phase: 'requests', unit: 1000 / requests },
] as const;
const total = 'all';

leaveItsProcessor();
const folder = await mkdtemp(join(tmpdir(), 'rproxy-profile-'));
await using backend = await startBackend();
const { client, title } = await runtimeClient();
const bench = { backend, client };
const subjects = [...(await contenders(folder, resolve('dist'), [base])), await withCodeCache(folder)];

/** Copies a build, with the profiled handler beside its entry. */
async function prepared({ name, taskRoot }: Contender) {
  const root = join(folder, `profiled-${subjects.findIndex((each) => each.name === name)}`);
  await cp(taskRoot, root, { recursive: true });
  await copyFile(join(import.meta.dirname, 'profiled.mjs'), join(root, 'profiled.mjs'));
  const entry = join(root, name === base ? 'index.cjs' : 'index.mjs');
  const map = name === product ? JSON.parse(await readFile(`${entry}.map`, 'utf8')) : undefined;
  return { name, root, entry, roomOf: map ? rooms(map, pathToFileURL(entry).href) : () => undefined };
}

const samples = new Samples();
const file = join(folder, 'profiles.json');

/** One start of each, with so many further requests, of which the first are not profiled. */
async function run({ name, root, entry, roomOf }: Awaited<ReturnType<typeof prepared>>, warmUp: number, count: number) {
  const env = { PROFILED_ENTRY: entry, PROFILES: file, WARM_UP: `${warmUp}`, PROFILED_REQUESTS: `${count}` };
  // The profiler's thread needs a processor beside that of the function.
  await using runtime = await start(bench, { taskRoot: root }, 'http', {
    handler: 'profiled.handler',
    env,
    prefix: [],
  });
  for (let sent = 0; sent < Math.max(1, warmUp + count); sent += 1) await shoot(runtime, browserEvent('/ascii/1024'));
  const profiles = JSON.parse(await readFile(file, 'utf8'));
  // Later requests are profiled in starts of their own.
  for (const { phase, unit } of phases.filter(({ phase: each }) => (each === 'requests') === count > 0)) {
    const byRoom = millisecondsByRoom(profiles[phase], roomOf);
    for (const [room, milliseconds] of byRoom) samples.note(`${phase} ${room}`, name, milliseconds * unit);
    samples.note(`${phase} ${total}`, name, [...byRoom.values()].reduce((sum, value) => sum + value, 0) * unit);
  }
}

const ready = await Promise.all(subjects.map(prepared));
await interleaved(coldRounds, ready, (subject) => run(subject, 0, 0));
const ours = ready.filter(({ name }) => name === product);
await interleaved(warmRounds, ours, (subject) => run(subject, 3000, requests));
await rm(folder, { recursive: true });

/** A room without a sample in most rounds has none worth a figure. */
function figure(phase: string, room: string, name: string): number {
  const noted = samples.values(`${phase} ${room}`, name);
  const isUsual = noted.length * 2 >= (phase === 'requests' ? warmRounds : coldRounds);
  return isUsual ? samples.median(`${phase} ${room}`, name) : 0;
}

const found = Object.entries(samples.toJSON())
  .filter(([, byName]) => product in byName)
  .map(([noted]) => noted.slice(noted.indexOf(' ') + 1));
const rows = [...new Set(found)]
  .filter((room) => room !== total)
  .map((room) => ({ room, figures: phases.map(({ phase }) => figure(phase, room, product)) }))
  .filter(({ figures: [loading = 0, first = 0, later = 0] }) => loading + first >= 0.3 || later >= 2)
  .sort((a, b) => (b.figures[0] ?? 0) + (b.figures[1] ?? 0) - (a.figures[0] ?? 0) - (a.figures[1] ?? 0));
const line = (name: string, [loading = 0, first = 0]: readonly number[], later: string) =>
  `| ${[name, loading.toFixed(1), first.toFixed(1), later].join(' | ')} |`;
const table = [
  '| with the profiler | loading the entry, ms | first request, ms | later request, µs |',
  '| --- | ---: | ---: | ---: |',
  ...subjects.map(({ name }) =>
    line(
      `**${name}**`,
      phases.map(({ phase }) => figure(phase, total, name)),
      '',
    ),
  ),
  // Of later requests, what belongs to no module is mostly the runtime client's wait for the next.
  ...rows.map(({ room, figures }) => line(room, figures, room === nodeItself ? '' : (figures[2] ?? 0).toFixed(0))),
].join('\n');
console.log(table);
if (values.write) {
  const where = `${machine()}, ${title}; ${new Date().toISOString().slice(0, 10)}. Medians of ${coldRounds} starts.`;
  await writeBetweenMarks('docs/performance.md', 'profile', `${where}\n\n${table}`);
}
