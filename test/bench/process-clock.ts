import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * CPU time in microseconds that all threads of a process have used, by the scheduler's own count: what utime and stime
 * show in steps of 10 ms.
 */
export function cpuMicros(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1000;
}

/** The most memory in bytes that a process has held so far. */
export function peakRssBytes(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** Where there are several processors, the function has one for itself, as it has at most on a small Lambda. */
const separate = availableParallelism() > 1;

/** What to put before the function's command. */
export const onItsOwnProcessor: readonly string[] = separate ? ['taskset', '--cpu-list', '1'] : [];

/** Keeps this process, and those that it starts without more ado, off the function's processor. */
export function leaveItsProcessor(): void {
  if (separate) execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(process.pid)]);
}
