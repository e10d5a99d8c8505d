import { browserEvent } from './event.ts';
import { cpuMicros } from './process-clock.ts';
import { interleaved } from './rounds.ts';
import type { Samples } from './samples.ts';
import { type Bench, shoot, start } from './subject.ts';

/** A built forwarder, by its folder. */
export interface Build {
  readonly name: string;
  readonly taskRoot: string;
}

export const coldStart = 'CPU of a cold start';
export const perRequest = (size: string) => `CPU per request, ${size}`;

/** Notes the CPU of cold starts in microseconds, from the start of the process to the first response of 1 KB. */
export async function noteColdStarts(bench: Bench, builds: readonly Build[], rounds: number, samples: Samples) {
  await interleaved(rounds, builds, async (build) => {
    await using runtime = await start(bench, build, 'http');
    await shoot(runtime, browserEvent('/ascii/1024'));
    samples.note(coldStart, build.name, cpuMicros(runtime.pid));
  });
}

/** How many requests are counted: `rounds` times `requests` for each build, after `warmUp` that are not. */
export interface Effort {
  readonly rounds: number;
  readonly requests: number;
  readonly warmUp: number;
}

/** Notes the CPU of a request in microseconds, by the size of its response. */
export async function noteRequests(
  bench: Bench,
  builds: readonly Build[],
  sizes: Readonly<Record<string, string>>,
  { rounds, requests, warmUp }: Effort,
  samples: Samples,
) {
  await using runtimes = new AsyncDisposableStack();
  const started = await Promise.all(
    builds.map(async (build) => ({ name: build.name, runtime: runtimes.use(await start(bench, build, 'http')) })),
  );
  for (const [size, target] of Object.entries(sizes)) {
    const event = browserEvent(target);
    for (const { runtime } of started) for (let count = 0; count < warmUp; count += 1) await shoot(runtime, event);
    await interleaved(rounds, started, async ({ name, runtime }) => {
      const before = cpuMicros(runtime.pid);
      for (let count = 0; count < requests; count += 1) await shoot(runtime, event);
      samples.note(perRequest(size), name, (cpuMicros(runtime.pid) - before) / requests);
    });
  }
}
