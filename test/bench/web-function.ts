import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unzipSync } from 'fflate';
import { zipOf } from '../../infra/zip.ts';
import { freePort } from '../helpers/free-port.ts';
import { startBackend } from './backend-process.ts';
import { browser, browserEvent } from './event.ts';
import { cpuMicros, leaveItsProcessor, onItsOwnProcessor, peakRssBytes } from './process-clock.ts';
import { machine, writeBetweenMarks, writeJson } from './report.ts';
import { interleaved } from './rounds.ts';
import { Samples } from './samples.ts';
import { shoot, start } from './subject.ts';

/**
 * The Web Function beside the handler and a bare forwarder of node:http: `npm run bench:web-function`. Cold start from
 * the start of the process to the first response, and CPU per request. The handler's figures include AWS's runtime
 * client, which a Web Function does without. `-- --record` writes the figures into docs/performance.md, and everything
 * measured beside it: the costs of both shapes are computed from that.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, record: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const requests = 300;
/** Rounds before the first that counts: V8 has compiled by then what it will. */
const warmUp = 12;
const memoryFigure = 'peak memory, MB';

const names = { bare: 'node:http', web: 'Web Function', handler: 'handler' } as const;
const targets = { '1 KB': '/ascii/1024', '100 KB': '/ascii/102400' };

leaveItsProcessor();
const taskRoot = mkdtempSync(join(tmpdir(), 'rproxy-web-'));
for (const [name, bytes] of Object.entries(unzipSync(zipOf(join(process.cwd(), 'dist')))))
  writeFileSync(join(taskRoot, name), bytes);
await using backend = await startBackend();
const samples = new Samples();

interface Server {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

/** The fields that Lambda adds for a Web Function. */
const added = {
  host: 'id.abc.lambda-web.eu-central-1.on.aws',
  'x-forwarded-for': '192.0.2.1',
  'lambda-web-request-id': '5f0c9a52-7f0d-4c51-9d5a-1b1f3f8f9a01',
  'lambda-web-endpoint-name': 'live',
};

function request(agent: http.Agent, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path, agent, headers: { ...browser, ...added } }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        response.resume().once('end', resolve);
      })
      .once('error', reject);
  });
}

/** Sizes that V8 chooses in an environment of 2 GB; on a larger machine it would let more garbage lie. */
const heap = ['--max-old-space-size=512', '--max-semi-space-size=16'];

/** Starts a server as Lambda starts a Web Function. */
async function startServer(file: string): Promise<Server> {
  const port = await freePort();
  const [program = process.execPath, ...parameters] = [...onItsOwnProcessor, process.execPath, ...heap, file];
  const child = spawn(program, parameters, {
    cwd: taskRoot,
    env: {
      PATH: process.env['PATH'],
      REMOTE_URL: backend.http,
      FILTERED_PATH: '/admin,/internal,/actuator',
      AWS_LAMBDA_HTTP_ENDPOINT: `127.0.0.1:${port}`,
      NODE_NO_WARNINGS: '1',
    },
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  return { child, pid: child.pid as number, port };
}

async function stop({ child }: Server): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Asks until the server listens, as Lambda does. */
async function firstResponse({ port }: Server): Promise<void> {
  const agent = new http.Agent();
  for (;;) {
    try {
      await request(agent, port, targets['1 KB']);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

const files = { [names.bare]: join(import.meta.dirname, 'contenders/bare-server.cjs'), [names.web]: 'index.js' };
const bench = { backend, client: undefined };

await interleaved(rounds, Object.values(names), async (name) => {
  const started = performance.now();
  const note = (pid: number) => {
    samples.note('cold start, ms', name, performance.now() - started);
    samples.note('cold start CPU, ms', name, cpuMicros(pid) / 1000);
  };
  if (name === names.handler) {
    await using runtime = await start(bench, { taskRoot }, 'http');
    await shoot(runtime, browserEvent(targets['1 KB']));
    note(runtime.pid);
    return;
  }
  const server = await startServer(files[name]);
  await firstResponse(server);
  note(server.pid);
  await stop(server);
});

const runtime = await start(bench, { taskRoot }, 'http');
const servers = await Promise.all(
  Object.entries(files).map(async ([name, file]) => ({ name, server: await startServer(file) })),
);
for (const { server } of servers) await firstResponse(server);

/** Sends the requests, so many at a time; the runtime client takes one at a time. */
async function send(name: string, size: keyof typeof targets, atOnce: number): Promise<void> {
  const server = servers.find((each) => each.name === name)?.server;
  if (server === undefined) {
    for (let count = 0; count < requests; count += 1) await shoot(runtime, browserEvent(targets[size]));
    return;
  }
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
  let sent = 0;
  const worker = async () => {
    for (; sent < requests; ) {
      sent += 1;
      await request(agent, server.port, targets[size]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  agent.destroy();
}

const pidOf = (name: string) => servers.find((each) => each.name === name)?.server.pid ?? runtime.pid;
const cases = [
  { figure: 'CPU per request of 1 KB, µs', size: '1 KB', atOnce: 1, of: Object.values(names) },
  { figure: 'CPU per request of 100 KB, µs', size: '100 KB', atOnce: 1, of: Object.values(names) },
  { figure: 'CPU per request of 1 KB, 64 at a time, µs', size: '1 KB', atOnce: 64, of: [names.bare, names.web] },
] as const;
for (const { figure, size, atOnce, of } of cases) {
  await interleaved<string>(rounds + warmUp, of, async (name, round) => {
    const before = cpuMicros(pidOf(name));
    await send(name, size, atOnce);
    if (round >= warmUp) samples.note(figure, name, (cpuMicros(pidOf(name)) - before) / requests);
  });
}

for (const name of Object.values(names)) samples.note(memoryFigure, name, peakRssBytes(pidOf(name)) / 1_048_576);

const figures = ['cold start, ms', 'cold start CPU, ms', ...cases.map(({ figure }) => figure), memoryFigure];

/** The medians, each with its ratio to the bare server. */
function rows(): string[][] {
  return figures.map((figure) => {
    const cells = Object.values(names).map((name) => {
      const value = samples.median(figure, name);
      if (Number.isNaN(value)) return '–';
      return `${value.toFixed(0)} (${samples.ratio(figure, name, names.bare).toFixed(2)})`;
    });
    return [figure, ...cells];
  });
}

const titles = ['median (ratio to node:http)', ...Object.values(names)];
for (const [first = '', ...cells] of [titles, ...rows()])
  console.log(first.padEnd(46) + cells.map((cell) => cell.padStart(22)).join(''));

if (values.record) {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const date = new Date().toISOString().slice(0, 10);
  const table = [titles, ['---', ...titles.slice(1).map(() => '---:')], ...rows()].map(line).join('\n');
  await writeBetweenMarks('docs/performance.md', 'web-function', `${machine()}; ${date}.\n\n${table}`);
  await writeJson('docs/performance/web-function.json', { machine: machine(), date, samples });
}

await runtime.stop();
for (const { server } of servers) await stop(server);
rmSync(taskRoot, { recursive: true });
