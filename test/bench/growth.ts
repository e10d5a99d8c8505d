import type { Runtime } from '../runtime/runtime.ts';
import type { Contender } from './contenders.ts';
import { browserEvent, eventWithFields } from './event.ts';
import type { Point } from './line.ts';
import type { Plan } from './plan.ts';
import { cpuMicros } from './process-clock.ts';
import { interleaved } from './rounds.ts';
import { Samples } from './samples.ts';
import { type Bench, shoot, start } from './subject.ts';

/** What grows, and by what CPU per request is measured against it. */
export interface Curve {
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  /** Unit of x in the slope. */
  readonly unit: string;
  readonly xs: readonly number[];
  readonly bareToo: boolean;
  /** Settings of the function for x; those that take one process for all x are the same. */
  env(x: number): Record<string, string>;
  event(x: number): unknown;
  /** Requests under way at the same time. */
  atOnce(x: number): number;
}

const plain = { env: () => ({}), event: () => browserEvent('/ascii/1024'), atOnce: () => 1, bareToo: false };

const filter = (count: number) => Array.from({ length: count }, (_, index) => `/closed/${index}/to/all`).join(',');

export const curves: readonly Curve[] = [
  {
    ...plain,
    name: 'body-size',
    title: 'CPU per request by body size',
    xLabel: 'body, KB',
    unit: 'KB',
    xs: [1, 100, 250, 500, 1000, 2000, 3000, 4500],
    bareToo: true,
    event: (x) => browserEvent(`/bytes/${x * 1000}`),
  },
  {
    ...plain,
    name: 'header-count',
    title: 'CPU per request by header fields of the request',
    xLabel: 'fields',
    unit: 'field',
    xs: [5, 20, 50, 100, 150, 200],
    bareToo: true,
    event: (x) => eventWithFields('/ascii/1024', x),
  },
  {
    ...plain,
    name: 'filter-entries',
    title: 'CPU per request by entries of FILTERED_PATH',
    xLabel: 'entries',
    unit: 'entry',
    xs: [1, 100, 250, 500, 750, 1000],
    env: (x) => ({ FILTERED_PATH: filter(x) }),
  },
  {
    ...plain,
    name: 'concurrency',
    title: 'CPU per request by requests at the same time',
    xLabel: 'requests at once',
    unit: 'request at once',
    xs: [1, 4, 8, 16, 32, 48, 64],
    bareToo: true,
    env: () => ({ AWS_LAMBDA_MAX_CONCURRENCY: '64', AWS_LAMBDA_NODEJS_WORKER_COUNT: '1' }),
    atOnce: (x) => x,
  },
];

/** The points of a curve for each contender that is in it: microseconds of CPU per request. */
export type Points = Readonly<Record<string, readonly Point[]>>;

async function shootAll(runtime: Runtime, event: unknown, count: number, atOnce: number): Promise<void> {
  let left = count;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      await shoot(runtime, event);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

async function measureCurve(bench: Bench, plan: Plan, contenders: readonly Contender[], curve: Curve): Promise<Points> {
  const samples = new Samples();
  const runtimes = new Map<string, Promise<Runtime>>();
  const runtimeFor = (contender: Contender, x: number) => {
    const env = curve.env(x);
    const key = JSON.stringify([contender.name, env]);
    const runtime = runtimes.get(key) ?? start(bench, contender, 'http', { env });
    runtimes.set(key, runtime);
    return runtime;
  };
  const pairs = contenders.flatMap((contender) => curve.xs.map((x) => ({ contender, x })));
  const shots = (x: number) => Math.ceil(plan.growthRequests / (curve.name === 'body-size' && x > 500 ? 10 : 1));
  for (const { contender, x } of pairs) {
    await shootAll(await runtimeFor(contender, x), curve.event(x), 3 * shots(x), curve.atOnce(x));
  }
  await interleaved(plan.growthRounds, pairs, async ({ contender, x }) => {
    const runtime = await runtimeFor(contender, x);
    const before = cpuMicros(runtime.pid);
    await shootAll(runtime, curve.event(x), shots(x), curve.atOnce(x));
    samples.note(String(x), contender.name, (cpuMicros(runtime.pid) - before) / shots(x));
  });
  for (const runtime of runtimes.values()) await (await runtime).stop();
  return Object.fromEntries(
    contenders.map(({ name }) => [name, curve.xs.map((x) => [x, samples.median(String(x), name)] as const)]),
  );
}

/** How CPU per request grows with what a request, a setting or the load has more of. */
export async function measureGrowth(
  bench: Bench,
  plan: Plan,
  { bare, product }: { bare: Contender; product: Contender },
): Promise<Readonly<Record<string, Points>>> {
  const all: Record<string, Points> = {};
  for (const curve of curves) {
    all[curve.name] = await measureCurve(bench, plan, curve.bareToo ? [bare, product] : [product], curve);
  }
  return all;
}

/** Memory in megabytes over thousands of requests to one process. */
export async function measureEndurance(bench: Bench, plan: Plan, product: Contender): Promise<readonly Point[]> {
  await using runtime = await start(bench, product, 'http');
  const points: Point[] = [];
  const step = plan.endurance / 25;
  for (let count = 0; count < plan.endurance; count += step) {
    await shootAll(runtime, browserEvent('/bytes/10240'), step, 1);
    points.push([count + step, runtime.rssBytes() / 1_000_000]);
  }
  return points;
}
