import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { Runtime } from '../runtime/runtime.ts';
import type { Contender } from './contenders.ts';
import { browserEvent } from './event.ts';
import { sizes, targetOf } from './gate.ts';
import type { Plan } from './plan.ts';
import { cpuMicros } from './process-clock.ts';
import { interleaved } from './rounds.ts';
import { quantile, type Samples } from './samples.ts';
import { type Bench, type Scheme, schemes, shoot, start } from './subject.ts';

/** The client that goes to the backend directly, to tell what latency a proxy adds. */
export const direct = 'direct';

const agents = {
  http: new http.Agent({ keepAlive: true }),
  https: new https.Agent({ keepAlive: true, rejectUnauthorized: false }),
};

async function requestDirectly({ backend }: Bench, scheme: Scheme, target: string): Promise<number> {
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const client = scheme === 'https' ? https : http;
  client.get(`${backend[scheme]}${target}`, { agent: agents[scheme] }, resolve).on('error', reject);
  await buffer(await promise);
  return performance.now() - started;
}

async function latencies(count: number, request: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < count; index += 1) all.push(await request());
  return all;
}

/**
 * CPU per request, and how long an answer takes, for each size. All contenders are loaded at the same time and take
 * turns; the backend asked directly is one more.
 */
export async function measureWarm(bench: Bench, plan: Plan, contenders: readonly Contender[], samples: Samples) {
  for (const scheme of schemes) {
    const runtimes = await Promise.all(
      contenders.map(async (contender) => ({ ...contender, runtime: await start(bench, contender, scheme) })),
    );
    const subjects: { name: string; runtime?: Runtime }[] = [{ name: direct }, ...runtimes];
    for (const body of sizes) {
      const isLarge = body.size > 1_000_000;
      const requests = Math.ceil(plan.warmRequests / (isLarge ? 10 : 1));
      const target = targetOf(body);
      const event = browserEvent(target);
      const request = (runtime: Runtime | undefined) =>
        runtime === undefined ? requestDirectly(bench, scheme, target) : shoot(runtime, event);
      const warmUp = Math.ceil(plan.warmUp / (isLarge ? 50 : 1));
      for (const { runtime } of subjects) await latencies(warmUp, () => request(runtime));
      await interleaved(plan.warmRounds, subjects, async ({ name, runtime }) => {
        const before = runtime === undefined ? 0 : cpuMicros(runtime.pid);
        const took = await latencies(requests, () => request(runtime));
        samples.note(`p50, ${body.title}, ${scheme}, ms`, name, quantile(took, 0.5));
        samples.note(`p99, ${body.title}, ${scheme}, ms`, name, quantile(took, 0.99));
        if (runtime === undefined) return;
        samples.note(`CPU, ${body.title}, ${scheme}, µs`, name, (cpuMicros(runtime.pid) - before) / requests);
      });
    }
    await Promise.all(runtimes.map(({ runtime }) => runtime.stop()));
  }
  for (const agent of Object.values(agents)) agent.destroy();
}
