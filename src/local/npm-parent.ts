/** Milliseconds between two looks at the parent process. */
const intervalMs = 100;

/**
 * Calls `stop` when npm, which started this process, has ended. npm runs a script in a shell and passes SIGTERM to the
 * shell alone, which ends without its child: the server would stay and hold its port.
 *
 * @param stop called once
 * @param env npm names the running script here; without that name a parent may end as it likes
 */
export function stopWithNpm(stop: () => void, env: NodeJS.ProcessEnv = process.env): void {
  if (env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, intervalMs);
  timer.unref();
}
