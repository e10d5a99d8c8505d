import type { Contender } from './contenders.ts';
import { browserEvent } from './event.ts';
import type { Plan } from './plan.ts';
import { peakRssBytes } from './process-clock.ts';
import { interleaved } from './rounds.ts';
import type { Samples } from './samples.ts';
import { type Bench, shoot, start } from './subject.ts';

const megabytes = (bytes: number) => bytes / 1_000_000;

/** The most memory that a process has held, after the start and after many large answers. */
export async function measureMemory(bench: Bench, plan: Plan, contenders: readonly Contender[], samples: Samples) {
  await interleaved(plan.memoryRounds, contenders, async (contender) => {
    await using runtime = await start(bench, contender, 'http');
    await shoot(runtime, browserEvent('/ascii/1024'));
    samples.note('memory after the first response, MB', contender.name, megabytes(runtime.rssBytes()));
    for (let count = 0; count < plan.memoryRequests; count += 1) {
      await shoot(runtime, browserEvent('/bytes/4500000'));
    }
    samples.note('peak memory, 4.5 MB, MB', contender.name, megabytes(peakRssBytes(runtime.pid)));
  });
}
