import assert from 'node:assert/strict';
import { outcomeOf, type StreamOutcome } from '../runtime/outcome.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Contender } from './contenders.ts';
import { browserEvent } from './event.ts';
import type { Plan } from './plan.ts';
import { cpuMicros, peakRssBytes } from './process-clock.ts';
import { interleaved } from './rounds.ts';
import type { Samples } from './samples.ts';
import { type Bench, shoot, start } from './subject.ts';

/** Of the answer that comes slowly: one megabyte over one second. */
const slow = '/trickle/1000000/1000';

async function stream(runtime: Runtime, target: string): Promise<StreamOutcome> {
  const outcome = outcomeOf(await runtime.invoke(browserEvent(target), { timeoutMs: 60_000 }), 'stream');
  assert.equal(outcome.prelude?.statusCode, 200);
  assert.deepEqual(outcome.trailers, {});
  return outcome;
}

async function measureStreaming(bench: Bench, plan: Plan, contender: Contender, samples: Samples): Promise<void> {
  const { name } = contender;
  const size = plan.streamedMegabytes * 1_000_000;
  await using runtime = await start(bench, contender, 'http', { handler: 'index.streamHandler' });
  await stream(runtime, '/ascii/1024');
  const { chunks } = await stream(runtime, slow);
  samples.note('time to first byte, ms', name, chunks[0]?.atMs ?? Number.NaN);
  const before = cpuMicros(runtime.pid);
  const outcome = await stream(runtime, `/stream/${size}`);
  samples.note('CPU, 50 MB streamed, ms', name, (cpuMicros(runtime.pid) - before) / 1000);
  assert.equal(
    outcome.chunks.reduce((sum, { bytes }) => sum + bytes.length, 0),
    size,
  );
  samples.note('peak memory, 50 MB streamed, MB', name, peakRssBytes(runtime.pid) / 1_000_000);
}

/** Who does not stream has its first byte when it has its last. */
async function measureBuffered(bench: Bench, contender: Contender, samples: Samples): Promise<void> {
  await using runtime = await start(bench, contender, 'http');
  await shoot(runtime, browserEvent('/ascii/1024'));
  samples.note('time to first byte, ms', contender.name, await shoot(runtime, browserEvent(slow)));
}

/** Time to the first byte of a slow answer; CPU and memory for a large one, in a process that has done little else. */
export async function measureStreams(bench: Bench, plan: Plan, contenders: readonly Contender[], samples: Samples) {
  await interleaved(plan.streamRounds, contenders, (contender) =>
    contender.streams ? measureStreaming(bench, plan, contender, samples) : measureBuffered(bench, contender, samples),
  );
}
