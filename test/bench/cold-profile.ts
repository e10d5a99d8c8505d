import { copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from './backend-process.ts';
import { base, type Contender, contenders, product, withCodeCache } from './contenders.ts';
import { browserEvent } from './event.ts';
import { runtimeClient } from './native-client.ts';
import { leaveItsProcessor } from './process-clock.ts';
import { millisecondsByRoom, rooms } from './profile-rows.ts';
import { machine, writeBetweenMarks } from './report.ts';
import { interleaved } from './rounds.ts';
import { Samples } from './samples.ts';
import { shoot, start } from './subject.ts';

/**
 * Where a cold start goes, module by module: V8's CPU profiles of loading the entry and of its first request, under the
 * runtime client. `npm run bench:cold -- --write` puts the table into docs/performance.md.
 *
 * The profiler makes everything slower, and compiling most: the rows say what is large, and the benchmark how large it is.
 */
const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, rounds: { type: 'string', default: '21' } },
});
const rounds = Number(values.rounds);
const phases = ['loading', 'firstRequest'] as const;
const total = 'all';

leaveItsProcessor();
const folder = await mkdtemp(join(tmpdir(), 'rproxy-cold-'));
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
  return { name, root, entry, roomOf: map ? rooms(map, '/index.mjs') : () => undefined };
}

const samples = new Samples();
const file = join(folder, 'profiles.json');
await interleaved(rounds, await Promise.all(subjects.map(prepared)), async ({ name, root, entry, roomOf }) => {
  const env = { PROFILED_ENTRY: entry, PROFILES: file };
  // The profiler's thread needs a processor beside that of the function.
  await using runtime = await start(bench, { taskRoot: root }, 'http', {
    handler: 'profiled.handler',
    env,
    prefix: [],
  });
  await shoot(runtime, browserEvent('/ascii/1024'));
  const profiles = JSON.parse(await readFile(file, 'utf8'));
  for (const phase of phases) {
    const byRoom = millisecondsByRoom(profiles[phase], roomOf);
    for (const [room, milliseconds] of byRoom) samples.note(`${phase} ${room}`, name, milliseconds);
    samples.note(
      `${phase} ${total}`,
      name,
      [...byRoom.values()].reduce((sum, value) => sum + value, 0),
    );
  }
});
await rm(folder, { recursive: true });

/** A room without a sample in most rounds has none worth a figure. */
const cell = (phase: string, room: string, name: string) => {
  const noted = samples.values(`${phase} ${room}`, name);
  return noted.length * 2 < rounds ? 0 : samples.median(`${phase} ${room}`, name);
};
const found = Object.entries(samples.toJSON())
  .filter(([, byName]) => product in byName)
  .map(([figure]) => figure.slice(figure.indexOf(' ') + 1));
const own = [...new Set(found)]
  .filter((room) => room !== total)
  .map((room) => ({ room, cells: phases.map((phase) => cell(phase, room, product)) }))
  .sort((a, b) => b.cells.reduce((x, y) => x + y) - a.cells.reduce((x, y) => x + y));
const shown = own.filter(({ cells }) => cells.some((value) => value >= 0.2));
const line = (name: string, cells: readonly number[]) =>
  `| ${[name, ...cells.map((value) => value.toFixed(1))].join(' | ')} |`;
const table = [
  '| ms, with the profiler | loading the entry | first request |',
  '| --- | ---: | ---: |',
  ...subjects.map(({ name }) =>
    line(
      `**${name}**`,
      phases.map((phase) => cell(phase, total, name)),
    ),
  ),
  ...shown.map(({ room, cells }) => line(room, cells)),
].join('\n');
console.log(table);
if (values.write) {
  const where = `${machine()}, ${title}; ${new Date().toISOString().slice(0, 10)}. Medians of ${rounds} cold starts.`;
  await writeBetweenMarks('docs/performance.md', 'cold', `${where}\n\n${table}`);
}
