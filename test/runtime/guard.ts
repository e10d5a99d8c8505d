import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Sees to it that `child` never outlives this process, however that ends: a shell waits for the end of a pipe that
 * only this process holds open, and then kills the child. Exit handlers would not do, since Jest's sandbox never runs
 * them and SIGKILL skips them; nor would a watch inside the child, since a busy handler would starve it.
 */
export function guard(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const watcher = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "$1"', 'guard', String(child.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.once('exit', () => watcher.kill('SIGKILL'));
}
