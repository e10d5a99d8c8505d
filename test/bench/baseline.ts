import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoBackend } from '../../src/local/demo/demo-backend.ts';
import { eventFor } from '../helpers/events.ts';
import { outcomeOf } from '../runtime/outcome.ts';
import { type Runtime, startRuntime } from '../runtime/runtime.ts';

/** The practical limit: what a forwarder costs that does nothing but forward. */
const bareForwarder = `
const http = require('node:http');
const backend = new URL(process.env.REMOTE_URL);
const agent = new http.Agent({ keepAlive: true });
exports.handler = (event) => new Promise((resolve, reject) => {
  const path = event.rawPath + (event.rawQueryString && '?' + event.rawQueryString);
  const { method } = event.requestContext.http;
  const headers = { ...event.headers, host: backend.host };
  http.request({ host: backend.hostname, port: backend.port, agent, method, path, headers }, (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => resolve({
      statusCode: response.statusCode, headers: response.headers, isBase64Encoded: true,
      body: Buffer.concat(chunks).toString('base64'),
    }));
  }).on('error', reject).end();
});
`;

interface Contender {
  readonly name: string;
  readonly taskRoot: string;
}

const rounds = Number(process.env['BENCH_ROUNDS'] || 11);
const requestsPerRound = 200;
const targets = { '1 KB': '/text/1024', '100 KB ASCII': '/text/102400', '100 KB binary': '/bytes/102400' };

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** A contender is timed only after it has answered rightly. */
async function checked(runtime: Runtime, target: string): Promise<void> {
  const outcome = outcomeOf(await runtime.invoke(eventFor({ target })), 'response');
  const { statusCode, body, isBase64Encoded } = JSON.parse(outcome.payload.toString());
  const size = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').length;
  if (statusCode !== 200 || size !== Number(target.split('/').at(-1)))
    throw new Error(`wrong answer: ${statusCode}, ${size} bytes`);
}

async function coldStart({ taskRoot }: Contender, env: Record<string, string>): Promise<number> {
  const started = performance.now();
  await using runtime = await startRuntime({ taskRoot, handler: 'index.handler', env });
  await checked(runtime, '/text/1024');
  return performance.now() - started;
}

async function cpuPerRequest(runtime: Runtime, target: string): Promise<number> {
  const before = runtime.cpuMs();
  for (let count = 0; count < requestsPerRound; count += 1) await runtime.invoke(eventFor({ target }));
  return ((runtime.cpuMs() - before) / requestsPerRound) * 1000;
}

async function sizeOf({ taskRoot }: Contender): Promise<number> {
  const files = (await readdir(taskRoot)).filter((name) => /\.[cm]?js$/.test(name));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(taskRoot, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const folder = await mkdtemp(join(tmpdir(), 'rproxy-bench-'));
await writeFile(join(folder, 'index.cjs'), bareForwarder);
const contenders: Contender[] = [
  { name: 'bare', taskRoot: folder },
  { name: 'lambda-rproxy', taskRoot: `${process.cwd()}/dist` },
];
const demo = await startDemoBackend();
const env = { REMOTE_URL: demo.httpUrl };
const samples = new Map<string, number[]>();
const note = (contender: Contender, figure: string, value: number) => {
  const key = `${figure}\n${contender.name}`;
  samples.set(key, [...(samples.get(key) ?? []), value]);
};

// Interleaved, and the order turned around each time, so that neither gains by what the machine does meanwhile.
for (let round = 0; round < rounds; round += 1) {
  for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
    note(contender, 'cold start to first answer, ms', await coldStart(contender, env));
  }
}
const runtimes = await Promise.all(
  contenders.map(async (contender) => ({
    contender,
    runtime: await startRuntime({ taskRoot: contender.taskRoot, handler: 'index.handler', env }),
  })),
);
for (const [name, target] of Object.entries(targets)) {
  for (const { runtime } of runtimes) {
    await checked(runtime, target);
    await cpuPerRequest(runtime, target);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { contender, runtime } of round % 2 === 0 ? runtimes : runtimes.toReversed()) {
      note(contender, `CPU per request, ${name}, µs`, await cpuPerRequest(runtime, target));
    }
  }
}
for (const contender of contenders) note(contender, 'bytes of code', await sizeOf(contender));

const figures = [...new Set([...samples.keys()].map((key) => key.split('\n')[0] ?? ''))];
console.log('| figure | bare | lambda-rproxy | ratio |\n| --- | --- | --- | --- |');
for (const figure of figures) {
  const [bare = Number.NaN, ours = Number.NaN] = contenders.map(({ name }) =>
    median(samples.get(`${figure}\n${name}`) ?? []),
  );
  console.log(`| ${figure} | ${bare.toFixed(0)} | ${ours.toFixed(0)} | ${(ours / bare).toFixed(2)} |`);
}
await Promise.all(runtimes.map(({ runtime }) => runtime.stop()));
await demo.close();
await rm(folder, { recursive: true });
