import type { Contender } from './contenders.ts';
import { browserEvent } from './event.ts';
import type { Plan } from './plan.ts';
import { cpuMicros } from './process-clock.ts';
import { interleaved } from './rounds.ts';
import type { Samples } from './samples.ts';
import { type Bench, schemes, shoot, start } from './subject.ts';

/** From the start of the process to the first answer, of 1 KB: milliseconds on the clock, and of CPU. */
export async function measureCold(bench: Bench, plan: Plan, contenders: readonly Contender[], samples: Samples) {
  for (const scheme of schemes) {
    await interleaved(plan.coldRounds, contenders, async (contender) => {
      const started = performance.now();
      await using runtime = await start(bench, contender, scheme);
      await shoot(runtime, browserEvent('/ascii/1024'));
      samples.note(`cold start, ${scheme}, ms`, contender.name, performance.now() - started);
      samples.note(`cold start CPU, ${scheme}, ms`, contender.name, cpuMicros(runtime.pid) / 1000);
      samples.note(`init, ${scheme}, ms`, contender.name, runtime.initMs);
    });
  }
}
